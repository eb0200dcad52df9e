"""What a draft says is made at once, and never over what is there."""

from datetime import date

import pytest
from model_bakery import baker

from launches.models import Blocker, Draft, Launch, SignOff
from launches.onboarding.beginning import NothingToBegin, add, begin
from launches.onboarding.inventory import understood
from launches.onboarding.sheet import Row
from launches.plan.problems import Refused
from readiness.models import Change, Integration, Invitation, Readiness, Region, Requirement, Team, User

REGION = {"slug": "oz", "name": "Australia", "timezone": "Australia/Sydney", "holiday_calendar": "AU"}
LAUNCH = {
    "region": "oz",
    "name": "Australia",
    "stage": "general_availability",
    "target": "2027-03-01",
    "lead": "an-admin",
    "confidence_goal": 85,
    "functions": ["legal", "sales"],
}


@pytest.fixture
def say(admin, now):
    def said(**steps):
        for step, what in steps.items():
            Draft.objects.say(admin, step, what, now)

    return said


@pytest.fixture
def go(admin, now):
    return lambda: begin(admin, now=now, today=now.date(), absolute="https://site.example".__add__)


def own(*rows):
    return understood([Row(number, list(row)) for number, row in enumerate(rows, 1)], ["name", "team"]).plan()


def test_all_of_it(say, go, admin):
    people = {"emails": ["ann@shop.example"], "teams": ["platform"]}
    chosen = {"chosen": ["database", "whatsapp"], "own": own(["Fax", "Paper"])}
    say(region=REGION, integrations=chosen, launch=LAUNCH, people=people)
    begun = go()
    assert begun.launch == Launch.objects.get(slug="oz-ga", lead=admin, target=date(2027, 3, 1))
    cells = Readiness.objects.order_by("integration__slug").values_list(
        "integration__slug", "integration__team__slug", "importance", "likely"
    )
    assert list(cells) == [
        ("database", "platform", "must_have", 5),
        ("fax", "paper", "must_have", None),
        ("whatsapp", "messaging", "nice_to_have", 15),
    ]
    assert sorted(Blocker.objects.values_list("title", flat=True)) == [
        "Fax not ready in Australia",
        "Primary database not ready in Australia",
    ]
    assert sorted(SignOff.objects.values_list("function", flat=True)) == ["Legal", "Sales"]
    ann = User.objects.get(email="ann@shop.example")
    assert ([str(team) for team in ann.teams.all()], ann.invitation.invited_by) == (["Platform"], admin)
    assert begun.invited.links[0].address.startswith("https://site.example/joining/")
    assert set(Change.objects.values_list("author", flat=True)) == {admin.pk, None}
    assert not Draft.objects.exists()


def test_the_second_window_finds_nothing_to_begin(say, go):
    say(region=REGION)
    go()
    with pytest.raises(NothingToBegin):
        go()
    assert Region.objects.count() == 1


@pytest.mark.parametrize("steps", [{}, {"region": {}, "people": {}}])
def test_nothing_said_or_all_skipped(say, go, steps, admin):
    say(**steps)
    with pytest.raises(NothingToBegin):
        go()


def test_what_is_there_stays_as_it_is(say, go):
    baker.make(Team, slug="platform", name="The platform people")
    baker.make(Integration, slug="database", name="Our database", kind="customer_facing")
    baker.make(Integration, slug="old", name="Old", kind="customer_facing")
    say(region=REGION, integrations={"chosen": ["database", "backups"]})
    go()
    assert Team.objects.get(slug="platform").name == "The platform people"
    database = Integration.objects.get(slug="database")
    assert (database.name, database.requirements.count()) == ("Our database", 0)
    assert sorted(Readiness.objects.values_list("integration__slug", flat=True)) == [
        "backups",
        "database",
        "old",
    ]


def test_a_region_that_somebody_else_made_meanwhile_stays_as_it_is(say, go):
    say(region=REGION, launch=LAUNCH)
    baker.make(Region, slug="oz", name="Oz", timezone="UTC")
    assert go().launch.region.name == "Oz"


def test_what_ones_own_leaves_out_is_as_offered(say, go):
    say(region=REGION, integrations={"chosen": ["billing"], "own": own(["Billing", "Accounting"])})
    go()
    billing = Integration.objects.get()
    assert (billing.team.name, billing.kind, billing.requirements.count()) == (
        "Accounting",
        "internal_process",
        4,
    )


def test_a_launch_of_a_region_that_is_there(say, go, launch):
    say(integrations={"chosen": ["database"]}, launch=LAUNCH | {"region": "lisbon"})
    assert go().launch.slug == "lisbon-ga-2"
    assert [str(cell) for cell in Readiness.objects.all()] == ["Primary database in Lisbon"]


def test_people_alone(say, go):
    say(people={"emails": ["ann@shop.example"], "teams": ["gone"]})
    begun = go()
    assert (begun.launch, len(begun.invited.links), begun.report.kinds) == (None, 1, {})


def test_what_was_taken_meanwhile_is_refused_and_the_draft_is_kept(say, go):
    say(launch=LAUNCH | {"region": "gone"}, people={"emails": ["ann@shop.example"]})
    with pytest.raises(Refused, match="expected a region"):
        go()
    assert (Draft.objects.count(), Invitation.objects.count()) == (1, 0)


def test_a_step_is_taken_back_alone(say, admin, now):
    say(region=REGION, integrations={"chosen": ["database"]}, launch={})
    draft = Draft.objects.of(admin)
    states = [draft.state(step) for step in ("region", "integrations", "launch", "people")]
    assert (states, draft.next_step) == (["said", "said", "skipped", "open"], "people")
    Draft.objects.clear(admin, "region", now)
    draft = Draft.objects.of(admin)
    assert (draft.next_step, draft.said("integrations")) == ("region", {"chosen": ["database"]})


def test_a_sheet_goes_into_the_regions_named(launch, admin, now):
    plan = own(["Fax", "Paper"], ["Labels", ""])
    add(plan, ["lisbon"], by=admin, now=now)
    assert sorted(map(str, Readiness.objects.all())) == ["Fax in Lisbon", "Labels in Lisbon"]
    assert Blocker.objects.filter(launch=launch).count() == 2
    before = Change.objects.count()
    add(plan, ["lisbon"], by=admin, now=now)
    assert (Change.objects.count(), Requirement.objects.count()) == (before, 0)


def test_a_sheet_without_regions(admin, now):
    add(own(["Fax", ""]), [], by=admin, now=now)
    assert (Integration.objects.count(), Readiness.objects.count()) == (1, 0)
