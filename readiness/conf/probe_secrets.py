"""What the environment says of secrets for checks: their values, and the origins that they may be sent to."""

from collections.abc import Mapping

_PREFIX = "PROBE_SECRET_"
# What hosts were named by before there were origins: each stands for https on its usual port.
_BOUND_BY = ("_ORIGINS", "_HOSTS")


def probe_secrets(environment: Mapping[str, str]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """The values by name, and the origins by name; `*.` begins a wildcard of a host."""
    values: dict[str, str] = {}
    origins: dict[str, tuple[str, ...]] = {}
    for variable, value in environment.items():
        if not variable.startswith(_PREFIX) or not value:
            continue
        name = variable.removeprefix(_PREFIX)
        suffix = next((suffix for suffix in _BOUND_BY if name.endswith(suffix)), "")
        if suffix:
            entries = (entry.strip().lower() for entry in value.split(","))
            origins[name.removesuffix(suffix)] = (*origins.get(name.removesuffix(suffix), ()), *entries)
        else:
            values[name] = value
    return values, origins
