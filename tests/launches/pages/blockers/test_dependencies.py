import pytest

from launches.models import Blocker
from readiness.models import Change
from tests.fixtures.markup import on_one_line

URL = "/launches/europe-ga/blockers/spam/"
HERE = f"{URL}dependencies/"
HTMX = {"HX-Request": "true", "HX-Target": "blocker-panel"}


@pytest.fixture
def others(europe, people, now):
    """Two of Messaging, one of Payments."""
    payments = people.stranger.teams.get()
    return [
        Blocker.objects.raised(
            europe.launch,
            title=title,
            by=people.lead,
            now=now,
            proposed=False,
            kind="customer_facing",
            team=team,
        )
        for title, team in (
            ("Consent for mail", europe.team),
            ("Consent for WhatsApp", europe.team),
            ("Invoices in euro", payments),
        )
    ]


def told(other, way="waits", version=1):
    return {"version": version, "way": way, "other": other}


def links():
    return sorted(Blocker.depends_on.through.objects.values_list("from_blocker__slug", "to_blocker__slug"))


@pytest.mark.parametrize("typed", ["consent-for-mail", "CONSENT for mail", "for mai"])
def test_add_by_typing_a_name_a_title_or_a_part_of_it(sign_in, people, spam, others, typed):
    response = sign_in(people.teammate).post(HERE, told(typed))
    assert (response.status_code, response["Location"]) == (302, URL)
    assert links() == [("spam", "consent-for-mail")]
    change = Change.objects.about(spam).get()
    assert (change.verb, change.author) == ("dependency added", people.teammate)


def test_htmx_gets_the_panel_with_it_and_the_graph_behind_hears_of_it(sign_in, people, spam, others):
    response = sign_in(people.lead).post(HERE, told("invoices-in-euro"), headers=HTMX)
    assert (response.status_code, response["HX-Trigger"]) == (200, '{"dependencies-changed": {}}')
    assert response.text.lstrip().startswith('<article class="panel" id="blocker-panel"')
    assert [row.blocker for row in response.context["order"].waits] == [others[2]]
    assert 'Remove<span class="sr"> Invoices in euro</span>' in response.text
    token = response.text.split('name="token" value="')[1].split('"')[0]
    undone = sign_in(people.lead).post("/undo/", {"token": token}, headers=HTMX)
    assert (undone.status_code, undone["HX-Trigger"], links()) == (200, response["HX-Trigger"], [])


def test_from_the_other_end_it_is_told_of_the_one_that_waits(sign_in, people, spam, others):
    client = sign_in(people.lead)
    assert client.post(HERE, told("Invoices in euro", "holds", version=7)).status_code == 302
    assert links() == [("invoices-in-euro", "spam")]
    assert Change.objects.about(others[2]).first().verb == "dependency added"
    data = told("invoices-in-euro", "holds", version=2) | {"_method": "DELETE"}
    assert client.post(HERE, data | {"version": 1}).status_code == 409
    assert client.post(HERE, data).status_code == 302
    assert links() == []


def test_what_another_teams_blocker_waits_for_is_not_ours_to_say(sign_in, people, spam, others):
    response = sign_in(people.teammate).post(HERE, told("Invoices in euro", "holds"), headers=HTMX)
    assert (response.status_code, links()) == (403, [])
    assert "Only its team or the launch’s lead may say what “Invoices in euro” waits for." in response.text
    assert sign_in(people.stranger).post(HERE, told("consent-for-mail")).status_code == 403


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "consent",
            "Which one? “Consent for mail” (consent-for-mail), “Consent for WhatsApp”",
        ),
        ("ledger", "No other blocker of this launch has that name."),
        ("spam", "No other blocker of this launch has that name."),
        ("", "This field is required."),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_was_typed_stays_when_it_does_not_say_which(sign_in, people, spam, others, typed, said, headers):
    response = sign_in(people.lead).post(HERE, told(typed), headers=headers)
    assert (response.status_code, links()) == (422, [])
    assert said in response.text
    field = f'required autocomplete="off" placeholder="Type another blocker’s title" value="{typed}"'
    assert field in on_one_line(response.text)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_circle_and_a_stale_page_are_refused_with_what_is_there_now(
    sign_in, people, spam, others, now, headers
):
    others[0].wait_for(spam, by=people.lead, now=now)
    client = sign_in(people.lead)
    response = client.post(HERE, told("consent-for-mail"), headers=headers)
    assert response.status_code == 409
    assert "makes a cycle: Mail lands in spam → Consent for mail → Mail lands in spam." in response.text
    spam.amend(by=people.admin, now=now, title="All mail is lost")
    response = client.post(HERE, told("invoices-in-euro"), headers=headers)
    assert response.status_code == 409
    assert "“All mail is lost” was changed by somebody else" in response.text
    assert 'value="invoices-in-euro"' in response.text
    assert links() == [("consent-for-mail", "spam")]


def test_removed_with_and_without_a_script(sign_in, people, spam, others, now):
    client = sign_in(people.lead)
    for other in others[:2]:
        spam.wait_for(other, by=people.lead, now=now)
    data = told("consent-for-mail", version=3)
    assert client.delete(HERE, QUERY_STRING="version=3&way=waits&other=consent-for-mail").status_code == 302
    assert (
        client.post(HERE, data | {"version": 4, "other": "consent-for-whatsapp", "_method": "DELETE"})[
            "Location"
        ]
        == URL
    )
    assert links() == []


def test_there_are_titles_to_choose_from(sign_in, people, spam, others):
    client = sign_in(people.lead)
    known = "".join(f'<option value="{row.title}"></option>' for row in others)
    assert client.get(HERE, headers=HTMX).text.strip() == known
    assert f'<datalist id="others-known">{known}</datalist>' in client.get(HERE).text.replace("\n", "")
    assert '<datalist id="others-known"></datalist>' in client.get(URL, headers=HTMX).text


def test_who_may_only_look_sees_both_ends_and_no_form(sign_in, people, spam, others, now):
    spam.wait_for(others[0], by=people.lead, now=now)
    response = sign_in(people.viewer).get(URL, headers=HTMX)
    order = response.context["order"]
    assert ([(row.blocker, row.may_remove) for row in order.waits], order.holds) == ([(others[0], False)], [])
    assert "dependencies/" not in response.text


def test_signed_out_wrong_method_and_no_such_blocker(sign_in, people, spam):
    assert sign_in().post(HERE)["Location"] == "/sign-in/?next=/"
    assert sign_in(people.lead).put(HERE).status_code == 405
    assert sign_in(people.lead).get(HERE.replace("spam", "ham")).status_code == 404
