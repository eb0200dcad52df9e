"""The addresses of launches, what blocks them, and what a team still owes them."""

from django.urls import path

from launches.models.transition_table import TRANSITIONS
from launches.pages import (
    change_requests,
    hooks,
    search,
    styleguide,
    undoing,
    watching,
)
from launches.pages.blockers import blocker, comments, dependencies, trackers
from launches.pages.decisions import decision_queue, decisions
from launches.pages.forecast import ages, calibration, scenarios, trends, what_if
from launches.pages.launch import cells, graph, home, launch
from launches.pages.people import my, notices, teams
from launches.pages.report import report, shared, shares, wall
from launches.pages.signoffs import go, signing, signoff_setup
from launches.pages.triage import blocker_list, bulk_views, export, inline, saved_filters
from launches.pages.welcome import integration_import, integrations, welcome
from launches.trackers import Tracker

_LAUNCH = "launches/<slug:slug>/"
_BLOCKER = f"{_LAUNCH}blockers/<slug:blocker_slug>/"
_CELL = f"{_LAUNCH}cells/<slug:integration_slug>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("welcome/", welcome.welcome, name="welcome"),
    path("welcome/region/", welcome.region, name="welcome-region"),
    path("welcome/integrations/", integrations.integrations, name="welcome-integrations"),
    path("welcome/integrations/sheet/", integrations.bring, name="welcome-import"),
    path("welcome/launch/", welcome.launch, name="welcome-launch"),
    path("welcome/people/", welcome.people, name="welcome-people"),
    path("welcome/start/", welcome.start, name="welcome-start"),
    path("welcome/<slug:step>/undoing/", welcome.undo, name="welcome-undoing"),
    path("sheets/integrations/", integration_import.integration_import, name="integration-import"),
    path("search/", search.search, name="search"),
    path("undo/", undoing.take_back, name="undo"),
    path("blockers/", blocker_list.blocker_list, name="blocker-list"),
    path("blockers.csv", export.blockers_csv, name="blockers-csv"),
    path("blockers/many/", bulk_views.many, name="blockers-many"),
    path("filters/", saved_filters.new_filter, name="saved-filters"),
    path("filters/<int:pk>/", saved_filters.saved_filter, name="saved-filter"),
    path("requests/<int:pk>/", change_requests.change_request, name="change-request"),
    path("calibration/", calibration.calibration, name="calibration"),
    path(_LAUNCH, launch.launch, name="launch"),
    path(f"{_LAUNCH}target/", launch.target, name="launch-target"),
    path(f"{_LAUNCH}days-bought/", launch.days_bought, name="launch-days-bought"),
    path(f"{_LAUNCH}ages/", ages.ages, name="launch-ages"),
    path(f"{_LAUNCH}blockers.csv", export.launch_csv, name="launch-blockers-csv"),
    path(f"{_LAUNCH}report/", report.report, name="report"),
    path(f"{_LAUNCH}report.md", report.report_markdown, name="report-markdown"),
    path(f"{_LAUNCH}shares/", shares.shares, name="shares"),
    path(f"{_LAUNCH}shares/<int:pk>/revocation/", shares.revoke, name="share-revocation"),
    path("shared/<str:token>/", shared.shared, name="shared"),
    path("wall/", wall.wall, name="wall"),
    path("wall/shares/", shares.shares, name="wall-shares"),
    path("wall/shares/<int:pk>/revocation/", shares.revoke, name="wall-share-revocation"),
    path(f"{_LAUNCH}what-if/", what_if.what_if, name="what-if"),
    path(f"{_LAUNCH}graph/", graph.graph, name="launch-graph"),
    path(f"{_LAUNCH}charts/", trends.trends, name="launch-charts"),
    path(f"{_LAUNCH}scenarios/", scenarios.scenarios, name="scenarios"),
    path(f"{_LAUNCH}scenarios/<int:pk>/deletion/", scenarios.delete, name="scenario-deletion"),
    path(f"{_LAUNCH}scenarios/<int:pk>/acceptance/", scenarios.accept, name="scenario-acceptance"),
    path(f"{_LAUNCH}sign-offs/", signoff_setup.functions, name="sign-off-list"),
    path(f"{_LAUNCH}sign-offs/<slug:function>/", signing.sign_off, name="sign-off"),
    path(f"{_LAUNCH}sign-offs/<slug:function>/function/", signoff_setup.function, name="sign-off-function"),
    path(f"{_LAUNCH}sign-offs/<slug:function>/request/", signoff_setup.ask, name="sign-off-request"),
    path(f"{_LAUNCH}go/", go.go, name="go"),
    path(f"{_LAUNCH}go/<int:pk>/", go.record, name="go-record"),
    path(f"{_LAUNCH}go/<int:pk>/withdrawal/", go.withdraw, name="go-withdrawal"),
    path(f"{_LAUNCH}live/", go.live, name="launch-live"),
    path(f"{_LAUNCH}decisions/", decision_queue.decisions, name="decisions"),
    path(f"{_LAUNCH}blockers/", blocker.raised, name="blocker-new"),
    path(_BLOCKER, blocker.blocker, name="blocker"),
    path(f"{_BLOCKER}edit/<slug:field>/", inline.edit, name="blocker-edit"),
    *(
        path(f"{_BLOCKER}{row.address}", blocker.step, {"verb": row.name}, name=f"blocker-{row.address[:-1]}")
        for row in TRANSITIONS.values()
        if row.address
    ),
    path(f"{_BLOCKER}waiver/", decisions.request_for, {"kind": "waiver"}, name="blocker-waiver"),
    path(f"{_BLOCKER}deferral/", decisions.request_for, {"kind": "deferral"}, name="blocker-deferral"),
    path(f"{_BLOCKER}decision/", decisions.decide, name="blocker-decision"),
    path(
        f"{_BLOCKER}acknowledgements/<slug:function>/",
        decisions.acknowledge,
        name="blocker-acknowledgement",
    ),
    path(f"{_BLOCKER}dependencies/", dependencies.dependencies, name="blocker-dependencies"),
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
    path(f"{_BLOCKER}trackers/", trackers.links, name="blocker-trackers"),
    path(f"{_BLOCKER}trackers/<int:pk>/", trackers.link, name="blocker-tracker"),
    path("hooks/github/", hooks.hook, {"tracker": Tracker.GITHUB}, name="hook-github"),
    path("hooks/gitlab/", hooks.hook, {"tracker": Tracker.GITLAB}, name="hook-gitlab"),
    path("hooks/jira/", hooks.hook, {"tracker": Tracker.JIRA}, name="hook-jira"),
    path("teams/<slug:slug>/", teams.team, name="team"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
