"""What people said about items that no check decides: the bulk of `Item.sign_off`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from launches.plan import schema
from launches.plan.rows import BATCH, Loading, described, same
from readiness.models import Item, Region, Result, User
from readiness.models.bulk import write_back
from readiness.state import ItemState


@dataclass(frozen=True, slots=True)
class Saying:
    """One sign-off; `values` are the fields that the file speaks of."""

    passed: bool
    values: Mapping[str, Any]

    @property
    def outcome(self) -> ItemState:
        return ItemState.PASSED if self.passed else ItemState.FAILED

    def state(self, item: Item | None, region: Region, now: datetime) -> ItemState:
        """What it comes to: one that has run out is stale from the start."""
        expires: date | None = self.values.get("expires_on", item.expires_on if item else None)
        over = expires is not None and region.end_of(expires) <= now
        return ItemState.STALE if over else self.outcome


def saying(item: schema.Item, by: User | None) -> Saying:
    values: dict[str, Any] = {}
    if item.model_fields_set & {"evidence", "note"}:
        url = item.evidence if item.evidence.startswith(("http://", "https://")) else ""
        values["fact"] = (item.note or item.evidence)[:500]
        values["evidence"] = {"url": url} if url else {}
    if "by" in item.model_fields_set:
        values["signed_by"] = by
    if "on" in item.model_fields_set:
        values["effective_on"] = item.on
    if "expires" in item.model_fields_set:
        values["expires_on"] = item.expires
    return Saying(item.passed, values)


def put_sayings(
    loading: Loading, items: Mapping[int, Mapping[int, Item]], said: Mapping[int, Mapping[int, Saying]]
) -> None:
    """Sign the items off, by cell and requirement, with a result and a change each."""
    results: list[Result] = []
    changed: list[Item] = []
    for cell, sayings in said.items():
        for requirement, each in sayings.items():
            item = items[cell][requirement]
            if _sign(loading, item, each):
                changed.append(item)
                results.append(_result(loading, item, each))
    names = ["state", "since", "outcome", "streak", "fact", "latency", "evidence", "last_at", "signed_by"]
    write_back(changed, [*names, "effective_on", "expires_on", "stale_at", "version"])
    Result.objects.bulk_create(results, batch_size=BATCH)
    loading.write_history()
    cells = {item.cell_id for item in changed}
    loading.unsure |= cells
    loading.cells |= cells


def _sign(loading: Loading, item: Item, said: Saying) -> bool:
    """False when the item says so already."""
    region, is_new = item.cell.region, item.state == ItemState.UNKNOWN
    values = ({"signed_by": loading.by} if is_new else {}) | dict(said.values)
    values["state"] = said.state(item, region, loading.now)
    before = {name: getattr(item, name) for name in values if not same(getattr(item, name), values[name])}
    if not before:
        loading.report.unchanged("sign-offs of items")
        return False
    if "state" in before:
        item.since = loading.now
    for name in before:
        setattr(item, name, values[name])
    item.stale_at = region.end_of(item.expires_on) if item.expires_on else None
    item.outcome = "" if item.state == ItemState.STALE else item.state
    item.last_at, item.streak, item.version = loading.now, 1, item.version + 1
    _tell(loading, item, before, is_new)
    return True


def _tell(loading: Loading, item: Item, before: Mapping[str, Any], is_new: bool) -> None:
    after = {name: getattr(item, name) for name in before}
    if is_new:
        loading.report.created("sign-offs of items", str(item))
    else:
        loading.report.changed("sign-offs of items", str(item), list(after))
    loading.noted(
        item,
        "signed off",
        described(before),
        described(after),
        region=item.cell.region_id,
        cell=item.cell_id,
        note=item.fact,
    )


def _result(loading: Loading, item: Item, said: Saying) -> Result:
    return Result(
        item=item,
        at=loading.now,
        state=said.outcome,
        fact=item.fact,
        evidence=item.evidence,
        by=item.signed_by,
    )
