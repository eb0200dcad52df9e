"""What people said about items that no check decides."""

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
class Saying:
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
        wanted = {**self.values, "state": ItemState.STALE if over else said.outcome.state}
        return any(not same(getattr(item, name), value) for name, value in wanted.items())


_SAID = ("fact", "evidence", "signed_by", "effective_on", "expires_on")


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
