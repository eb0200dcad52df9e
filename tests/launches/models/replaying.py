"""A blocker as its history has it."""

from launches.models import Blocker
from launches.models.decision import KINDS
from launches.models.undoing import read
from readiness.models import Change

UNTOLD = ("id", "version", "blocker", "days_bought")
POINTS = ("best", "likely", "worst")


def replayed(blocker):
    """Its fields, and those of its waiver and deferral, by path, from nothing but its changes."""
    state = {}
    for change in Change.objects.about(blocker).order_by("pk"):
        state |= change.after
        # The plan file speaks of the three points as one.
        points = state.pop("estimate", ())
        state |= dict(zip(POINTS, points or (None,) * 3, strict=True)) if "estimate" in change.after else {}
    told = {"depends_on": {other["id"] for other in state.pop("depends_on", ())}}
    for path, value in state.items():
        kind, _, name = path.rpartition(".")
        told[path] = read(KINDS.get(kind, Blocker), name, value)
    return {path: value for path, value in told.items() if value is not None}


def stored(blocker):
    """The same from the tables."""
    rows = {"": Blocker.objects.get(pk=blocker.pk)}
    for kind, model in KINDS.items():
        rows |= {f"{kind}.": row for row in model.objects.filter(blocker=blocker)}
    waits_for = {"depends_on": set(blocker.depends_on.values_list("pk", flat=True))}
    return waits_for | {
        f"{prefix}{field.name}": value
        for prefix, row in rows.items()
        for field in row._meta.concrete_fields
        if field.name not in UNTOLD and (value := getattr(row, field.name)) is not None
    }
