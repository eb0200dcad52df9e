"""Each page in a language that marks all it says: what stands unmarked was never given to translate."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import models
from django.utils import translation
from django.utils.translation import trans_real

from launches.onboarding.places import choices
from launches.onboarding.starter import offers, plan_of
from launches.pages.lists import table
from launches.trackers import Tracker
from readiness import probes
from readiness.models import Region
from tests.fixtures.everything import none, undone
from tests.test_permissions import TABLE, address_of
from tests.translations.catalogues import read_texts
from tests.translations.test_catalogues import NAMED
from tests.translations.test_templates import UNITS

pytestmark = pytest.mark.anywhere

SILENT = {"script", "style", "code", "kbd", "pre", "samp"}
SPOKEN = {"alt", "aria-label", "aria-description", "placeholder", "title"}
MARKED = re.compile("⟦[^⟧]*⟧")
ADDRESS = re.compile(r"https?://\S+")
# What a name is made of: Lisbon's "lisbon-ga" in an address that is shown.
WORD = re.compile(r"[^\W\d_]{2,}")
BRAND = "Region Readiness"
# What stands between an English text and its context where Django looks both up.
CONTEXT = "\x04"
UNSAID = re.compile(f"{NAMED.pattern}|<[^<>]*>")


class Marking(trans_real.DjangoTranslation):
    """French of the first water: ⟦Launch without⟧ %(name)s."""

    def gettext(self, message: str) -> str:
        message = message.rpartition(CONTEXT)[2]
        pieces = UNSAID.split(message)
        holes = [*UNSAID.findall(message), ""]
        return "".join(
            f"⟦{piece}⟧{hole}" if piece.strip() else f"{piece}{hole}"
            for piece, hole in zip(pieces, holes, strict=True)
        )

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, _context: str, message: str) -> str:
        return self.gettext(message)

    def npgettext(self, _context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)


class Words(HTMLParser):
    """What a page says, in order: its text, and what is only heard or hovered."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag, attrs):
        self._silent += tag in SILENT
        self.said += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag):
        self._silent -= tag in SILENT

    def handle_data(self, data):
        if not self._silent:
            self.said.append(data)


@pytest.fixture
def marking(people, monkeypatch):
    admin = people["admin"]
    admin.language = "fr"
    admin.save()
    monkeypatch.setitem(trans_real._translations, "fr", Marking("fr"))
    # Neither has this language said anything yet, nor is what it says remembered.
    table._state.cache_clear()
    yield admin
    table._state.cache_clear()


def test_no_page_says_anything_of_its_own(marking, client):
    client.force_login(marking)
    names, wrong = kept(), []
    for name, (_, readers, _) in TABLE.items():
        if readers:
            wrong += [f"{name}: {word}" for word in unmarked(client.get(address_of(name)), names)]
    none(wrong)


def test_nor_does_the_answer_to_an_empty_form(marking, client):
    client.force_login(marking)
    wrong = []
    for name, (_, _, writers) in TABLE.items():
        if writers:
            with undone():
                answer = client.post(address_of(name), follow=True)
                wrong += [f"{name}: {word}" for word in unmarked(answer, kept())]
            cache.clear()
    none(wrong)


@pytest.mark.usefixtures("marking")
def test_what_is_begun_is_said_in_it_too():
    """The starter catalogue: all of an entry that people read, and none of what is compared or called."""
    with translation.override("fr"):
        plan = plan_of(offers())
    said = [*read_texts(plan["teams"]), *read_texts(plan["integrations"])]
    assert [text for text in said if not MARKED.fullmatch(text)] == []
    slugs = [*plan["teams"], *plan["integrations"], *(one["team"] for one in plan["integrations"].values())]
    assert [slug for slug in slugs if MARKED.search(slug)] == []


def unmarked(answer, names: list[str]) -> list[str]:
    """The words of an answer that are neither marked nor in `names`."""
    if not answer.headers["Content-Type"].startswith("text/"):
        return []
    words = Words()
    words.feed(answer.text if not answer.streaming else b"".join(answer.streaming_content).decode())
    found = []
    for said in words.said:
        rest = ADDRESS.sub(" ", MARKED.sub(" ", said)).replace(BRAND, " ")
        for name in names:
            rest = rest.replace(name, " ")
        found += [word for word in WORD.findall(rest) if word not in UNITS]
    return found


def kept() -> list[str]:
    """What people and probes have written, which no page translates; the longest first."""
    return sorted(set(_kept()), key=len, reverse=True)


def _kept() -> Iterator[str]:
    yield from Tracker.labels
    for model in (
        *apps.get_app_config("readiness").get_models(),
        *apps.get_app_config("launches").get_models(),
    ):
        fields = [
            field.name
            for field in model._meta.fields
            if isinstance(field, models.CharField | models.TextField)
            and not field.choices
            and field.name not in {"verb", "password"}
        ]
        for row in model._base_manager.values_list(*fields) if fields else ():
            yield from (str(value) for value in row if value)
    yield from probes.names()
    for freezes in Region.objects.values_list("freezes", flat=True):
        yield from (freeze["reason"] for freeze in freezes)
    for provider, group in choices():
        yield from (provider, *(label for _, label in group))
    yield "English"
