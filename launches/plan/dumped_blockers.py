"""Blockers and what was decided about them, as a plan file says it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from launches.models import Blocker, TrackerLink
from launches.plan.yaml_format import (
    Tree,
    YamlFlow,
    YamlLine,
    day,
    given,
    moment,
    person,
    points,
    slug,
    text,
)


def with_all_that_is_said() -> QuerySet[Blocker]:
    rows = Blocker.objects.order_by("pk").select_related(
        "cell__integration",
        "item__requirement",
        "team",
        "owner",
        "raised_by",
        "waiver__requested_by",
        "waiver__approved_by",
        "deferral__requested_by",
        "deferral__approved_by",
    )
    return rows.prefetch_related(Prefetch("depends_on", Blocker.objects.order_by("slug")), "tracker_links")


@dataclass(frozen=True)
class BlockerDumper:
    """How to tell of the blockers of one launch."""

    # User names by their keys, and the slugs of its sign-offs.
    names: Mapping[int, str]
    functions: Collection[str]

    def blocker(self, blocker: Blocker) -> Tree:
        return {
            **given({"title": blocker.title, "description": text(blocker.description)}),
            **_cause(blocker),
            "kind": blocker.kind,
            "certainty": blocker.certainty,
            "severity": blocker.severity,
            "state": blocker.state,
            "team": slug(blocker.team),
            **given(
                {
                    "owner": person(blocker.owner),
                    "raised_by": person(blocker.raised_by),
                    "estimate": points(blocker.estimate),
                    "due": day(blocker.due),
                    "spike_by": day(blocker.spike_by) if blocker.is_unclear else None,
                    "violates": text(blocker.violates),
                    "labels": YamlFlow(blocker.labels),
                    "links": [YamlLine(link) for link in blocker.links],
                    "issues": [link.url for link in blocker.tracker_links.all()],
                    "heard": {link.url: _heard(link) for link in blocker.tracker_links.all() if link.as_of},
                    "opened": moment(blocker.opened_at),
                    "reopened": moment(blocker.reopened_at),
                    "reopenings": blocker.reopenings or None,
                    "started": moment(blocker.started_at),
                    "closed": moment(blocker.closed_at),
                    "depends_on": YamlFlow(other.slug for other in blocker.depends_on.all()),
                    "waiver": self._decision(blocker, "waiver"),
                    "deferral": self._decision(blocker, "deferral"),
                }
            ),
        }

    def _decision(self, blocker: Blocker, kind: str) -> Tree | None:
        decision = getattr(blocker, kind, None)
        if decision is None:
            return None
        return given(
            {
                "reason": text(decision.reason),
                "requested_by": person(decision.requested_by),
                "approved_by": person(decision.approved_by),
                "on": moment(decision.requested_at),
                "approved_on": moment(decision.approved_at),
                "expires": day(decision.expires_on),
                "warned": day(decision.warned_for),
                "recommendation": text(decision.recommendation),
                "fill_by": day(getattr(decision, "fill_by", None)),
                "workaround": text(getattr(decision, "workaround", "")),
                "customer_wording": text(getattr(decision, "customer_wording", "")),
                "acknowledgements": self._acknowledgements(getattr(decision, "acknowledgements", {})),
            }
        )

    def _acknowledgements(self, said: Mapping[str, Any]) -> Tree:
        """Of a function that signs no more nobody could say so: it is left out."""
        return {
            function: YamlLine(self._acknowledgement(each))
            for function, each in sorted(said.items())
            if function in self.functions
        }

    def _acknowledgement(self, said: Mapping[str, Any] | None) -> Tree:
        if said is None:
            return {}
        return {"by": self.names.get(said["by"]["id"]), "on": moment(datetime.fromisoformat(said["at"]))}


def _heard(link: TrackerLink) -> Tree:
    facts = {"state": link.state, "title": text(link.title), "since": moment(link.state_at)}
    return YamlLine(given(facts | {"as_of": moment(link.as_of), "by": link.actor, "how": link.how}))


def _cause(blocker: Blocker) -> Tree:
    """What it stands for, and its source when that does not follow."""
    cell, item, source = blocker.cell, blocker.item, Blocker.Source.PERSON
    if cell is not None:
        source = Blocker.Source.CHECK if item else Blocker.Source.CELL
    return given(
        {
            "integration": cell.integration.slug if cell else None,
            "requirement": item.requirement.slug if cell and item else None,
            "source": blocker.source if blocker.source != source else None,
        }
    )
