"""The page on which a line of a checklist is written, with what its check looks at and a way to try it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from readiness import access
from readiness.checklists.form import AmendmentForm, RequirementForm
from readiness.checks.resolved import Resolved, Secret, resolved_in, secrets_in
from readiness.checks.trial import Busy, Trial, tried
from readiness.conflicts import EditConflict
from readiness.forms import RemovalForm
from readiness.models import ChangeRequest, Integration, Item, Region, Requirement, User
from readiness.requests import Request
from readiness.state import ItemState


class TrialForm(forms.Form):
    """Where to try it."""

    def __init__(self, regions: Sequence[Region], **options: Any) -> None:
        super().__init__(**options)
        choices = [(region.slug, region.name) for region in regions]
        self.fields["region"] = forms.ChoiceField(label=_("Region to try it in"), choices=choices)


@dataclass(slots=True)
class Editor:
    """One person's page on `row`, or on a new line of `integration`."""

    request: Request
    integration: Integration
    now: datetime
    row: Requirement | None = None
    conflict: EditConflict | None = None
    trial: Trial | None = None
    told: str = ""
    removal: RemovalForm | None = None
    regions: list[Region] = field(init=False)

    def __post_init__(self) -> None:
        if self.row is None:
            self.regions = regions_of(self.integration)
            return
        # What stands on the row asks for its items, too: one query finds both.
        items = Item.objects.select_related("cell__region__modelled_on").order_by("cell__region")
        prefetch_related_objects([self.row], Prefetch("items", items))
        self.regions = [item.cell.region for item in self.row.items.all()]

    @property
    def url(self) -> str:
        new = reverse("requirement-new", args=[self.integration.slug])
        return self.row.get_absolute_url() if self.row else new

    def blank(self) -> RequirementForm:
        """As it is, or empty; for the kind of check that the address asks for."""
        chosen = {"probe": self.request.GET["probe"]} if "probe" in self.request.GET else {}
        if self.row is None:
            return RequirementForm(regions=self.regions, initial=chosen)
        if chosen and chosen["probe"] != self.row.probe:
            chosen["written"] = "fields"
        return AmendmentForm.of(self.row, self.regions, **chosen)

    def posted(self) -> RequirementForm:
        form = AmendmentForm if self.row else RequirementForm
        return form(self.request.POST, row=self.row, regions=self.regions)

    def shown(self, form: RequirementForm, status: int = 200) -> HttpResponse:
        template = "readiness/requirement.html"
        if self.request.htmx:
            template += "#check"
        return render(self.request, template, self._context(form), status=status)

    def shown_as(self, written: str) -> HttpResponse:
        """The form with what was typed, by `fields` or as `text`."""
        form = self.posted().shown_as(written)
        return self.shown(form, 422 if form.is_bound else 200)

    def try_it(self) -> HttpResponse:
        """One run of what was typed, which need not be complete otherwise."""
        form, region = self.posted(), self._region()
        parameters = form.tried_parameters()
        if parameters is None or region is None:
            self.told = _("It cannot be tried yet: see what is missing.")
            return self.shown(form, 422)
        try:
            by, subject = self.request.user, self.row or self.integration
            self.trial = tried(form.kind, parameters, region, subject=subject, by=by, now=self.now)
        except Busy:
            self.told = _("One try at a time: your last one is still under way. Try again in a few seconds.")
            return self.shown(form.shown_as(form.written), 409)
        return self.shown(form.shown_as(form.written))

    def _region(self) -> Region | None:
        wanted = self.request.POST.get("region")
        return next((region for region in self.regions if region.slug == wanted), None)

    def _wanted_region(self) -> str:
        """Where it was tried last, where it fails, or the first."""
        if "region" in self.request.POST:
            return self.request.POST["region"]
        items = self.row.items.all() if self.row else ()
        bad = [item.cell.region for item in items if item.state in _BAD]
        return next((region.slug for region in bad or self.regions), "")

    def _context(self, form: RequirementForm) -> dict[str, object]:
        return {
            "form": form,
            "integration": self.integration,
            "requirement": self.row,
            "url": self.url,
            "conflict": self.conflict,
            "where": TrialForm(self.regions, initial={"region": self._wanted_region()}),
            "trial": self.trial,
            "told": self.told,
            "resolved": self._resolved(),
            "secrets": self._secrets(),
            "now": self.now,
            "stands": self.row.stands_on("remove", {}) if self.row else [],
            "requests": self._requests(),
            "removal": self.removal or RemovalForm(auto_id="removal_%s"),
        }

    def _requests(self) -> Sequence[ChangeRequest]:
        if self.row is None:
            return []
        open_ones = ChangeRequest.objects.open().about(self.row)
        return list(open_ones.select_related("requested_by", "content_type"))

    def _resolved(self) -> list[Resolved]:
        """In every region, as it is saved; not where only what was typed is shown anew."""
        if self.row is None or not self.row.is_automated or self.request.htmx:
            return []
        return resolved_in(self.row.probe, self.row.parameters, self.regions)

    def _secrets(self) -> list[Secret]:
        return secrets_in(self.row.parameters) if self.row else []


_BAD = (ItemState.FAILED, ItemState.ERROR)


def integration_of(user: User, slug: str) -> Integration:
    """One whose checklist that person may edit."""
    integration = get_object_or_404(Integration.objects.visible_to(user).select_related("team"), slug=slug)
    access.required(access.may_edit_checklist(user, integration))
    return integration


def requirement_of(user: User, slug: str, requirement_slug: str) -> Requirement:
    """One that this person may edit."""
    rows = Requirement.objects.visible_to(user).select_related("integration__team")
    row = get_object_or_404(rows, integration__slug=slug, slug=requirement_slug)
    access.required(access.may_edit_checklist(user, row.integration))
    return row


def regions_of(integration: Integration) -> list[Region]:
    cells = integration.cells.select_related("region__modelled_on").order_by("region")
    return [cell.region for cell in cells]
