"""What the environment says of secrets for checks: their values, and the hosts that they may be sent to."""

from collections.abc import Mapping

_PREFIX, _HOSTS = "PROBE_SECRET_", "_HOSTS"


def probe_secrets(environment: Mapping[str, str]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """The values by name, and the hosts by name for those that are bound to some; `*.` begins a wildcard."""
    given = {
        name.removeprefix(_PREFIX): value
        for name, value in environment.items()
        if name.startswith(_PREFIX) and value
    }
    return (
        {name: value for name, value in given.items() if not name.endswith(_HOSTS)},
        {
            name.removesuffix(_HOSTS): tuple(host.strip().lower() for host in value.split(","))
            for name, value in given.items()
            if name.endswith(_HOSTS)
        },
    )
