"""The addresses of launches, what blocks them, and what a team still owes them."""

from django.urls import path

from launches.views import (
    blockers,
    calibration,
    cells,
    comments,
    decisions,
    home,
    launches,
    my,
    notices,
    pending,
    scenarios,
    signoffs,
    teams,
    undoing,
    watching,
    whatif,
)

_LAUNCH = "launches/<slug:slug>/"
_BLOCKER = f"{_LAUNCH}blockers/<slug:blocker_slug>/"
_CELL = f"{_LAUNCH}cells/<slug:integration_slug>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("undo/", undoing.take_back, name="undo"),
    path("calibration/", calibration.calibration, name="calibration"),
    path(_LAUNCH, launches.launch, name="launch"),
    path(f"{_LAUNCH}target/", launches.target, name="launch-target"),
    path(f"{_LAUNCH}what-if/", whatif.what_if, name="what-if"),
    path(f"{_LAUNCH}scenarios/", scenarios.scenarios, name="scenarios"),
    path(f"{_LAUNCH}scenarios/<int:pk>/deletion/", scenarios.delete, name="scenario-deletion"),
    path(f"{_LAUNCH}scenarios/<int:pk>/acceptance/", scenarios.accept, name="scenario-acceptance"),
    path(f"{_LAUNCH}sign-offs/<slug:function>/", signoffs.sign_off, name="sign-off"),
    path(f"{_LAUNCH}decisions/", pending.decisions, name="decisions"),
    path(f"{_LAUNCH}blockers/", blockers.raised, name="blocker-new"),
    path(_BLOCKER, blockers.blocker, name="blocker"),
    path(f"{_BLOCKER}acceptance/", blockers.step, {"verb": "accept"}, name="blocker-acceptance"),
    path(f"{_BLOCKER}rejection/", blockers.step, {"verb": "reject"}, name="blocker-rejection"),
    path(f"{_BLOCKER}start/", blockers.step, {"verb": "start"}, name="blocker-start"),
    path(f"{_BLOCKER}resolution/", blockers.step, {"verb": "resolve"}, name="blocker-resolution"),
    path(f"{_BLOCKER}clarification/", blockers.step, {"verb": "clarify"}, name="blocker-clarification"),
    path(f"{_BLOCKER}filling/", blockers.step, {"verb": "fill"}, name="blocker-filling"),
    path(f"{_BLOCKER}waiver/", decisions.request_for, {"kind": "waiver"}, name="blocker-waiver"),
    path(f"{_BLOCKER}deferral/", decisions.request_for, {"kind": "deferral"}, name="blocker-deferral"),
    path(f"{_BLOCKER}decision/", decisions.decide, name="blocker-decision"),
    path(
        f"{_BLOCKER}acknowledgements/<slug:function>/",
        decisions.acknowledge,
        name="blocker-acknowledgement",
    ),
    path(f"{_BLOCKER}reopening/", blockers.step, {"verb": "reopen"}, name="blocker-reopening"),
    path(f"{_BLOCKER}comments/", comments.comments, name="comments"),
    path(f"{_BLOCKER}comments/<int:pk>/", comments.comment, name="comment"),
    path(f"{_BLOCKER}watch/", watching.watch_blocker, name="blocker-watch"),
    path(f"{_LAUNCH}watch/", watching.watch_launch, name="launch-watch"),
    path(_CELL, cells.cell, name="launch-cell"),
    path(f"{_CELL}declaration/", cells.declare, name="launch-cell-declaration"),
    path(f"{_CELL}importance/", cells.set_importance, name="launch-cell-importance"),
    path(f"{_CELL}estimate/", cells.set_estimate, name="launch-cell-estimate"),
    path(f"{_CELL}items/<int:pk>/sign-off/", cells.sign_off, name="launch-item-sign-off"),
    path("my/", my.my, name="my"),
    path("my/notices/", notices.notices, name="notices"),
    path("my/notices/read/", notices.read, name="notices-read"),
    path("settings/notices/", notices.settings, name="settings-notices"),
    path("teams/<slug:slug>/", teams.team, name="team"),
]
