"""The right to run an item, and what its run needs to know."""

from typing import NamedTuple


class Claim(NamedTuple):
    """The right to run one item once. A result of any other run of it is dropped."""

    item: int
    run: int


class Assignment(NamedTuple):
    """A claimed run and what it needs to know: `parameters` as the database has them, in JSON.

    `region` and `integration` are keys, `facts` the region's.
    """

    item: int
    run: int
    probe: str
    parameters: str
    retries: int
    region: int
    integration: int
    facts: dict[str, str]
