"""The words of headers and cells, however they are written."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Without accents, signs and capitals: `Équipe (SRE)` is `equipe sre`."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def guessed_columns(headers: Sequence[str], fields: Mapping[str, str]) -> list[str]:
    """For each column its field by `fields`, or nothing; no field twice.

    A whole name counts before a word of one.
    """
    found = [fields.get(plain(header), "") for header in headers]
    taken: set[str] = set()
    for number, field in enumerate(found):
        found[number] = "" if field in taken else field
        taken.add(field)
    for number, header in enumerate(headers):
        if not found[number]:
            words = (fields.get(word, "") for word in plain(header).split())
            found[number] = next((field for field in words if field and field not in taken), "")
            taken.add(found[number])
    return found
