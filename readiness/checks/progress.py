"""How many of the checks that somebody made due at once have run."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.urls import reverse

from readiness.models import Item
from readiness.requests import Request, moment_of


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the checks that were made due at `since` have run; it is all in the address."""

    since: datetime
    of_all: int
    ran: int
    again: str
    shown: str

    @classmethod
    def of(cls, request: Request) -> Self | None:
        """`?since=2026-11-02T09:00:00.123456+00:00&of=52`; nothing where the address asks for none."""
        since, count = moment_of(request.GET.get("since", "")), request.GET.get("of", "")
        of_all = int(count[:7]) if count.isdecimal() else 0
        if since is None or not of_all:
            return None
        waiting = Item.objects.visible_to(request.user).asked_at(since).count()
        rest = request.GET.copy()
        del rest["since"], rest["of"]
        again = f"{reverse('check-progress')}?{request.GET.urlencode()}"
        shown = f"{reverse('check-list')}?{rest.urlencode()}"
        return cls(since, of_all, max(0, of_all - waiting), again, shown)

    @property
    def is_done(self) -> bool:
        return self.ran == self.of_all
