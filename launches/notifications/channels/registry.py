"""Every channel there is."""

from collections.abc import Iterable

from launches.notifications.channels import Addressee, Channel
from launches.notifications.channels.email import Email

CHANNELS: dict[str, Channel] = {channel.name: channel for channel in (Email(),)}


def open_to(person: Addressee, refused: Iterable[str]) -> list[Channel]:
    """Those that are set up, reach `person`, and are not among the `refused`."""
    return [
        channel
        for channel in CHANNELS.values()
        if channel.is_set_up() and channel.reaches(person) and channel.name not in refused
    ]
