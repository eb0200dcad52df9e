"""The launches ahead, one after the other, for a display on a wall."""

from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from launches import access
from launches.models import Launch
from launches.pages.report.report import brief_of
from readiness.models import User
from readiness.requests import Request

SECONDS = 20


@dataclass(frozen=True)
class WallTurn:
    """Which of so many launches is shown; `is_held` it stays, and is only renewed."""

    at: int
    of: int
    is_held: bool

    @classmethod
    def asked(cls, query: QueryDict, of: int) -> Self:
        number = query.get("at", "")
        asked = int(number) if number.isdecimal() and len(number) < 10 else 0
        return cls(asked % (of or 1), of, "hold" in query)

    @property
    def number(self) -> int:
        return self.at + 1

    @property
    def next(self) -> str:
        """The end of the address that the display asks for next."""
        return self.held if self.is_held else f"?at={(self.at + 1) % (self.of or 1)}"

    @property
    def held(self) -> str:
        return f"?at={self.at}&hold"

    @property
    def rotating(self) -> str:
        return f"?at={self.at}"


@require_safe
@vary_on_headers("HX-Request")
def wall(request: Request) -> HttpResponse:
    return shown_on_wall(request, request.user, is_own=True)


def shown_on_wall(request: HttpRequest, user: User, *, is_own: bool) -> HttpResponse:
    """What `user` sees; `is_own` when it is also who looks."""
    now = timezone.now()
    launches = list(Launch.objects.visible_to(user).active().select_related("region").soonest_first())
    turn = WallTurn.asked(request.GET, len(launches))
    context = {
        "turn": turn,
        "seconds": SECONDS,
        "brief": brief_of(launches[turn.at], user, now) if launches else None,
        "now": now,
        "is_own": is_own,
        "may_share": is_own and access.may_share(user, None),
    }
    part = "#turn" if "HX-Request" in request.headers else ""
    return render(request, f"launches/wall.html{part}", context)
