from datetime import date

import pytest
from model_bakery import baker

from launches.models import Blocker, SignOff
from launches.models.fingerprint import fingerprint
from launches.status import settle_launch

URL = "/launches/europe-ga/"
BAR = 14


@pytest.fixture
def listed(sign_in, people, europe, spam, now):
    """The slugs on the list, for an address."""
    settle_launch(europe.launch, now)

    def slugs(query="", user=people.viewer):
        response = sign_in(user).get(URL + query)
        assert response.status_code == 200
        return [row.blocker.slug for row in response.context["page"].rows]

    return slugs


def test_a_launch_without_anything_says_so(sign_in, people, europe):
    europe.cell.delete()
    response = sign_in(people.viewer).get(URL)
    assert response.context["status"].sentence == (
        "Unknown: nothing is on its checklist yet. Add what the region must have."
    )
    assert "Nothing blocks this launch." in response.text
    assert "Nobody has to sign this launch off." in response.text


def test_its_list_and_the_fact_behind_each(sign_in, people, europe, spam, now):
    settle_launch(europe.launch, now)
    page = sign_in(people.viewer).get(URL).context["page"]
    assert [(row.blocker.slug, row.why) for row in page.rows] == [
        ("spam", "Two providers do not know us."),
        ("whatsapp", "2 of 2 required items open"),
    ]


def test_a_failing_check_shows_what_it_found(sign_in, people, europe, now):
    item = europe.items[0]
    item.state, item.fact = "failed", "took 1,538 ms, limit 800 ms"
    item.save()
    settle_launch(europe.launch, now)
    page = sign_in(people.viewer).get(URL).context["page"]
    assert [(row.blocker.slug, row.why) for row in page.rows] == [
        ("whatsapp-health", "took 1,538 ms, limit 800 ms"),
        ("whatsapp", "2 of 2 required items open"),
    ]


def test_what_waits_for_what(sign_in, people, europe, spam, now):
    settle_launch(europe.launch, now)
    Blocker.objects.get(slug="whatsapp").depends_on.add(spam)
    rows = sign_in(people.viewer).get(URL).context["page"].rows
    assert {row.blocker.slug: ([w.slug for w in row.waits], [h.slug for h in row.holds]) for row in rows} == {
        "spam": ([], ["whatsapp"]),
        "whatsapp": (["spam"], []),
    }


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("?kind=customer_facing", ["whatsapp"]),
        ("?certainty=known_unknown", ["spam"]),
        ("?source=cell", ["whatsapp"]),
        ("?source=cell&certainty=known_unknown", []),
        ("?team=messaging", ["spam", "whatsapp"]),
        ("?team=nobody-knows&state=neither", ["spam", "whatsapp"]),
        ("?state=proposed", []),
        ("?state=resolved", []),
    ],
)
def test_filters_are_in_the_address(listed, query, slugs):
    assert listed(query) == slugs


def test_mine_is_what_i_or_my_team_own(listed, people):
    assert listed("?mine=1", people.teammate) == ["spam", "whatsapp"]
    assert listed("?mine=1", people.stranger) == []


def test_each_count_opens_its_rows(sign_in, people, europe, spam, now):
    baker.make(Blocker, launch=europe.launch, slug="p", state="proposed", opened_at=now)
    spam.resolve(by=people.lead, now=now)
    client = sign_in(people.viewer)
    tabs = client.get(f"{URL}?kind=internal_process").context["page"].tabs
    assert [(label, count) for _, label, count, _ in tabs] == [
        ("Blocking", 0),
        ("Proposed", 1),
        ("Deferred", 0),
        ("Waived", 0),
        ("Resolved", 1),
    ]
    assert tabs[4][0] == "?state=resolved&kind=internal_process"
    over = client.get(URL + tabs[4][0]).context["page"].rows
    assert [row.blocker.slug for row in over] == ["spam"]


