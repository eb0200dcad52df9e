"""Labels and links to evidence: what they look like, whoever writes them."""

from urllib.parse import urlsplit

from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

MOST_LABELS, LONGEST_LABEL = 12, 40
MOST_LINKS, LONGEST_TITLE = 20, 200

valid_address = URLValidator(
    schemes=["http", "https"], message=_("Start each line with an http or https address.")
)


def plain_label(typed: str) -> str:
    """In lower case, with one space between words."""
    return " ".join(typed.casefold().split())


def link(url: str, title: str = "") -> dict[str, str]:
    """As a blocker has it; without a title it is called by its host."""
    return {"url": url, "title": (title.strip() or urlsplit(url).netloc)[:LONGEST_TITLE].rstrip()}
