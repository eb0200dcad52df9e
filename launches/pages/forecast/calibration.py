"""Forecast against fact: whether what was promised at 85 % came true 85 % of the time."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from launches.forecast import Calibration
from launches.forecast.work import ENOUGH
from launches.percentages import percent
from launches.planning.calibrated import Calibrated, calibrated
from readiness.models import Team
from readiness.requests import Request


@dataclass(frozen=True)
class ScoreRow:
    """One line of the table: what was scored, and how."""

    label: str
    calibration: Calibration

    @property
    def coverage(self) -> list[tuple[int, str, str]]:
        """For P50, P85 and P95: the promise, how often it held, and the interval that luck explains."""
        return [
            (at, percent(share), _interval(self.calibration.between[at]))
            for at, share in self.calibration.coverage.items()
        ]


@require_safe
def calibration(request: Request) -> HttpResponse:
    found = calibrated()
    names = dict(Team.objects.visible_to(request.user).values_list("slug", "name"))
    context = {
        "rows": [row for row in _rows(found) if row.calibration.count],
        "teams": [
            ScoreRow(names.get(team, team or _("no team")), scored)
            for team, scored in found.work.teams.items()
        ],
        "correction": found.correction,
        "launches": found.launches.count,
        "closed": found.work.learning.count,
        "enough": ENOUGH,
        "now": timezone.now(),
    }
    return render(request, "launches/calibration.html", context)


def _rows(found: Calibrated) -> list[ScoreRow]:
    return [
        ScoreRow(_("Launches, once a week"), found.launches),
        ScoreRow(_("Blockers, with what was known by then"), found.work.learning),
        ScoreRow(_("Blockers, by their estimates alone"), found.work.estimates),
    ]


def _interval(between: tuple[float, float]) -> str:
    low, high = (min(max(round(100 * end), 1), 99) for end in between)
    return _("%(low)d–%(high)d %%") % {"low": low, "high": high}
