"""What people said about items that no check decides, and what checks came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from launches.plan import schema
from launches.plan.rows import Loading, same
from readiness.models import Item, Signature, User
from readiness.probes import Outcome
from readiness.state import ItemState


@dataclass(frozen=True, slots=True)
class ItemSignOff:
    """One sign-off; `values` are the fields that the file speaks of."""

    passed: bool
    values: Mapping[str, Any]

    def over(self, item: Item, by: User | None) -> Signature:
        """All that is said of `item` once the file has had its say; `by` somebody when nobody is named."""
        there = {name: getattr(item, name) for name in _SAID}
        if item.state == ItemState.UNKNOWN:
            there["signed_by"] = by
        said = there | dict(self.values)
        outcome = Outcome("passed" if self.passed else "failed", said["fact"], evidence=said["evidence"])
        return Signature(outcome, said["signed_by"], said["effective_on"], said["expires_on"])

    def is_news(self, item: Item, now: datetime) -> bool:
        """Whether `item` does not say so already: what has run out is stale, as it was said."""
        said = self.over(item, None)
        over = said.expires_on is not None and item.cell.region.end_of(said.expires_on) <= now
        states = (said.outcome.state, ItemState.STALE) if over else (said.outcome.state,)
        differs = any(not same(getattr(item, name), value) for name, value in self.values.items())
        return differs or item.state not in states


_SAID = ("fact", "evidence", "signed_by", "effective_on", "expires_on")


def item_sign_off(item: schema.ItemEntry, by: User | None) -> ItemSignOff:
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
    return ItemSignOff(item.passed, values)


def put_item_sign_offs(
    loading: Loading, items: Mapping[int, Mapping[int, Item]], said: Mapping[int, Mapping[int, ItemSignOff]]
) -> None:
    """Sign the items off, by cell and requirement."""
    news: dict[int, Signature] = {}
    for cell, sayings in said.items():
        for requirement, each in sayings.items():
            item = items[cell][requirement]
            if not each.is_news(item, loading.now):
                loading.report.unchanged("sign-offs of items")
                continue
            news[item.pk] = each.over(item, loading.by)
            loading.cells.add(cell)
            if item.state == ItemState.UNKNOWN:
                loading.report.created("sign-offs of items", str(item))
            else:
                loading.report.changed("sign-offs of items", str(item), [*each.values, "state"])
    Item.objects.sign_off(news, loading.author)


def check_state(check: schema.CheckStateEntry, paused_by: User | None) -> dict[str, Any]:
    """What the file says of a check, by the fields of its item."""
    facts = check.given(
        "state", "since", "outcome", "streak", "misses", "recent", "flapping", "excused", "fact", "latency",
        "evidence", "paused",
    )  # fmt: skip
    facts |= {column: getattr(check, name) for name, column in (("at", "last_at"), ("stale", "stale_at"))}
    return facts | {"paused_by": paused_by}


def put_checks(
    loading: Loading,
    items: Mapping[int, Mapping[int, Item]],
    said: Mapping[int, Mapping[int, Mapping[str, Any]]],
) -> None:
    """What checks came to elsewhere, by cell and requirement, where nothing is known of them here."""
    rows = {items[cell][key].pk: items[cell][key] for cell, checks in said.items() for key in checks}
    known = {items[cell][key].pk: each for cell, checks in said.items() for key, each in checks.items()}
    if not known:
        return
    restored = Item.objects.restored(known, loading.author)
    for key in restored:
        loading.report.created("checks", str(rows[key]))
        loading.cells.add(rows[key].cell_id)
    loading.report.of("checks").unchanged += len(known) - len(restored)
