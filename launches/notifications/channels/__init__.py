"""Ways to reach a person outside this site, one module each; `CHANNELS` is the list of them.

A channel knows neither the database nor the clock: it is given a letter, and sends it or raises `NotSent`.
"""

from typing import NamedTuple, Protocol


class Addressee(Protocol):
    """What a channel may know of whom it writes to."""

    username: str
    email: str

    @property
    def label(self) -> str: ...


class Letter(NamedTuple):
    """One notice, ready to go. `key` is the same however often it is tried."""

    key: str
    person: Addressee
    subject: str
    text: str


class NotSent(Exception):
    """It did not go out; `for_good` when trying again would not help."""

    def __init__(self, problem: str, *, for_good: bool = False) -> None:
        super().__init__(problem)
        self.for_good = for_good


class Channel(Protocol):
    """`name` is kept in rows, `label` and `explanation` are shown."""

    name: str

    @property
    def label(self) -> str: ...

    @property
    def explanation(self) -> str: ...

    def is_set_up(self) -> bool:
        """Whether whoever runs the site has said how to send by it."""

    def reaches(self, person: Addressee) -> bool:
        """Whether it is known where to send it to."""

    def send(self, letter: Letter) -> None:
        """Raises `NotSent`."""
