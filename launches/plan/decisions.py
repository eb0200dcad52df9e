"""What was decided about blockers: launch without it, or fill it afterwards."""

from datetime import datetime
from typing import Any

from launches.models import Blocker, Deferral
from launches.models.decision import KINDS
from launches.plan import schema
from launches.plan.catalogue import Catalogue
from launches.plan.rows import Loading, news, same
from readiness.models import User
from readiness.models.history import serialize

# Launch and blocker.
Key = tuple[str, str]


def decisions_told(
    loading: Loading, row: Blocker, said: schema.BlockerEntry, catalogue: Catalogue
) -> dict[str, dict[str, Any]]:
    """What is news of the waiver and the deferral of a blocker, by kind; noted in the report."""
    told: dict[str, dict[str, Any]] = {}
    for kind, model in KINDS.items():
        decision: schema.DecisionEntry | None = getattr(said, kind)
        if decision is None:
            continue
        there = getattr(row, kind, None) if row.pk else None
        values = _decision(loading, there, decision, catalogue)
        found = told[kind] = values if there is None else news(there, values)
        name = str(there or model(blocker=row))
        if there is None:
            loading.report.created(f"{kind}s", name)
        elif found:
            loading.report.changed(f"{kind}s", name, list(found))
        else:
            loading.report.unchanged(f"{kind}s")
    return told


def _decision(loading: Loading, row: Any, said: schema.DecisionEntry, catalogue: Catalogue) -> dict[str, Any]:
    given = said.model_fields_set
    values: dict[str, Any] = {"requested_at": loading.now} if row is None else {}
    values |= said.given("reason", "recommendation", "fill_by", "workaround", "customer_wording")
    if isinstance(said, schema.DeferralEntry):
        values["acknowledgements"] = _acknowledgements(loading, row, said, catalogue)
    for name in given & {"requested_by", "approved_by"}:
        values[name] = catalogue.person(getattr(said, name))
    if "expires" in given:
        values["expires_on"] = said.expires
    if "warned" in given:
        values["warned_for"] = said.warned
    if said.on is not None:
        values["requested_at"] = said.on
    if said.approved_on is not None:
        values["approved_at"] = said.approved_on
    elif said.approved_by is not None and getattr(row, "approved_at", None) is None:
        values["approved_at"] = values.get("requested_at") or row.requested_at
    return values


def _acknowledgements(
    loading: Loading, row: Deferral | None, said: schema.DeferralEntry, catalogue: Catalogue
) -> dict[str, Any]:
    """By function; one that the file does not name stays as it is."""
    there = dict(row.acknowledgements) if row else {}
    for function, each in said.acknowledgements.items():
        before = there.get(function)
        if "by" in each.model_fields_set:
            before = _acknowledgement(loading, before, each, catalogue.person(each.by))
        there[function] = before
    return there


def _acknowledgement(
    loading: Loading, before: Any, said: schema.AcknowledgementEntry, by: User | None
) -> dict[str, Any] | None:
    """As `Deferral.acknowledge` keeps it; what is there already has the hour, which the file has not."""
    if by is None:
        return None
    at = said.on
    is_known = before is not None and before["by"]["id"] == by.pk
    if is_known and (at is None or same(datetime.fromisoformat(before["at"]), at)):
        return dict(before)
    return {"by": serialize(by), "at": serialize(at or loading.now)}
