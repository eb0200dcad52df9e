"""What blocks a launch, and what follows from it: the one place for both.

`settle` keeps the blockers that checks and cells open in step with the current state; `launch_status` says
how a launch stands, and `verdict` what would change that.
"""

from launches.status.checklists import with_checklists
from launches.status.current_outlooks import compute_outlooks
from launches.status.expiry import reopen_expired, warn_of_expiry
from launches.status.launch_status import (
    LaunchFacts,
    LaunchStatus,
    launch_facts,
    launch_statuses,
    outdated_since,
    status_of,
)
from launches.status.obstacles import Obstacle, ObstacleGroup, Obstacles
from launches.status.recording_go import (
    Changed,
    InTheWay,
    NotAsShown,
    go_live,
    record_go,
    shown_of,
    token_of,
)
from launches.status.settle import settle_cells, settle_changes, settle_each, settle_launch
from launches.status.verdict import Verdict

__all__ = [
    "Changed",
    "InTheWay",
    "LaunchFacts",
    "LaunchStatus",
    "NotAsShown",
    "Obstacle",
    "ObstacleGroup",
    "Obstacles",
    "Verdict",
    "compute_outlooks",
    "go_live",
    "launch_facts",
    "launch_statuses",
    "outdated_since",
    "record_go",
    "reopen_expired",
    "settle_cells",
    "settle_changes",
    "settle_each",
    "settle_launch",
    "shown_of",
    "status_of",
    "token_of",
    "warn_of_expiry",
    "with_checklists",
]
