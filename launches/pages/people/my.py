"""My work: what waits for me in all regions, what I am told, and what I watch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from launches import access
from launches.models import Blocker, Comment, Deferral, Launch, Waiver, Watch
from launches.pages.blockers.comments import CommentRow, in_html
from launches.pages.change_requests import open_for
from launches.pages.lists.rows import BlockerRow, rows
from launches.pages.lists.table import ListTable, one_group
from launches.pages.people.notices import NoticeList
from launches.status import LaunchStatus, launch_statuses, outdated_since
from readiness.days import day_in_words
from readiness.models import Readiness, User
from readiness.requests import Request
from readiness.wording import act_asked_for

MENTIONS = 10
WATCHED = 50


@dataclass(frozen=True)
class PendingAnswer:
    """Something that waits for an answer of this person; `what` is one word for it."""

    what: str
    label: str
    url: str
    launch: Launch
    detail: str = ""

    @property
    def word(self) -> str:
        return {
            "decide": _("decide"),
            "judge": _("judge"),
            "sign": _("sign"),
            "acknowledge": _("acknowledge"),
        }[self.what]


@dataclass(frozen=True)
class LaunchWork:
    """What somebody has in one launch: their own blockers, and those of their teams that nobody has taken."""

    status: LaunchStatus
    own: list[BlockerRow] = field(default_factory=list)
    unowned: list[BlockerRow] = field(default_factory=list)

    @property
    def launch(self) -> Launch:
        return self.status.launch

    @property
    def size(self) -> int:
        return len(self.own) + len(self.unowned)

    @property
    def own_table(self) -> ListTable:
        return ListTable(one_group(self.own), "blocking")

    @property
    def unowned_table(self) -> ListTable:
        return ListTable(one_group(self.unowned), "blocking")


class MyWork:
    """Everything on the page of `user`, the soonest launch first; what one launch has is by days bought."""

    def __init__(self, user: User, now: datetime) -> None:
        self.user = user
        self.now = now

    @cached_property
    def statuses(self) -> list[LaunchStatus]:
        launches = Launch.objects.visible_to(self.user).select_related("region").soonest_first()
        return launch_statuses(list(launches), self.user, self.now, at_once=True)

    @property
    def outdated(self) -> datetime | None:
        return outdated_since(self.statuses)

    @cached_property
    def ahead(self) -> list[LaunchStatus]:
        return [status for status in self.statuses if not status.launch.launched_at]

    @cached_property
    def asked(self) -> list[PendingAnswer]:
        """Answers that others wait for."""
        return [
            asked
            for status in self.ahead
            for asked in (*self._decisions(status), *self._proposals(status), *self._signatures(status))
        ] + [
            *self._approvals(),
            *(asked for status in self.statuses for asked in self._acknowledgements(status)),
        ]

    def _approvals(self) -> Iterable[PendingAnswer]:
        """What others ask for that takes two people."""
        launches = {status.launch.pk: status.launch for status in self.statuses}
        for request in open_for(self.user):
            if launch := next((launches[key] for key in request.launches if key in launches), None):
                asker = request.requested_by.label if request.requested_by else _("The plan file")
                told = {"who": asker, "what": act_asked_for(request), "reason": request.reason}
                detail = _("%(who)s asks to %(what)s: %(reason)s") % told
                yield PendingAnswer("decide", request.label, request.get_absolute_url(), launch, detail)

    def _decisions(self, status: LaunchStatus) -> Iterable[PendingAnswer]:
        for row in rows(status.blocking, status):
            for request in row.asked:
                if access.is_asked_to_decide(self.user, row.blocker, request.requested_by_id):
                    yield _asked("decide", row.blocker, _of_request(request))

    def _proposals(self, status: LaunchStatus) -> Iterable[PendingAnswer]:
        for blocker in status.in_state(Blocker.State.PROPOSED):
            if access.is_asked_to_decide(self.user, blocker, None):
                yield _asked("judge", blocker, _("proposed; is it in the way?"))

    def _signatures(self, status: LaunchStatus) -> Iterable[PendingAnswer]:
        for gate in status.gates:
            if gate.sign_off.signer_id == self.user.pk and not gate.is_valid and not gate.is_no_go:
                url = reverse("sign-off", args=[status.launch.slug, gate.sign_off.slug])
                detail = _("stale: something is worse since you signed") if gate.differences else ""
                day = day_in_words(status.launch.target)
                of = {"function": gate.sign_off.function, "launch": status.launch.name}
                label = _("%(function)s on %(launch)s") % of
                detail = detail or _("go or no-go before %(day)s") % {"day": day}
                yield PendingAnswer("sign", label, url, status.launch, detail)

    def _acknowledgements(self, status: LaunchStatus) -> Iterable[PendingAnswer]:
        """Promises that the functions they sign for must know of, also once it is launched."""
        mine = {
            gate.sign_off.slug: gate.sign_off.function
            for gate in status.gates
            if gate.sign_off.signer_id == self.user.pk
        }
        for blocker in status.in_state(Blocker.State.DEFERRED):
            for function in blocker.decision.unacknowledged if blocker.decision else ():
                if function in mine:
                    said = _("deferred; %(function)s has to acknowledge it")
                    yield _asked("acknowledge", blocker, said % {"function": mine[function]})

    @cached_property
    def shares(self) -> list[LaunchWork]:
        found = []
        for status in self.ahead:
            mine = rows(filter(self._is_mine, status.blocking), status)
            taken = [row for row in mine if row.blocker.has_owner]
            found.append(LaunchWork(status, taken, [row for row in mine if not row.blocker.has_owner]))
        return [share for share in found if share.size]

    @cached_property
    def gaps(self) -> list[BlockerRow]:
        """What live regions were promised."""
        return [
            row
            for status in self.statuses
            if status.launch.launched_at
            for row in rows(filter(self._is_mine, status.in_state(Blocker.State.DEFERRED)), status)
        ]

    @cached_property
    def declared(self) -> list[Readiness]:
        """What their teams called ready where a launch is ahead, though required items are open."""
        places = {status.launch.region_id for status in self.ahead}
        if not places or not self.user.team_ids:
            return []
        cells = Readiness.objects.must_have().ready().exclude(accepted=[]).filter(region__in=places)
        mine = cells.filter(integration__team__in=self.user.team_ids).select_related("region", "integration")
        return list(mine.order_by("region__name", "integration__name", "pk"))

    def _is_mine(self, blocker: Blocker) -> bool:
        if not blocker.has_owner:
            return blocker.team_id in self.user.team_ids
        return blocker.owner_id == self.user.pk

    @property
    def count(self) -> int:
        """How many things wait."""
        return (
            len(self.asked) + sum(share.size for share in self.shares) + len(self.declared) + len(self.gaps)
        )

    @cached_property
    def next_due(self) -> BlockerRow | None:
        """What of this is due first."""
        dated = [row for share in self.shares for row in (*share.own, *share.unowned) if row.blocker.due]
        return min(dated, key=lambda row: (row.blocker.due, row.blocker.pk), default=None)

    @cached_property
    def told(self) -> NoticeList:
        return NoticeList(self.user, short=True)

    @cached_property
    def mentions(self) -> list[CommentRow]:
        """The latest comments that mention them."""
        comments = list(
            Comment.objects.visible_to(self.user)
            .not_deleted()
            .filter(mentioned=self.user)
            .select_related("author", "blocker__launch")
            .prefetch_related("mentioned")
            .order_by("-written_at", "-pk")[:MENTIONS]
        )
        html = in_html(comments)
        return [CommentRow(row, html[row.pk], may_reword=False, may_delete=False) for row in comments]

    @cached_property
    def launches(self) -> list[LaunchStatus]:
        """Those they watch."""
        watchers = Watch.objects.watchers_of(row.launch for row in self.ahead)
        return [row for row in self.ahead if self.user.pk in watchers[row.launch]]

    @cached_property
    def watched(self) -> Sequence[Blocker]:
        """The blockers they watch and that are still alive, but for those that are theirs anyway."""
        found = Watch.objects.blockers_of(self.user).live().exclude(owner=self.user)
        rows = found.select_related("launch", "cell__integration").order_by("launch__target", "launch", "pk")
        return list(rows[:WATCHED])


def _of_request(request: Waiver | Deferral) -> str:
    asker = request.requested_by.label if request.requested_by else _("Somebody")
    said = {
        "waiver": _("%(who)s asks for a waiver: %(reason)s"),
        "deferral": _("%(who)s asks for a deferral: %(reason)s"),
    }[request.kind()]
    return said % {"who": asker, "reason": request.reason}


def _asked(what: str, blocker: Blocker, detail: str) -> PendingAnswer:
    return PendingAnswer(what, blocker.title, blocker.get_absolute_url(), blocker.launch, detail)


@require_safe
def my(request: Request) -> HttpResponse:
    now = timezone.now()
    return render(request, "launches/my.html", {"work": MyWork(request.user, now), "now": now})
