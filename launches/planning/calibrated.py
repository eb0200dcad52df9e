"""How right the forecasts were, of launches and of blockers."""

from dataclasses import dataclass

from launches.forecast import Backtest, Calibration, backtest, calibrate
from launches.planning.history import launch_scores, records
from readiness.workdays import working_calendar

# Each is forecast from all before it, so the cost grows with the square of these.
MOST_RECORDS = 200


@dataclass(frozen=True)
class Calibrated:
    """`launches` scores what was kept of launches that are over, once a week; `work` their blockers."""

    launches: Calibration
    work: Backtest

    @property
    def correction(self) -> float:
        """What every length is multiplied by in the next forecast."""
        return self.launches.correction


def calibrated() -> Calibrated:
    newest = records()[:MOST_RECORDS]
    first = min((record.opened.year for record in newest), default=2020)
    return Calibrated(calibrate(launch_scores()), backtest(newest, working_calendar("", first)))