def test_a_stale_sign_off_names_what_got_worse(sign_in, people, europe, spam, now):
    legal = baker.make(SignOff, launch=europe.launch, slug="legal", function="Legal", signer=people.viewer)
    legal.decide("go", by=people.viewer, now=now)
    row = sign_in(people.viewer).get(URL).context["page"].gates[0]
    assert (row.gate.word, row.drawn, row.differences, row.may_sign) == ("go", "ready", (), True)
    new = Blocker.objects.raised(
        europe.launch, title="Contracts", by=people.lead, now=now, proposed=False, kind="internal_process"
    )
    assert fingerprint([new]) == {"contracts": "open"}
    row = sign_in(people.stranger).get(URL).context["page"].gates[0]
    assert (row.gate.word, row.drawn, row.may_sign) == ("stale", "blocked", False)
    assert [(worse.blocker, worse.words) for worse in row.differences] == [(new, "new, now open")]


def test_a_go_is_stale_once_what_only_degraded_blocks(sign_in, people, europe, spam, now):
    """Other facts, and getting better, leave it; one from before severity counted takes all to block."""
    spam.amend(by=people.lead, now=now, severity="degrades")
    legal = baker.make(SignOff, launch=europe.launch, slug="legal", function="Legal", signer=people.viewer)
    legal.decide("go", by=people.viewer, now=now)
    legal.refresh_from_db()
    assert legal.fingerprint == {"spam": "open (degrades)"}

    def seen():
        row = sign_in(people.viewer).get(URL).context["page"].gates[0]
        return row.gate.word, [worse.words for worse in row.differences]

    spam.start(by=people.lead, now=now)
    assert seen() == ("go", [])
    spam.amend(by=people.lead, now=now, severity="blocks")
    assert seen() == ("stale", ["was open, now in progress; only degraded before, now blocks"])
    spam.reopen(by=people.lead, now=now)
    assert seen() == ("stale", ["only degraded before, now blocks"])
    assert "only degraded before, now blocks" in sign_in(people.viewer).get(URL).text
    SignOff.objects.update(fingerprint={"spam": "open"})
    assert seen() == ("go", [])
    SignOff.objects.update(fingerprint={"spam": "waived (degrades)"})
    assert seen() == ("stale", ["was waived, now open; only degraded before, now blocks"])
    spam.amend(by=people.lead, now=now, severity="degrades")
    assert seen() == ("go", [])


def test_the_date_keeps_its_steps(sign_in, people, europe, now):
    europe.launch.move_target(date(2027, 1, 6), reason="The review takes longer", by=people.lead, now=now)
    response = sign_in(people.viewer).get(URL)
    assert "first planned 14 Dec 2026" in response.text
    assert "The review takes longer" in response.text


def test_htmx_gets_the_list_alone(sign_in, people, europe, spam):
    response = sign_in(people.viewer).get(URL, headers={"HX-Request": "true"})
    assert response.text.lstrip().startswith('<div id="blocking" data-live=')
    assert "HX-Request" in response["Vary"]


def test_buttons_are_there_for_those_who_may(sign_in, people, europe):
    def offered(user):
        text = sign_in(user).get(URL).text
        return f'href="{URL}blockers/"' in text, f'href="{URL}target/"' in text

    assert offered(people.lead) == (True, True)
    assert offered(people.admin) == (True, True)
    assert offered(people.teammate) == (True, False)
    assert offered(people.viewer) == (False, False)


@pytest.mark.parametrize("query", ["", "?state=resolved", "?mine=1"])
def test_it_takes_the_same_few_queries_for_ten_times_as_much(
    sign_in, people, europe, spam, grow, queries, now, query
):
    settle_launch(europe.launch, now)
    client = sign_in(people.teammate)
    before = queries(client, URL + query)
    grow(launches=2, each=20)
    assert queries(client, URL + query) == before
    assert before <= BAR


def test_it_is_for_those_who_signed_in(sign_in, europe):
    assert sign_in().get(URL)["Location"] == f"/sign-in/?next={URL}"


def test_there_is_no_other(sign_in, people):
    assert sign_in(people.viewer).get("/launches/atlantis/").status_code == 404


def test_it_is_read_only(sign_in, people):
    assert sign_in(people.admin).post(URL).status_code == 405
