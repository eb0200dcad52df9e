"""The panel of one cell: what one person sees of it, with what they have just typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy

from readiness import access
from readiness.conflicts import EditConflict
from readiness.forms import (
    DeclarationForm,
    EstimateForm,
    ImportanceForm,
    SignOffForm,
    again,
)
from readiness.matrix.matrix_views import changed_cell
from readiness.models import Change, ChangeRequest, Item, NeedsApproval, NotDecided, Readiness, User
from readiness.requests import Request
from readiness.signals import cells_changed
from readiness.state import Level
from readiness.wording import shortest

ASKED = gettext_lazy("Asked: it stays as it is until somebody else approves.")


def cell_of(user: User, region_slug: str, integration_slug: str) -> Readiness:
    cells = Readiness.objects.visible_to(user).select_related("region", "integration__team", "declared_by")
    return get_object_or_404(cells, region__slug=region_slug, integration__slug=integration_slug)


@dataclass(frozen=True, slots=True)
class PanelItem:
    """One item in the panel, with its form when this person may sign it off."""

    item: Item
    form: forms.Form | None

    @property
    def is_wrong(self) -> bool:
        return self.form is not None and self.form.is_bound

    @property
    def is_open(self) -> bool:
        return not self.item.is_ok and self.item.requirement.level == Level.MUST


@dataclass(slots=True)
class Panel:
    """`typed` holds the forms that were not carried out, by name; forms post below `base_url`."""

    request: Request
    cell: Readiness
    base_url: str | None
    now: datetime
    typed: dict[str, forms.Form] = field(default_factory=dict)
    refused: list[Item] = field(default_factory=list)
    conflict: EditConflict | None = None
    saved: str = ""

    def response(self, status: int = 200) -> HttpResponse:
        template = "readiness/cell.html#panel" if self.request.htmx else "readiness/cell.html"
        return render(self.request, template, self.context(), status=status)

    def invalid(self, name: str, form: forms.Form) -> HttpResponse:
        self.typed[name] = form
        return self.response(422)

    def refuse(self, form: DeclarationForm, items: list[Item]) -> HttpResponse:
        """It cannot be called ready over these open must items, unless somebody takes the responsibility."""
        self.refused = items
        return self.invalid("declaration", form)

    def ask(self, name: str, form: forms.Form, needed: NeedsApproval, reason: str) -> HttpResponse:
        """It takes two people: ask for it, or ask for the `reason` first."""
        try:
            ChangeRequest.objects.ask(needed, by=self.request.user, now=self.now, reason=reason)
        except NotDecided as refusal:
            form.add_error("why" if "why" in form.fields else None, f"{needed} {refusal}")
            return self.invalid(name, form)
        return self.done(None, str(ASKED))

    def clash(
        self, name: str, form: forms.Form, fields: Mapping[str, str], item: Item | None = None
    ) -> HttpResponse:
        """Somebody was faster: both versions, and what was typed, ready to be sent again."""
        self._reload()
        row = item or self.cell
        self.conflict = EditConflict.of(form, row, fields)
        self.typed[name] = type(form)(again(form, row.version), auto_id=form.auto_id)
        return self.response(409)

    def done(self, change: Change | None, saved: str) -> HttpResponse:
        """Let the change take effect, then show the panel as it is now."""
        if change:
            cells_changed.send(sender=Readiness, cells=[self.cell.pk], now=self.now)
        if not self.request.htmx:
            messages.success(self.request, saved)
            return redirect(self.url)
        self._reload()
        self.saved = saved
        response = self.response()
        response.write(changed_cell(self.request, self.cell))
        return response

    @property
    def url(self) -> str:
        return self.base_url or self.cell.get_absolute_url()

    def _reload(self) -> None:
        self.cell = cell_of(self.request.user, self.cell.region.slug, self.cell.integration.slug)

    def context(self) -> dict[str, Any]:
        user, cell = self.request.user, self.cell
        lines = self._lines(may_edit := access.may_edit_cell(user, cell))
        return {
            "cell": cell,
            "base_url": self.url,
            "now": self.now,
            "lines": lines,
            "open_musts": sum(line.is_open for line in lines),
            "may_edit": may_edit,
            "may_override": access.may_override(user, cell),
            "declaration": self.typed.get("declaration") or DeclarationForm(initial=_version(cell)),
            "importance": self.typed.get("importance") or ImportanceForm(initial=_importance(cell)),
            "estimate": self.typed.get("estimate") or EstimateForm(initial=_estimate(cell)),
            "refused": self.refused,
            "stands": cell.stands_on() if access.may_override(user, cell) else [],
            "requests": ChangeRequest.objects.open()
            .about(cell)
            .select_related("requested_by", "content_type"),
            "conflict": self.conflict,
            "saved": self.saved,
            "changes": cell.changes.select_related("author")[:10],
        }

    def _lines(self, may_edit: bool) -> list[PanelItem]:
        items = self.cell.items.with_maintenance(self.now).select_related("requirement", "signed_by")
        return [PanelItem(item, self._form_of(item) if may_edit else None) for item in items]

    def _form_of(self, item: Item) -> forms.Form | None:
        if item.requirement.is_automated:
            return None
        return self.typed.get(item_name(item)) or SignOffForm(initial=_version(item), auto_id=ids(item))


def item_name(item: Item) -> str:
    return f"item-{item.pk}"


def ids(item: Item) -> str:
    """The panel holds a form per item; their fields need ids of their own."""
    return f"{item_name(item)}-%s"


def _version(row: Readiness | Item) -> dict[str, Any]:
    return {"version": row.version}


def _importance(cell: Readiness) -> dict[str, Any]:
    return {"importance": cell.importance} | _version(cell)


def _estimate(cell: Readiness) -> dict[str, Any]:
    points = {"best": cell.best, "likely": cell.likely, "worst": cell.worst}
    return {name: shortest(point) for name, point in points.items()} | _version(cell)
