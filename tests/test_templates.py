"""Templates print: a sentence with branches belongs to the object it is about, so no line is long."""

from pathlib import Path

from django.conf import settings

LONGEST = 160


def test_no_line_of_a_template_is_long():
    long = {
        f"{page.relative_to(settings.BASE_DIR)}:{number}": len(line)
        for page in pages()
        for number, line in enumerate(page.read_text().splitlines(), 1)
        if len(line) > LONGEST
    }
    assert long == {}


def pages() -> list[Path]:
    return sorted((settings.BASE_DIR / "templates").rglob("*.html"))
