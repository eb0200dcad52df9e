"""No template says a word to people that is not marked for translation."""

import re

from tests.translations.catalogues import root

# What Django puts in, and what is translated.
BLOCKS = re.compile(
    r"{% blocktranslate.*?{% endblocktranslate %}"
    r"|{% comment.*?{% endcomment %}"
    r"|{% block (?:page_class|shows).*?%}.*?{% endblock.*?%}",
    re.DOTALL,
)
TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
# What is the same in every language: code, keys, units, and the names of what is not ours.
SAME = re.compile(r"<(code|kbd|samp|pre)\b.*?</\1>", re.DOTALL)
SPOKEN = re.compile(r'\b(?:alt|aria-label|aria-description|placeholder|title|data-say-\w+)="([^"]*)"')
MARKUP = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)
ENTITY = re.compile(r"&#?\w+;")
DEVELOPERS = "templates/launches/styleguide.html"
UNITS = {
    "Region",
    "Readiness",
    "ms",
    "UTC",
    "GO",
    "NO",
    "NO-GO",
    "P50",
    "P85",
    "P95",
    "CSV",
    "Markdown",
    "Esc",
    "Enter",
}


def test_every_word_is_marked():
    found = {str(page.relative_to(root())): unmarked(page.read_text()) for page in pages()}
    assert {page: words for page, words in found.items() if words} == {}


def pages():
    """All but the one that only those see who work on the pages."""
    return sorted(set((root() / "templates").rglob("*.html")) - {root() / DEVELOPERS})


def test_what_is_not_marked_is_found():
    assert unmarked(
        '<p title="Late">{% translate "On time" %} <b>{{ n }} days</b> <code>x-y</code> 3 ms</p>'
    ) == [
        "days",
        "Late",
    ]


def unmarked(text: str) -> list[str]:
    # A tag may hold quotes and angle brackets of its own.
    plain = TAGS.sub("", BLOCKS.sub("", text))
    plain = SAME.sub("", plain)
    spoken = [*MARKUP.sub("\n", plain).splitlines(), *SPOKEN.findall(plain)]
    return [
        word
        for part in spoken
        for word in re.findall(r"[^\W\d_]{2,}", ENTITY.sub("", part))
        if word not in UNITS
    ]
