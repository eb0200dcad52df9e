"""What somebody was told, what they have read of it, and over which channels they want to be told."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from launches.models import ChannelChoice, Delivery, Notice
from launches.models.notice import NoticeQuerySet
from launches.notifications import reason_why, sentence
from launches.notifications.channels.registry import CHANNELS
from launches.pages.forms import ChannelsForm
from readiness.models import User
from readiness.requests import Request, is_number

# What is older is in the history of the things themselves.
SHOWN = 100
SHOWN_IN_SHORT = 10


@dataclass(frozen=True)
class NoticeRow:
    """One notice, in words."""

    notice: Notice

    @property
    def sentence(self) -> str:
        return sentence(self.notice)

    @property
    def why(self) -> str:
        return reason_why(self.notice)

    @property
    def note(self) -> str:
        return self.notice.change.note

    @property
    def at(self) -> datetime:
        return self.notice.change.at


class NoticeList:
    """The newest notices of `user`; `short`: only some, and only what is unread."""

    def __init__(self, user: User, *, short: bool = False) -> None:
        self.user = user
        self.short = short

    @cached_property
    def rows(self) -> list[NoticeRow]:
        notices = self._mine.select_related("change__author", "change__content_type")
        shown = notices.unread()[:SHOWN_IN_SHORT] if self.short else notices[:SHOWN]
        return [NoticeRow(notice) for notice in shown]

    @cached_property
    def unread(self) -> int:
        return self._mine.unread().count()

    @property
    def others(self) -> int:
        """How many unread ones there are besides."""
        return self.unread - len(self.rows)

    @property
    def _mine(self) -> NoticeQuerySet:
        return Notice.objects.visible_to(self.user)


@require_safe
@vary_on_headers("HX-Request")
def notices(request: Request) -> HttpResponse:
    return _notices(request)


@require_POST
@vary_on_headers("HX-Request")
def read(request: Request) -> HttpResponse:
    """One `notice`, or all `up_to` the newest that was shown: what came meanwhile stays unread."""
    mine = Notice.objects.visible_to(request.user)
    one, newest = request.POST.get("notice", ""), request.POST.get("up_to", "")
    if not is_number(one or newest):
        return HttpResponseBadRequest(
            _("notice or up_to is the number of a notice"), content_type="text/plain"
        )
    wanted = mine.filter(pk=int(one)) if one else mine.filter(pk__lte=int(newest))
    count = wanted.read(timezone.now())
    if request.htmx:
        return _notices(request)
    messages.success(
        request, ngettext("%(count)d notice read.", "%(count)d notices read.", count) % {"count": count}
    )
    return redirect("my" if request.POST.get("from") == "my" else "notices")


def _notices(request: Request) -> HttpResponse:
    told = NoticeList(request.user, short=request.POST.get("from") == "my")
    template = "launches/notices.html#list" if request.htmx else "launches/notices.html"
    context = {"told": told, "now": timezone.now(), "oob": request.htmx}
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Request) -> HttpResponse:
    """Turn channels on and off."""
    channels = [channel for channel in CHANNELS.values() if channel.is_set_up()]
    wanted = {channel.name: channel.name not in _refused(request.user) for channel in channels}
    form = ChannelsForm(request.POST or None, channels=channels, initial=wanted)
    if request.method == "POST":
        # A box that is not ticked is not sent: a form that says nothing at all says no to everything.
        form = ChannelsForm(request.POST, channels=channels)
        form.is_valid()
        _choose(request.user, {channel.name: form.cleaned_data[channel.name] for channel in channels})
        messages.success(request, _("Saved."))
        return redirect("settings-notices")
    context = {
        "form": form,
        "channels": channels,
        "unreached": [channel.label for channel in channels if not channel.reaches(request.user)],
        "trouble": _trouble(request.user),
    }
    return render(request, "launches/notice_settings.html", context)


def _refused(user: User) -> set[str]:
    return set(user.channel_choices.filter(wanted=False).values_list("channel", flat=True))


@transaction.atomic
def _choose(user: User, wanted: dict[str, bool]) -> None:
    for channel, is_wanted in wanted.items():
        ChannelChoice.objects.update_or_create(person=user, channel=channel, defaults={"wanted": is_wanted})


def _trouble(user: User) -> Delivery | None:
    """The last letter to them, if it did not go out."""
    tried = Delivery.objects.filter(notice__person=user, tries__gt=0).order_by("-pk").first()
    return tried if tried and tried.problem and not tried.sent_at else None
