"""What was decided about blockers: launch without it, or fill it afterwards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from launches.models import Blocker, Deferral, Waiver
from launches.plan import schema
from launches.plan.catalogue import Catalogue
from launches.plan.rows import Loading, same, upsert
from readiness.models import User
from readiness.models.history import kept

# Launch and blocker.
Key = tuple[str, str]


def bring_decisions(
    loading: Loading,
    model: type[Waiver] | type[Deferral],
    name: str,
    blockers: Mapping[Key, Blocker],
    said: Mapping[Key, schema.Blocker],
    catalogue: Catalogue,
) -> None:
    decisions: dict[Key, schema.Decision] = {
        key: getattr(blocker, name) for key, blocker in said.items() if getattr(blocker, name) is not None
    }
    found = model._base_manager.filter(blocker__in=[blockers[key] for key in decisions])
    found = found.select_related("requested_by", "approved_by").select_for_update(of=("self",))
    known = {row.blocker_id: row for row in found.order_by("pk")}
    rows: dict[Key, Any] = {}
    for key in decisions:
        rows[key] = known.get(blockers[key].pk) or model()
        rows[key].blocker = blockers[key]
    wanted = {key: _decision(loading, rows[key], each, catalogue) for key, each in decisions.items()}
    upsert(loading, f"{name}s", rows, wanted, born=model.facts, part_of="blocker")


def _decision(loading: Loading, row: Any, said: schema.Decision, catalogue: Catalogue) -> dict[str, Any]:
    given = said.model_fields_set
    values: dict[str, Any] = {"requested_at": loading.now} if row.pk is None else {}
    values |= said.given("reason", "recommendation", "fill_by", "workaround", "customer_wording")
    if isinstance(said, schema.Deferral):
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
    elif said.approved_by is not None and row.approved_at is None:
        values["approved_at"] = values.get("requested_at", row.requested_at)
    return values | _alone(row, values)


def _alone(row: Any, values: Mapping[str, Any]) -> dict[str, bool]:
    """Whether one person did both, as it is when people decide."""
    asked, approved = (values.get(name, getattr(row, name)) for name in ("requested_by", "approved_by"))
    return {} if approved is None else {"alone": asked == approved}


def _acknowledgements(
    loading: Loading, row: Deferral, said: schema.Deferral, catalogue: Catalogue
) -> dict[str, Any]:
    """By function; one that the file does not name stays as it is."""
    there = dict(row.acknowledgements)
    for function, each in said.acknowledgements.items():
        before = there.get(function)
        if "by" in each.model_fields_set:
            before = _acknowledgement(loading, before, each, catalogue.person(each.by))
        there[function] = before
    return there


def _acknowledgement(
    loading: Loading, before: Any, said: schema.Acknowledgement, by: User | None
) -> dict[str, Any] | None:
    """As `Deferral.acknowledge` keeps it; what is there already has the hour, which the file has not."""
    if by is None:
        return None
    at = said.on
    is_known = before is not None and before["by"]["id"] == by.pk
    if is_known and (at is None or same(datetime.fromisoformat(before["at"]), at)):
        return dict(before)
    return {"by": kept(by), "at": kept(at or loading.now)}
