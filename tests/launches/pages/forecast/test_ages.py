"""How long decisions and work took."""

from datetime import timedelta

from launches.models import Blocker, Waiver
from launches.pages.forecast.ages import Age

URL = "/launches/europe-ga/ages/"


def test_half_nine_of_ten_and_the_longest(now):
    spans = [(now, now + timedelta(days=days)) for days in (10, 1, 2, 3, 4, 5, 6, 7, 8, 9)]
    assert Age.of("x", spans) == Age("x", 10, 5.5, 9, 10)
    assert Age.of("x", spans[:1]) == Age("x", 1, 10, 10, 10)
    assert Age.of("x", []) == Age("x", 0)


def test_a_launch_without_anything_decided(sign_in, people, europe):
    response = sign_in(people.viewer).get(URL)
    assert [age.number for age in response.context["ages"]] == [0, 0, 0]
    assert "Nothing blocks this launch." in response.text


def test_each_is_counted_from_its_beginning(sign_in, people, europe, spam, now):
    new = Blocker.objects.raised(
        europe.launch, title="New", by=people.stranger, now=now, proposed=True, kind="infrastructure"
    )
    new.accept(by=people.lead, now=now + timedelta(days=2))
    Waiver.ask(new, by=people.stranger, now=now, reason="Late")
    Waiver.objects.update(approved_by=people.lead, approved_at=now + timedelta(days=1))
    spam.resolve(by=people.lead, now=now)
    ages = sign_in(people.viewer).get(URL).context["ages"]
    assert [(age.number, age.median) for age in ages] == [(1, 2), (1, 1), (1, 10)]
