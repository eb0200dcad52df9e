import re
from datetime import date

import pytest
from model_bakery import baker

from launches.models import Launch
from launches.status import settle_launch
from readiness.models import Region

HTMX = {"HX-Request": "true"}


@pytest.fixture
def australia(europe):
    region = baker.make(Region, slug="australia")
    day = date(2027, 4, 5)
    return baker.make(Launch, slug="au", name="Australia", region=region, target=day, baseline=day)


def turns(text):
    """Which launch is shown, and what is asked for next."""
    return re.search(r"<h1[^>]*>(\w+)", text)[1], re.search(r'hx-get="([^"]*)"', text)[1]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ("Europe", "?at=1")),
        ("?at=1", ("Australia", "?at=0")),
        ("?at=2", ("Europe", "?at=1")),
        ("?at=-1", ("Europe", "?at=1")),
        ("?at=²", ("Europe", "?at=1")),
        ("?at=99999999999999999999", ("Europe", "?at=1")),
        ("?at=1&hold", ("Australia", "?at=1&amp;hold")),
    ],
)
def test_one_launch_after_the_other_or_the_same_again(sign_in, people, australia, query, shown):
    assert turns(sign_in(people.viewer).get(f"/wall/{query}").text) == shown


def test_the_display_asks_for_the_next_one_only(sign_in, people, europe, now):
    settle_launch(europe.launch, now)
    client = sign_in(people.viewer)
    page, part = client.get("/wall/"), client.get("/wall/", headers=HTMX)
    assert all("HX-Request" in answer["Vary"].split(", ") for answer in (page, part))
    assert part.text.strip().startswith('<main class="wall"')
    assert part.text.strip() in page.text
    assert '<meta http-equiv="refresh" content="20; url=?at=0">' in page.text


def test_what_is_live_is_not_ahead(sign_in, people, europe, now):
    Launch.objects.update(launched_at=now)
    assert "No launch is ahead" in sign_in(people.viewer).get("/wall/?at=3").text
