"""A plan that says something of everything, and files with an extreme in one place."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from launches.plan import schema
from tests.extremes.values import EXTREMES

# What stands where a value is about to be put; letters of which no value is made.
HERE = "the-place-of-it"
# As they are written without quotation marks, so that they are no text.
BARE = (
    *("null", "true", "-1", "0", "0.04", "32768", "2147483648", "9223372036854775808", "9" * 300, "-0.0"),
    *("1.0e+308", "1.0e-308", "[]", "{}", '[""]', "[[[]]]", '{"": ""}', "[0, 0, 0]", "[1, 2600, 2600]"),
)
WRITTEN = (*map(json.dumps, EXTREMES), *BARE)

_DECISION = {
    "reason": "Later",
    "requested_by": "a-member",
    "approved_by": "a-lead",
    "on": "2026-10-20",
    "approved_on": "2026-10-21",
    "expires": "2027-03-01",
    "warned": "2026-12-01",
    "recommendation": "Do.",
}
_OPEN = {
    "title": "Euro",
    "description": "In full.",
    "source": "tracker",
    "kind": "internal_process",
    "certainty": "known_unknown",
    "severity": "blocks",
    "state": "in_progress",
    "team": "payments",
    "owner": "a-member",
    "raised_by": "a-viewer",
    "estimate": [1, 2, 3],
    "due": "2026-12-01",
    "spike_by": "2026-11-20",
    "violates": "A criterion",
    "labels": ["money"],
    "links": [{"url": "https://harbor.example/1", "title": "One"}],
    "issues": ["https://github.com/harbor/api/issues/12"],
    "heard": {
        "https://github.com/harbor/api/issues/12": {
            "state": "closed",
            "title": "Euros",
            "since": "2026-10-07T10:00:00Z",
            "as_of": "2026-10-08T10:00:00Z",
            "by": "mona",
            "how": "completed",
        }
    },
    "opened": "2026-10-01",
    "reopened": "2026-10-05T10:00:00Z",
    "reopenings": 1,
    "started": "2026-10-06",
    "depends_on": ["pound"],
}
PLAN: dict[str, Any] = {
    "people": {"a-member": {"name": "Ada", "email": "ada@harbor.example", "closed": False}, "a-lead": {}},
    "teams": {
        "payments": {
            "name": "Payments",
            "email": "payments@harbor.example",
            "parallel_work": 2,
            "week": ["mon", "tue"],
            "paced": "2026-10-01",
            "share": 60,
            "members": ["a-member"],
        }
    },
    "regions": {
        "lisbon": {
            "name": "Lisbon",
            "jurisdiction": "EU",
            "provider": "AWS",
            "provider_code": "eu-west-1",
            "domain": "lisbon.example",
            "timezone": "Europe/Lisbon",
            "holiday_calendar": "PT",
            "freezes": [{"first": "2026-12-21", "last": "2027-01-01", "reason": "Year-end"}],
            "modelled_on": "porto",
            "state": "building",
        },
        "porto": {"state": "live"},
    },
    "integrations": {
        "invoices": {
            "name": "Invoices",
            "kind": "internal_process",
            "team": "payments",
            "description": "Who pays.",
            "requirements": {
                "tax": {"title": "Tax", "guidance": "Ask.", "level": "must"},
                "up": {
                    "title": "Up",
                    "check": {
                        "kind": "http",
                        "interval": 300,
                        "failures": 3,
                        "recovery": 2,
                        "retries": 1,
                        "url": "https://{region.domain}/health",
                    },
                },
            },
        },
        "mail": {},
    },
    "cells": {
        "lisbon": {
            "invoices": {
                "importance": "must_have",
                "state": "ready",
                "declared_by": "a-member",
                "declared_on": "2026-10-20",
                "override_reason": "It works.",
                "accepted": ["up"],
                "estimate": [1, 2, 3],
                "guessed": True,
                "items": {
                    "tax": {
                        "passed": True,
                        "evidence": "https://harbor.example/tax",
                        "note": "Signed.",
                        "by": "a-member",
                        "on": "2026-10-19",
                        "expires": "2027-10-19",
                    }
                },
                "checks": {
                    "up": {
                        "state": "failed",
                        "since": "2026-10-20",
                        "outcome": "failed",
                        "streak": 3,
                        "misses": 3,
                        "recent": "pff",
                        "flapping": False,
                        "excused": False,
                        "fact": "503",
                        "latency": 12.5,
                        "evidence": {"status": 503},
                        "at": "2026-11-01T10:00:00Z",
                        "stale": "2026-11-03",
                        "paused": True,
                        "paused_by": "a-member",
                    }
                },
            }
        }
    },
    "launches": {
        "lisbon-ga": {
            "name": "Lisbon",
            "region": "lisbon",
            "stage": "general_availability",
            "lead": "a-lead",
            "members": ["a-member"],
            "target": "2026-12-14",
            "baseline": "2026-11-30",
            "confidence_goal": 85,
            "scope": ["invoices", "mail"],
            "moves": [
                {
                    "on": "2026-10-15",
                    "from": "2026-11-30",
                    "to": "2026-12-14",
                    "reason": "Late",
                    "by": "a-lead",
                }
            ],
            "sign_offs": {
                "finance": {
                    "function": "Finance",
                    "signer": "a-stranger",
                    "required": True,
                    "lead_days": 3,
                    "concerns": {
                        "kinds": ["internal_process"],
                        "teams": ["payments"],
                        "integrations": ["invoices"],
                    },
                    "asked_by": "a-lead",
                    "asked_on": "2026-10-10",
                    "decision": "conditional",
                    "by": "a-stranger",
                    "on": "2026-10-12",
                    "note": "If so.",
                    "approved": {"euro": "open"},
                }
            },
            "blockers": {
                "euro": _OPEN,
                "pound": {"state": "waived", "waiver": _DECISION},
                "yen": {
                    "state": "deferred",
                    "deferral": {
                        **_DECISION,
                        "fill_by": "2027-02-01",
                        "workaround": "By hand.",
                        "customer_wording": "Soon.",
                        "acknowledgements": {"finance": {"by": "a-stranger", "on": "2026-10-22"}},
                    },
                },
                "franc": {"state": "rejected", "reason": "No.", "closed": "2026-10-20"},
                "crown": {"integration": "invoices", "requirement": "up", "source": "check"},
            },
        },
        "porto-beta": {
            "region": "porto",
            "stage": "beta",
            "target": "2026-06-01",
            "launched": "2026-06-08",
            "forecasts": [
                {
                    "day": "2026-05-01",
                    "seen": "2026-05-01T10:00:00Z",
                    "target": "2026-06-01",
                    "goal": 85,
                    "p50": "2026-05-28",
                    "p85": "2026-06-05",
                    "p95": "2026-06-12",
                    "chance": 0.6,
                }
            ],
        },
    },
    "requests": [
        {
            "about": "sign_off/lisbon-ga/finance",
            "verb": "amend",
            "arguments": {"is_required": False},
            "before": {"is_required": True},
            "reason": "They are away.",
            "by": "a-lead",
            "on": "2026-10-22T10:00:00Z",
        }
    ],
}
NAMES = (
    *("a-member", "payments", "lisbon", "porto", "invoices", "tax", "up"),
    *("lisbon-ga", "porto-beta", "finance", "euro", "pound"),
)

Place = tuple[str | int, ...]


def places(inside: Any = PLAN, at: Place = ()) -> Iterator[Place]:
    """Where a value stands, and where a list or a mapping does."""
    if at:
        yield at
    pairs = inside.items() if isinstance(inside, dict) else enumerate(inside) if type(inside) is list else ()
    for key, value in pairs:
        yield from places(value, (*at, key))


def plan_with(changes: dict[Place, str]) -> str:
    """The plan with each of these values, as they are written, at its place."""
    plan = json.loads(json.dumps(PLAN))
    for number, place in enumerate(changes):
        inside = plan
        for step in place[:-1]:
            inside = inside[step]
        inside[place[-1]] = f"{HERE}{number}."
    text = json.dumps(plan)
    for number, value in enumerate(changes.values()):
        text = text.replace(json.dumps(f"{HERE}{number}."), value)
    return text


def plan_called(name: str, instead: str) -> str:
    """The plan with another name for what is called `name`, wherever it speaks of it."""
    return json.dumps(PLAN).replace(json.dumps(name), json.dumps(instead))


def keys_of(thing: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in thing.model_fields.items()}


def every_key() -> set[str]:
    things = [getattr(schema, name) for name in schema.__all__]
    return set().union(*map(keys_of, things))
