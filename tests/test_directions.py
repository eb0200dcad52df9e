"""What people wrote stands in its own direction in headings, tables and lists: it has `dir="auto"`."""

from html.parser import HTMLParser

import pytest

from launches.models import Blocker, Comment, Launch, SignOff
from readiness.models import Integration, Region, Requirement, Team
from tests.fixtures.everything import none, signed_in
from tests.test_permissions import TABLE, address_of

pytestmark = pytest.mark.anywhere

WORD = "مرحبا"
WRITTEN = {
    Blocker: ("title", "description", "violates"),
    Comment: ("text",),
    Launch: ("name",),
    SignOff: ("function",),
    Integration: ("name", "description"),
    Region: ("name",),
    Requirement: ("title", "guidance"),
    Team: ("name",),
}
# What holds nothing but such a text has its direction; in a sentence of ours it takes ours.
OWN = {"h1", "h2", "h3", "th", "td", "li"}


def test_what_people_wrote_in_headings_tables_and_lists(people):
    for model, names in WRITTEN.items():
        model.objects.update(**dict.fromkeys(names, WORD))
    admin, wrong = signed_in(people)["admin"], []
    for name, (_, readers, _) in TABLE.items():
        answer = admin.get(address_of(name)) if readers and "admin" in readers else None
        if answer and answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            reader = Reader()
            reader.feed(answer.content.decode())
            wrong += [f"{name}: {place}" for place in reader.wrong]
    none(sorted(set(wrong)))


class Reader(HTMLParser):
    """Finds texts that begin with the word and have no direction of their own."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong = [], []

    def handle_starttag(self, tag, attributes):
        if tag in OWN or self.open:
            found = dict(attributes)
            # What is only heard has no direction to be seen in.
            self.open.append((tag, "auto" if found.get("class") == "sr" else found.get("dir")))

    def handle_endtag(self, tag):
        while self.open and any(tag == other for other, _ in self.open):
            if self.open.pop()[0] == tag:
                return

    def handle_data(self, data):
        if self.open and data.strip().startswith(WORD) and all(way != "auto" for _, way in self.open):
            self.wrong.append(f"<{self.open[0][0]}> {data.strip()[:40]}")
