"""What is said of a launch that cannot be forecast, and what the log hears of it."""

import logging
from types import TracebackType
from typing import Self

from django.core.cache import cache
from django.db import DatabaseError

from readiness.language.phrase import Phrase, phrase

logger = logging.getLogger(__name__)

# For so long nobody tries again, and the log is not told again.
WHILE = 600


class StandingAlone:
    """What raises within is the problem of the launch `slug` and of no other: `problem` says it for people.

    A refusal of the engine says it itself; whatever else it is, the log has the traceback, once in a while. A
    database that fails is no fault of one launch, and raises on.
    """

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.problem = Phrase("")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception) or isinstance(error, DatabaseError):
            return False
        said = error.args[0] if isinstance(error, ValueError) and error.args else None
        self.problem = said if isinstance(said, Phrase) else self._logged(error)
        return True

    def _logged(self, error: Exception) -> Phrase:
        if cache.add(f"problem:{self.slug}:{type(error).__name__}", True, WHILE):
            logger.error("The launch %s cannot be forecast.", self.slug, exc_info=error)
        return phrase("Something that is stored about it cannot be computed with; the site’s log says what.")
