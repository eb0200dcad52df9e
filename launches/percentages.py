"""How a chance is said, everywhere. No simulation knows that something is certain, or impossible."""

from readiness.language.phrase import Phrase, phrase

LEAST, MOST = 0.01, 0.99


def percent(chance: float) -> str:
    return str(percentage(chance))


def percentage(chance: float) -> Phrase:
    """Of a chance, 0 to 1. Rounded down, so that what misses a goal never looks as if it made it."""
    if chance < LEAST:
        return phrase("under 1 %")
    if chance > MOST:
        return phrase("over 99 %")
    return phrase("%(number)d %%", number=int(chance * 100 + 1e-9))
