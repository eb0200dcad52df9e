"""A kind of check: its parameters, and how it looks."""

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache, partial
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext
from pydantic import BaseModel, ConfigDict, ValidationError

from readiness.probes import placeholders, secrets
from readiness.probes.complaints import complaint
from readiness.probes.guard import objection
from readiness.probes.network_policy import Context, NetworkPolicy, literal
from readiness.probes.outcome import Outcome

_CREDENTIALS = {"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-auth-token"}


class Parameters(BaseModel):
    """What a requirement says about its check. Titles and descriptions are what its form shows."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True)

    def hosts(self) -> Iterable[tuple[str, str]]:
        """Fields and the hosts in them that a run would connect to, to be judged when it is saved."""
        return ()

    def origins(self) -> Iterable[tuple[str, str]]:
        """Fields and the origins, such as `https://a.example:8443`, that a run sends what it is given to.

        A kind without any is given no secret.
        """
        return ()

    @cached_property
    def first_host(self) -> str:
        """What a run connects to first; nothing when it names no host."""
        return next((host for _, host in self.hosts()), "").lower()


P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True, slots=True)
class ProbeKind(Generic[P]):
    """`probe` looks and returns an `Outcome`; it stores nothing, and keeps its own deadline.

    One that `compares` finds the parameters for the reference region in `context.reference`. One that only
    hears from others cannot be tried; `awaited` says what it waits for.
    """

    title: str
    parameters: type[P]
    probe: Callable[[P, Context], Awaitable[Outcome]]
    compares: bool = False
    awaited: Callable[[P, datetime], str] | None = None

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        return self.parameters.model_json_schema()

    def problems(self, parameters: Mapping[str, Any]) -> list[str]:
        """What is wrong with `parameters`, before any region is known: lines of `field: what is expected`."""
        unknown = [*placeholders.unknown(parameters), *_spelled_out(parameters), *_sent_openly(parameters)]
        anywhere = "{region." in json.dumps(parameters)
        return unknown or self._problems(parameters, placeholders.SAMPLE, anywhere=anywhere)

    def problems_in(self, parameters: Mapping[str, Any], facts: Mapping[str, str]) -> list[str]:
        """The same for the region that `facts` are about, without its secrets. Raises `Unfillable`."""
        return self._problems(parameters, facts)

    def _problems(
        self, parameters: Mapping[str, Any], facts: Mapping[str, str], *, anywhere: bool = False
    ) -> list[str]:
        """`anywhere` when `facts` are of no region, so that nothing is known of where its secrets go."""
        named: list[str] = []
        filled = placeholders.filled(parameters, facts, partial(_sample, named))
        try:
            read = self.parameters.model_validate(filled)
        except ValidationError as problem:
            return _lines(problem)
        astray = _unbound(named) if anywhere else _astray(named, read)
        return [*_out_of_reach(read.hosts()), *astray]

    def awaits(self, parameters: Mapping[str, Any], facts: Mapping[str, str], now: datetime) -> str:
        """What it waits for in that region; nothing for one that looks itself. Raises `Unfillable`."""
        if self.awaited is None:
            return ""
        filled = placeholders.filled(parameters, facts, lambda _: placeholders.SAMPLE_VALUE)
        return self.awaited(self.parameters.model_validate(filled), now)

    async def run(
        self, parameters: Mapping[str, Any] | str, facts: Mapping[str, str], context: Context
    ) -> Outcome:
        """Fill in the region's facts and look. Parameters that do not fit are an error of ours.

        They may be given in JSON.
        """
        try:
            read = self._read(parameters, facts)
            if self.compares and context.place.reference is not None:
                context = replace(context, reference=self._read(parameters, context.place.reference))
        except placeholders.Unfillable as problem:
            return Outcome("error", str(problem))
        except ValidationError as problem:
            return Outcome("error", f"the check's parameters are wrong: {'; '.join(_lines(problem))}")
        return await self.probe(read, context)

    def host(self, parameters: Mapping[str, Any] | str, facts: Mapping[str, str]) -> str:
        """What a run connects to first; nothing when it names no host, or its parameters do not fit."""
        try:
            return self._read(parameters, facts).first_host
        except (placeholders.Unfillable, ValidationError):
            return ""

    def origins(self, parameters: Mapping[str, Any], facts: Mapping[str, str]) -> list[str]:
        """The origins that a run sends to; none when its parameters do not fit, or it would not run."""
        try:
            return [origin for _, origin in self._read(parameters, facts).origins()]
        except (placeholders.Unfillable, ValidationError):
            return []

    def _read(self, parameters: Mapping[str, Any] | str, facts: Mapping[str, str]) -> P:
        written = parameters if isinstance(parameters, str) else json.dumps(parameters)
        operator = (*secrets.known().items(), *secrets.bound().items())
        read: P = _read(self.parameters, written, tuple(facts.items()), operator)
        return read


# Reading them takes as long as a third of a probe, and is the same each time until the check, its region or
# what the operator says of secrets changes. As many as most companies have checks; a megabyte for each four
# hundred of them.
@lru_cache(maxsize=4096)
def _read(
    form: type[Parameters], written: str, facts: tuple[tuple[str, str], ...], _: tuple[Any, ...]
) -> Any:
    named: list[str] = []
    filled = placeholders.filled(json.loads(written), dict(facts), partial(_secret, named))
    read = form.model_validate(filled)
    if strayed := _astray(named, read):
        raise placeholders.Unfillable(f"not checked: {strayed[0].partition(': ')[2]}")
    return read


def _secret(named: list[str], name: str) -> str:
    """The value of the secret, which is one of those that were `named`."""
    value = secrets.known().get(name)
    if not value:
        said = gettext("there is no secret %(name)s: PROBE_SECRET_%(name)s is not set")
        raise placeholders.Unfillable(said % {"name": name})
    named.append(name)
    return value


def _sample(named: list[str], name: str) -> str:
    named.append(name)
    return placeholders.SAMPLE_VALUE


def _unbound(named: Iterable[str]) -> list[str]:
    """Lines of `field: what is expected` for secrets that may go nowhere."""
    return [line for name in dict.fromkeys(named) if (line := secrets.unbound(name))]


def _astray(named: Iterable[str], read: Parameters) -> list[str]:
    """The same for secrets that would be sent where they may not go."""
    return [line for name in dict.fromkeys(named) if (line := secrets.astray(name, read.origins()))]


def _spelled_out(parameters: Mapping[str, Any]) -> Iterator[str]:
    """Secrets are named, never written: what is saved is read by everybody."""
    if name := secrets.held(json.dumps(parameters, ensure_ascii=False)):
        said = gettext("a secret is written out; write %(name)s instead")
        yield f"parameters: {said % {'name': f'{{secret.{name}}}'}}"


def _sent_openly(parameters: Mapping[str, Any]) -> Iterator[str]:
    headers = parameters.get("send")
    for name, value in headers.items() if isinstance(headers, Mapping) else ():
        if str(name).lower() in _CREDENTIALS and "{secret." not in str(value):
            said = gettext("everybody would read it here; name a secret: {secret.NAME}")
            yield f"send.{name}: {said}"


def _out_of_reach(hosts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What can be told before any name is looked up: literal addresses, and this machine's own name."""
    allowed = NetworkPolicy.from_settings().allowed
    for field, host in hosts:
        own = host == "localhost" or host.endswith(".localhost")
        address = literal("127.0.0.1" if own else host)
        if address and (reason := objection(address, allowed)):
            said = gettext("%(host)s is %(reason)s, which PROBE_ALLOWED_NETWORKS does not allow")
            yield f"{field}: {said % {'host': host, 'reason': reason}}"


def _lines(problem: ValidationError) -> list[str]:
    return [
        f"{'.'.join(str(part) for part in error['loc']) or 'parameters'}: {complaint(error)}"
        for error in problem.errors(include_url=False)
    ]
