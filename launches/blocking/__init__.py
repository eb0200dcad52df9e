"""What blocks a launch, and what follows from it: the one place for both.

`settle` keeps the blockers that checks and cells open in step with the current state; `standing` says how a
launch stands, and `verdict` what would change that.
"""

from launches.blocking.expiry import reopen_expired, warn_of_expiry
from launches.blocking.going import (
    Changed,
    InTheWay,
    NotAsShown,
    go_live,
    record_go,
    seen_of,
    token_of,
)
from launches.blocking.hurdles import Group, Hurdle, Hurdles
from launches.blocking.settle import settle_cells, settle_changes, settle_each, settle_launch
from launches.blocking.standing import Standing, State, standing, standings, states, with_checklists
from launches.blocking.verdict import Verdict

__all__ = [
    "Changed",
    "Group",
    "Hurdle",
    "Hurdles",
    "InTheWay",
    "NotAsShown",
    "Standing",
    "State",
    "Verdict",
    "go_live",
    "record_go",
    "reopen_expired",
    "seen_of",
    "settle_cells",
    "settle_changes",
    "settle_each",
    "settle_launch",
    "standing",
    "standings",
    "states",
    "token_of",
    "warn_of_expiry",
    "with_checklists",
]
