"""An estimate has at most ten years of work, whichever way it comes."""

from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.migrations import RunPython
from model_bakery import baker
from pydantic_core import PydanticCustomError

from launches.models import Blocker
from launches.onboarding.inventory import understood
from launches.pages.forms import RaiseForm
from launches.pages.triage.bulk_forms import EstimatesForm
from launches.plan.fields import three_points
from readiness.forms import EstimateForm
from readiness.models import Change, Readiness
from readiness.sheets.sheet import SheetRow
from tests.fixtures.bad_rows import unchecked

LIMIT = "An estimate has at most 2600 working days."
BEYOND = ("2600.1", "9999", "99999999999", "1e400")


def test_every_form_names_the_limit(admin):
    for worst in BEYOND:
        points = {"best": "1", "likely": "2", "worst": worst}
        for form in (
            EstimateForm({**points, "version": "1"}),
            EstimatesForm(points, today=date(2026, 11, 2)),
            RaiseForm(points, user=admin, proposes=False),
        ):
            assert (type(form).__name__, worst, form.errors["worst"]) == (type(form).__name__, worst, [LIMIT])


def test_what_is_no_number_is_no_estimate():
    for worst in ("NaN", "Infinity", "-Infinity", "-1", "1e-9", "١٢.٥٥", "\0", "x" * 10_000):
        form = EstimateForm({"best": "1", "likely": "2", "worst": worst, "version": "1"})
        assert (worst, list(form.errors)) == (worst, ["worst"])


def test_a_plan_file_names_it():
    for worst in (2600.1, 9999, 10**400):
        with pytest.raises(PydanticCustomError, match="at most 2600 working days"):
            three_points([1, 2, worst])
    assert three_points([1, 2, 2600]) == (1, 2, 2600)


def test_a_sheet_names_it():
    found = understood([SheetRow(2, ["Billing", "1", "2", "9999"])], ("name", "best", "likely", "worst"))
    assert found.refused == [(2, LIMIT)]


def test_the_database_holds_it(db):
    for model in (Readiness, Blocker):
        row = baker.make(model, best=1, likely=2, worst=Decimal(2600))
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=row.pk).update(worst=Decimal("2600.1"))


def test_what_is_stored_beyond_it_is_brought_within_and_history_tells(db):
    with unchecked(Readiness, "cell_estimate_in_order"), unchecked(Blocker, "blocker_estimate_in_order"):
        rows = [baker.make(model, best=1, likely=3000, worst=9999) for model in (Readiness, Blocker)]
        for name in (
            "readiness.migrations.0013_estimates_have_a_limit",
            "launches.migrations.0015_estimates_have_a_limit",
        ):
            (step,) = [one for one in import_module(name).Migration.operations if isinstance(one, RunPython)]
            step.code(apps, None)
    for row in rows:
        row.refresh_from_db()
    assert [(row.estimate, row.version) for row in rows] == [((1, 2600, 2600), 2)] * 2
    assert [(row.verb, row.before, row.after) for row in Change.objects.order_by("pk")] == [
        ("estimated", {"estimate": ["1.0", "3000.0", "9999.0"]}, {"estimate": ["1.0", "2600", "2600"]}),
        (
            "edited",
            {"best": "1.0", "likely": "3000.0", "worst": "9999.0"},
            {"best": "1.0", "likely": "2600", "worst": "2600"},
        ),
    ]
