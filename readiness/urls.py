"""Every address of the site."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from readiness.accounts import joining, people
from readiness.accounts.capacity import team_capacity
from readiness.accounts.signing_in import SignIn
from readiness.accounts.teams import team_list
from readiness.checklists.integrations import integration, integration_list
from readiness.checklists.requirement_views import (
    requirement,
    requirement_move,
    requirement_new,
    requirement_new_trial,
    requirement_trial,
)
from readiness.checks.check_views import check, check_list, check_pause, check_run
from readiness.checks.pings import ping, ping_exit
from readiness.checks.rounds import check_progress, check_run_all
from readiness.maintenance import (
    check_maintenance,
    integration_maintenance,
    maintenance,
    region_maintenance,
)
from readiness.matrix.cells import cell, declare, set_estimate, set_importance, sign_off
from readiness.matrix.export import matrix_csv
from readiness.matrix.matrix_views import matrix
from readiness.regions.freezes import region_freeze, region_freezes
from readiness.regions.region_views import region
from readiness.site.activity import activity
from readiness.site.health import healthz, readyz
from readiness.site.language_view import language
from readiness.site.theme_view import theme

CELL = "regions/<slug:region_slug>/cells/<slug:integration_slug>/"
REQUIREMENTS = "integrations/<slug:slug>/requirements/"
PING = "ping/<uuid:address>"

handler400 = "readiness.web.body_limits.bad_request"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("language/", language, name="language"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("first-account/<str:token>/", joining.first, name="first-account"),
    path("joining/<str:token>/", joining.joining, name="joining"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/invitations/<int:pk>/renewal/", people.renew, name="invitation-renewal"),
    path("people/invitations/<int:pk>/revocation/", people.revoke, name="invitation-revocation"),
    path("regions/", matrix, name="matrix"),
    path("regions/readiness.csv", matrix_csv, name="matrix-csv"),
    path("regions/<slug:slug>/", region, name="region"),
    path("regions/<slug:slug>/maintenance/", region_maintenance, name="region-maintenance"),
    path("regions/<slug:slug>/freezes/", region_freezes, name="region-freezes"),
    path("regions/<slug:slug>/freezes/<slug:first>/", region_freeze, name="region-freeze"),
    path(CELL, cell, name="cell"),
    path(f"{CELL}declaration/", declare, name="cell-declaration"),
    path(f"{CELL}importance/", set_importance, name="cell-importance"),
    path(f"{CELL}estimate/", set_estimate, name="cell-estimate"),
    path(f"{CELL}items/<int:pk>/sign-off/", sign_off, name="item-sign-off"),
    path("integrations/", integration_list, name="integration-list"),
    path("integrations/<slug:slug>/", integration, name="integration"),
    path("integrations/<slug:slug>/maintenance/", integration_maintenance, name="integration-maintenance"),
    path(f"{REQUIREMENTS}new/", requirement_new, name="requirement-new"),
    path(f"{REQUIREMENTS}new/trial/", requirement_new_trial, name="requirement-new-trial"),
    path(f"{REQUIREMENTS}<slug:requirement_slug>/", requirement, name="requirement"),
    path(f"{REQUIREMENTS}<slug:requirement_slug>/trial/", requirement_trial, name="requirement-trial"),
    path(f"{REQUIREMENTS}<slug:requirement_slug>/position/", requirement_move, name="requirement-position"),
    path("teams/", team_list, name="team-list"),
    path("teams/<slug:slug>/capacity/", team_capacity, name="team-capacity"),
    path("checks/", check_list, name="check-list"),
    path("checks/run/", check_run_all, name="check-run-all"),
    path("checks/progress/", check_progress, name="check-progress"),
    path("checks/<int:pk>/", check, name="check"),
    path("checks/<int:pk>/run/", check_run, name="check-run"),
    path("checks/<int:pk>/pause/", check_pause, name="check-pause"),
    path("checks/<int:pk>/maintenance/", check_maintenance, name="check-maintenance"),
    path("maintenance/<int:pk>/", maintenance, name="maintenance"),
    path("settings/theme/", theme, name="theme"),
    path("activity/", activity, name="activity"),
    # What jobs call: with and without the slash at the end, because a redirect would lose what they post.
    *(path(f"{PING}{end}", ping, name="ping") for end in ("", "/")),
    *(path(f"{PING}/start{end}", ping, {"said": "start"}, name="ping-start") for end in ("", "/")),
    *(path(f"{PING}/fail{end}", ping, {"said": "fail"}, name="ping-fail") for end in ("", "/")),
    *(path(f"{PING}/<int:code>{end}", ping_exit, name="ping-exit") for end in ("", "/")),
    path("admin/", admin.site.urls),
    path("", include("launches.urls")),
]
