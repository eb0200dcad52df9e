"""What a draft says is made at once, and never over what is there."""

from datetime import date

import pytest
from django.utils import translation
from model_bakery import baker

from launches.models import Blocker, Draft, Launch, SignOff
from launches.onboarding.beginning import NothingToBegin, add, begin, team_choices
from launches.onboarding.inventory import understood
from launches.plan.dump import dump
from launches.plan.load import load
from launches.plan.problems import LoadRefused
from launches.status import status_of
from readiness.models import Change, Integration, Invitation, Readiness, Region, Requirement, Team, User
from readiness.sheets.sheet import SheetRow

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
    return understood(
        [SheetRow(number, list(row)) for number, row in enumerate(rows, 1)], ["name", "team"]
    ).plan()


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


def test_begun_in_french_it_stays_french_under_the_same_slugs(say, go):
    say(region=REGION, integrations={"chosen": ["billing", "database"]})
    with translation.override("fr"):
        go()
    assert list(
        Integration.objects.order_by("slug").values_list("slug", "name", "team__slug", "team__name")
    ) == [
        ("billing", "Facturation", "payments", "Paiements"),
        ("database", "Base de données principale", "platform", "Plateforme"),
    ]
    usage = Requirement.objects.get(integration__slug="billing", slug="usage")
    assert usage.title == "L’usage de la région est compté"


def test_what_was_begun_in_english_is_not_made_again_in_french(say, go):
    say(region=REGION, integrations={"chosen": ["billing", "database"]})
    go()
    say(region=REGION | {"slug": "nz"}, integrations={"chosen": ["billing", "database"]})
    with translation.override("fr"):
        go()
    names = ["Billing", "Primary database"]
    assert list(Integration.objects.order_by("slug").values_list("name", flat=True)) == names
    assert list(Team.objects.order_by("slug").values_list("name", flat=True)) == ["Payments", "Platform"]
    assert Readiness.objects.filter(region__slug="nz").count() == 2


def test_ones_own_under_the_french_name_is_what_is_offered_under_it(say, go):
    brought = own(["Facturation", "Plateforme"], ["Télécopie", "Plateforme"])
    say(region=REGION, integrations={"chosen": ["billing", "database"], "own": brought})
    with translation.override("fr"):
        go()
    assert list(Integration.objects.order_by("slug").values_list("slug", "team__slug")) == [
        ("billing", "platform"),
        ("database", "platform"),
        ("telecopie", "platform"),
    ]
    assert Requirement.objects.filter(integration__slug="billing").count() == 4


def test_ones_own_that_has_both_names_keeps_both(say, go):
    brought = own(["Facturation", "Finance"], ["Billing", "Finance"])
    say(region=REGION, integrations={"chosen": ["billing"], "own": brought})
    with translation.override("fr"):
        go()
    assert sorted(Integration.objects.values_list("slug", "name")) == [
        ("billing", "Billing"),
        ("facturation", "Facturation"),
    ]


def test_what_is_there_under_the_french_name_gets_its_place(say, go, admin):
    platform = baker.make(Team, slug="plateforme", name="Plateforme")
    baker.make(Integration, slug="facturation", name="Facturation", kind="customer_facing", team=platform)
    asked = {"emails": ["ann@shop.example"], "teams": ["plateforme"]}
    say(region=REGION, integrations={"chosen": ["billing", "database"]}, people=asked)
    with translation.override("fr"):
        assert team_choices(Draft.objects.of(admin)) == [
            ("payments", "Paiements"),
            ("plateforme", "Plateforme"),
        ]
        go()
    assert sorted(Readiness.objects.values_list("integration__slug", "integration__team__slug")) == [
        ("database", "plateforme"),
        ("facturation", "plateforme"),
    ]
    assert [str(team) for team in Team.objects.all()] == ["Plateforme"]


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
    with pytest.raises(LoadRefused, match="expected a region"):
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


def test_usual_estimates_are_guesses_until_somebody_confirms_them(say, go, admin, now):
    """Those of a sheet are not: somebody wrote them there."""
    sheet = ["name", "likely"]
    brought = understood([SheetRow(1, ["Search", "4"]), SheetRow(2, ["Fax", "3"])], sheet).plan()
    say(region=REGION, integrations={"chosen": ["database", "search"], "own": brought}, launch=LAUNCH)
    launch = go().launch
    Team.objects.get(slug="platform").members.add(admin)
    Blocker.objects.update(owner=admin)

    def judged():
        return status_of(Launch.objects.select_related("region").get(pk=launch.pk), admin, now)

    guessed = Readiness.objects.filter(guessed=True)
    assert list(guessed.values_list("integration__slug", flat=True)) == ["database"]
    assert (judged().paper.guessed, judged().paper.size) == (["Primary database"], 3)
    cell = guessed.get()
    change = cell.set_estimate(cell.estimate, by=admin, now=now)
    assert (change.before, change.after) == ({"guessed": True}, {"guessed": False})
    assert (judged().paper.guessed, cell.set_estimate(cell.estimate, by=admin, now=now)) == ([], None)


def test_a_dump_brings_guesses_back_and_a_file_confirms_them(say, go, now):
    say(region=REGION, integrations={"chosen": ["database"]})
    go()
    text = dump()
    assert "guessed: true" in text
    load(text, "plan.yaml", now, now.date())
    load(text.replace(", guessed: true", ""), "plan.yaml", now, now.date())
    assert (Readiness.objects.filter(guessed=True).count(), dump()) == (1, text)
    load(text.replace("guessed: true", "guessed: false"), "plan.yaml", now, now.date())
    assert not Readiness.objects.filter(guessed=True).exists()
