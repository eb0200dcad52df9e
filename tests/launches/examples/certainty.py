"""No page says 0 % or 100 % of a chance: neither of the example nor of launches as good as certain."""

import re
from datetime import date, timedelta
from urllib.parse import urljoin, urlsplit

import time_machine
from django.test import Client
from django.urls import Resolver404, resolve
from model_bakery import baker

from launches.models import Blocker, Launch, Scenario
from launches.status.snapshots import save_snapshots
from readiness.models import Region, User
from tests.launches.conftest import NOW

CERTAIN = re.compile(r"(?<![\d.,])(?:100|0)[ \u00a0\u202f]%")
LINK = re.compile(r'(?:href|hx-get)="([^"#]*)')
# How often a check passed is measured and no chance; its kinds stand in no link to a launch.
MEASURED = {"check", "check-list", "checks-csv", "region", "matrix"}
# Of each address with other words in it, so many are read: the same templates say it in French, and are
# read there of one launch, but for the pages on which most chances stand.
EACH = {"en": 2, "fr": 1}
CHANCES = {"launch", "report", "what-if"}


def extremes():
    """Launches of one small and of one endless piece of work, and of none, for dates near and past."""
    lead = User.objects.get(username="mara")
    for slug, days, target in (
        ("sure", 1, date(2027, 12, 14)),
        ("hopeless", 900, date(2026, 11, 9)),
        ("passed", 5, date(2020, 11, 3)),
        ("empty", None, date(2020, 11, 3)),
    ):
        region = baker.make(Region, slug=slug, name=slug.title(), timezone="UTC", holiday_calendar="IE")
        launch = baker.make(
            Launch, slug=slug, name=slug.title(), region=region, target=target, baseline=target, lead=lead
        )
        for part in ("first", "second") if days else ():
            facts = {"best": days, "likely": days, "worst": days, "owner": lead, "kind": "internal_process"}
            baker.make(Blocker, launch=launch, slug=part, title=part, opened_at=NOW, **facts)
        baker.make(Scenario, launch=launch, name="Less", query="drop=first", saved_by=lead)


class NothingCertain:
    """For the class whose tests begin with the example as it was told."""

    def read(self, language):
        """Every address that can be reached by links from the first page, and what it says."""
        client = Client(HTTP_ACCEPT_LANGUAGE=language)
        client.force_login(User.objects.get(username="mara"))
        waiting, seen, told = ["/"], set(), {}
        while waiting:
            address = waiting.pop(0)
            if not (name := self.name_of(address, language)) or told.get(name, 0) >= EACH[language]:
                continue
            told[name] = told.get(name, 0) + 1
            response = client.get(address)
            text = b"".join(response).decode() if response.streaming else response.text
            yield address, text
            for link in LINK.findall(text):
                there = urljoin(address, link.replace("&amp;", "&"))
                if there not in seen:
                    seen.add(there)
                    waiting.append(there)

    def name_of(self, address, language):
        """What kind of page it is, for which launch; nothing of what is no page or is measured."""
        try:
            found = resolve(urlsplit(address).path)
        except Resolver404:
            return None
        if found.namespaces or not found.url_name or found.url_name in MEASURED:
            return None
        is_read_of_each = "launch" in address and (language == "en" or found.url_name in CHANCES)
        launch = found.kwargs.get("slug", "") if is_read_of_each else ""
        return found.url_name, launch, bool(urlsplit(address).query)

    def test_nothing_is_certain_in_any_language(self):
        extremes()
        save_snapshots(NOW - timedelta(days=1))
        for language in EACH:
            with time_machine.travel(NOW, tick=False):
                read = dict(self.read(language))
            for launch in ("sure", "hopeless", "passed", "empty", "europe-ga"):
                assert {f"/launches/{launch}/", f"/launches/{launch}/report/"} <= read.keys()
            assert "/launches/europe-ga/what-if/" in read
            assert {at: CERTAIN.findall(text) for at, text in read.items() if CERTAIN.search(text)} == {}
            said = " ".join(read.values()).replace("\u00a0", " ")
            assert ("over 99 %" in said) or ("plus de 99 %" in said)
            assert ("under 1 %" in said) or ("moins de 1 %" in said)
            assert re.findall(r"[−-]\d+ (?:working )?days? left", said) == []
