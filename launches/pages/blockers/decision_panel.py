"""What a blocker's panel says of launching without it: asked, decided, acknowledged."""

from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime

from launches import access
from launches.models import Blocker, Deferral, SignOff, Waiver
from launches.models.decision import open_request
from launches.pages.common import LaunchPage


@dataclass(frozen=True)
class AcknowledgementRow:
    """One function that has to know of a deferral; `at` is none until its signer has said so."""

    sign_off: SignOff
    by: str
    at: Any
    may_sign: bool


@dataclass(frozen=True)
class DecisionRow:
    """`asked` is open, `decided` is what the blocker's state rests on; at most one of both is there."""

    asked: Waiver | Deferral | None
    decided: Waiver | Deferral | None
    may_ask: bool
    may_decide: bool
    may_withdraw: bool
    acknowledgements: tuple[AcknowledgementRow, ...]

    @property
    def shown(self) -> Waiver | Deferral | None:
        return self.asked or self.decided


def decision_row(page: LaunchPage, blocker: Blocker) -> DecisionRow:
    asked = open_request(blocker) if blocker.is_outstanding else None
    decided = blocker.decision
    requested_by = asked.requested_by_id if asked else None
    return DecisionRow(
        asked,
        decided,
        asked is None and blocker.is_outstanding and access.may_edit_blocker(page.user, blocker),
        asked is not None and access.may_decide(page.user, blocker, requested_by),
        asked is not None and access.may_withdraw(page.user, requested_by),
        tuple(_acknowledgements(page, asked or decided)),
    )


def _acknowledgements(page: LaunchPage, decision: Any) -> list[AcknowledgementRow]:
    said = getattr(decision, "acknowledgements", {})
    if not said:
        return []
    functions = page.launch.sign_offs.filter(slug__in=said).select_related("signer")
    return [
        AcknowledgementRow(
            sign_off,
            (done["by"]["label"] if (done := said[sign_off.slug]) else ""),
            parse_datetime(done["at"]) if done else None,
            not done and access.may_acknowledge(page.user, sign_off),
        )
        for sign_off in functions
    ]
