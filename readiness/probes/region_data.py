"""What a probe may know of the region it looks at, beside the facts that stand for its placeholders."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from readiness.probes.guard import Network


@dataclass(frozen=True, slots=True)
class Pulse:
    """What somebody else's job has told, and since when it could.

    `latest` is `success`, `failure` or `start`.
    """

    since: datetime
    latest: str = ""
    at: datetime | None = None
    succeeded_at: datetime | None = None
    started_at: datetime | None = None
    exit_code: int | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class RegionData:
    """`networks` that the region's data may lie in; the facts of the `reference` region it is modelled on."""

    networks: tuple[Network, ...] = ()
    reference: Mapping[str, str] | None = None
    pulse: Pulse | None = None
