"""What people say about a blocker, and how they take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from launches import access, markdown
from launches.models import Blocker, Comment, NotPossible
from launches.pages.forms import CommentForm, RewordForm
from launches.pages.watching import Watched, watched
from readiness.conflicts import EditConflict
from readiness.forms import VersionedForm, again
from readiness.models import Conflict, User
from readiness.requests import Request


@dataclass(frozen=True)
class CommentRow:
    """One comment; `html` is safe to print."""

    comment: Comment
    html: SafeString
    may_reword: bool
    may_delete: bool

    @property
    def url(self) -> str:
        return f"{self.comment.blocker.get_absolute_url()}comments/{self.comment.pk}/"


class Discussion:
    """All that is said about `blocker`, as `user` sees it; read when it is first asked for.

    `open_pk` is the comment that is opened, with its earlier wordings and `rewording`. What stands in the
    form of a new comment is kept where the answer is about something else than one that `is_new`.
    """

    def __init__(
        self,
        blocker: Blocker,
        user: User,
        now: datetime,
        *,
        form: forms.Form | None = None,
        open_pk: int | None = None,
        rewording: forms.Form | None = None,
        clash: EditConflict | None = None,
        said: str = "",
        refused: str = "",
        is_new: bool = False,
    ) -> None:
        self.blocker, self.user, self.now = blocker, user, now
        self.form = form or CommentForm(auto_id=f"comment-%s-{blocker.pk}")
        self.keeps_typed = form is None and not is_new
        self.open_pk, self._rewording, self.clash = open_pk, rewording, clash
        self.said, self.refused = said, refused

    @cached_property
    def rows(self) -> list[CommentRow]:
        comments = list(
            Comment.objects.visible_to(self.user)
            .filter(blocker=self.blocker)
            .select_related("author", "deleted_by")
            .prefetch_related("mentioned")
        )
        html = in_html(comments)
        for comment in comments:
            comment.blocker = self.blocker
        return [
            CommentRow(
                comment,
                html[comment.pk],
                comment.deleted_at is None and access.may_reword_comment(self.user, comment),
                comment.deleted_at is None and access.may_delete_comment(self.user, comment),
            )
            for comment in comments
        ]

    @property
    def count(self) -> int:
        return len([row for row in self.rows if row.comment.deleted_at is None])

    @property
    def rewording(self) -> forms.Form | None:
        """The form of the comment that is opened, for whoever may say it differently."""
        opened = next((row for row in self.rows if row.comment.pk == self.open_pk), None)
        if opened is None or not opened.may_reword:
            return None
        initial = {"text": opened.comment.text, "version": opened.comment.version}
        return self._rewording or RewordForm(initial=initial, auto_id="reword-%s")

    @cached_property
    def watch(self) -> Watched:
        return watched(self.user, self.blocker)

    @property
    def may_comment(self) -> bool:
        return access.may_comment(self.user)


def in_html(comments: Sequence[Comment]) -> dict[int, SafeString]:
    """By key. It follows from the comment's version, so each is rendered once in a process."""
    keys = {comment.pk: f"comment:{comment.pk}:{comment.version}" for comment in comments}
    known: dict[str, str] = cache.get_many(keys.values())
    new = {keys[comment.pk]: _in_html(comment) for comment in comments if keys[comment.pk] not in known}
    cache.set_many(new)
    return {pk: SafeString((known | new)[key]) for pk, key in keys.items()}


def _in_html(comment: Comment) -> str:
    people = {person.username.lower(): person.label for person in comment.mentioned.all()}
    return markdown.rendered(comment.text, people)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def comments(request: Request, slug: str, blocker_slug: str) -> HttpResponse:
    """All of them; posting says one more."""
    now, blocker = timezone.now(), _blocker(request.user, slug, blocker_slug)
    if request.method != "POST":
        return _shown(request, Discussion(blocker, request.user, now))
    access.required(access.may_comment(request.user), _("Join a team to say something here."))
    form = CommentForm(request.POST, auto_id=f"comment-%s-{blocker.pk}")
    if not form.is_valid():
        return _shown(request, Discussion(blocker, request.user, now, form=form), 422)
    new = Comment.objects.written(blocker, form.cleaned_data["text"], by=request.user, now=now)
    return _done(request, new, _("Comment posted."), is_new=True)


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@vary_on_headers("HX-Request")
def comment(request: Request, slug: str, blocker_slug: str, pk: int) -> HttpResponse:
    """GET opens one, POST says it differently, DELETE (a plain form: `_method`) takes it back."""
    now, blocker = timezone.now(), _blocker(request.user, slug, blocker_slug)
    found = get_object_or_404(Comment.objects.visible_to(request.user), blocker=blocker, pk=pk)
    found.blocker = blocker
    if request.method == "DELETE" or request.POST.get("_method") == "DELETE":
        access.required(access.may_delete_comment(request.user, found), _("This comment is its author’s."))
        return _erase(request, found, now)
    if request.method == "POST":
        access.required(access.may_reword_comment(request.user, found), _("This comment is its author’s."))
        return _reword(request, found, now)
    return _shown(request, Discussion(blocker, request.user, now, open_pk=pk))


def _reword(request: Request, found: Comment, now: datetime) -> HttpResponse:
    form = RewordForm(request.POST, auto_id="reword-%s")
    if not form.is_valid():
        return _opened(request, found, now, 422, rewording=form)
    data = form.cleaned_data

    try:
        found.reword(data["text"], by=request.user, now=now, version=data["version"])
    except NotPossible as why:
        return _opened(
            request,
            found,
            now,
            409,
            refused=_("%(why)s You wrote: “%(text)s”") % {"why": why, "text": data["text"]},
        )
    except Conflict as conflict:
        clash = EditConflict.of(form, conflict.current, {"text": "text"})
        form = RewordForm(again(form, conflict.current.version), auto_id="reword-%s")
        return _opened(request, found, now, 409, rewording=form, clash=clash)
    return _done(request, found, _("Saved."))


def _erase(request: Request, found: Comment, now: datetime) -> HttpResponse:
    """htmx sends the version that was seen in the address."""
    form = VersionedForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return _opened(request, found, now, 422)
    try:
        found.erase(by=request.user, now=now, version=form.cleaned_data["version"])
    except (Conflict, NotPossible) as refusal:
        return _opened(request, found, now, 409, refused=str(refusal))
    return _done(request, found, _("Deleted."))


def _done(request: Request, comment: Comment, said: str, *, is_new: bool = False) -> HttpResponse:
    if not request.htmx:
        messages.success(request, said)
        return redirect(comment)
    talk = Discussion(comment.blocker, request.user, timezone.now(), said=said, is_new=is_new)
    return _shown(request, talk)


def _opened(request: Request, found: Comment, now: datetime, status: int, **more: Any) -> HttpResponse:
    return _shown(request, Discussion(found.blocker, request.user, now, open_pk=found.pk, **more), status)


def _shown(request: Request, talk: Discussion, status: int = 200) -> HttpResponse:
    template = "launches/comments.html#talk" if request.htmx else "launches/comments.html"
    context = {"talk": talk, "blocker": talk.blocker, "launch": talk.blocker.launch, "now": talk.now}
    return render(request, template, context, status=status)


def _blocker(user: User, slug: str, blocker_slug: str) -> Blocker:
    rows = Blocker.objects.visible_to(user).select_related("launch")
    return get_object_or_404(rows, launch__slug=slug, slug=blocker_slug)
