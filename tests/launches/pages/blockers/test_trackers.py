import pytest

from launches.models import Blocker, TrackerLink
from launches.status.issues import apply_event
from launches.trackers import event, parsed
from launches.trackers.addresses import EXPECTED
from readiness.models import Change
from tests.launches.trackers.deliveries import GITHUB, GITLAB, SECRETS, github_issue

URL = "/launches/europe-ga/blockers/spam/trackers/"
HTMX = {"HX-Request": "true", "Shows-Launch": "true"}


@pytest.fixture
def link(spam, people, now):
    TrackerLink.objects.follow(spam, parsed(GITHUB), by=people.lead, now=now)
    return spam.tracker_links.get()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_issue_is_added_by_its_address(sign_in, people, spam, headers):
    response = sign_in(people.teammate).post(URL, {"address": f" {GITHUB}#x "}, headers=headers)
    assert response.status_code == (200 if headers else 302)
    link = spam.tracker_links.get()
    assert (link.url, link.key, link.state, link.linked_by) == (
        GITHUB,
        "harbor/api#12",
        "unknown",
        people.teammate,
    )
    change = Change.objects.about(spam).get()
    assert (change.verb, change.author, change.note) == ("added an issue", people.teammate, GITHUB)


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("typed", "status", "why"),
    [
        ("", 422, "This field is required."),
        (
            "https://tracker.example/12",
            422,
            EXPECTED,
        ),
        (f"{GITHUB}?again", 409, "harbor/api#12 is shown already."),
    ],
)
def test_what_cannot_be_added_stays_in_the_form_with_the_reason(
    sign_in, people, link, headers, typed, status, why
):
    response = sign_in(people.lead).post(URL, {"address": typed}, headers=headers)
    form = response.context["tracker_form"]
    assert (response.status_code, form.errors) == (status, {"address": [why]})
    assert f'value="{typed}"' in response.text or not typed
    assert TrackerLink.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_it_is_removed(sign_in, people, link, headers):
    client, address = sign_in(people.teammate), f"{URL}{link.pk}/"
    if headers:
        assert client.delete(address, headers=headers).status_code == 200
    else:
        assert client.post(address, {"_method": "DELETE"}).status_code == 302
    assert TrackerLink.objects.count() == 0
    assert client.post(address, {"_method": "DELETE"}, headers=headers).status_code == 404


def test_that_of_another_blocker_is_not_reached_through_this_one(sign_in, people, europe, spam, now):
    other = TrackerLink.objects.raised(
        europe.launch,
        parsed(GITHUB),
        by=europe.lead,
        now=now,
        title="Other",
        kind="internal_process",
        proposed=False,
    )
    address = f"{URL}{other.tracker_links.get().pk}/"
    assert sign_in(people.admin).delete(address, headers=HTMX).status_code == 404


@pytest.mark.parametrize("role", ["stranger", "viewer"])
def test_who_may_not_edit_it_sees_it_only(sign_in, people, link, role):
    client = sign_in(getattr(people, role))
    assert client.post(URL, {"address": GITLAB}).status_code == 403
    assert client.delete(f"{URL}{link.pk}/").status_code == 403
    page = client.get("/launches/europe-ga/blockers/spam/").text
    assert (GITHUB in page, URL in page) == (True, False)


def test_it_says_why_nothing_is_known(sign_in, people, link, settings):
    client = sign_in(people.viewer)
    settings.TRACKER_SECRETS = SECRETS
    heard = client.get("/launches/europe-ga/blockers/spam/").text
    settings.TRACKER_SECRETS = SECRETS | {"github": []}
    deaf = client.get("/launches/europe-ga/blockers/spam/").text
    assert "nothing heard from GitHub yet" in heard
    assert "GitHub does not tell this site of its issues yet" in deaf


def test_a_blocker_raised_from_an_issue_follows_it(sign_in, people):
    facts = {"title": "Media", "kind": "customer_facing", "severity": "blocks", "tracker": GITHUB}
    response = sign_in(people.lead).post("/launches/europe-ga/blockers/", facts, headers=HTMX)
    new = Blocker.objects.get(slug="media")
    assert (response.status_code, new.source, new.state) == (200, "tracker", "open")
    assert new.tracker_links.get().key == "harbor/api#12"
    assert "It resolves by itself once the issue is closed." in response.text
    assert [change.verb for change in Change.objects.about(new).order_by("pk")] == [
        "opened",
        "added an issue",
    ]


def test_an_address_that_is_none_raises_nothing(sign_in, people, spam):
    facts = {
        "title": "Media",
        "kind": "customer_facing",
        "severity": "blocks",
        "tracker": "https://a.example",
    }
    response = sign_in(people.lead).post("/launches/europe-ga/blockers/", facts)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["tracker"])
    assert Blocker.objects.count() == 1


def test_what_was_heard_is_shown_with_its_source(sign_in, people, link, now):
    closing = github_issue("closed", "closed", "2026-11-02T08:01:00Z", title="<b>Media</b>")
    apply_event(event("github", closing), "d-1", "0", now)
    text = " ".join(sign_in(people.viewer).get("/launches/europe-ga/blockers/spam/").text.split())
    assert "&lt;b&gt;Media&lt;/b&gt;" in text
    assert (
        "closed on GitHub 2 Nov 2026, 08:01 by mona (completed); heard by webhook 2 Nov 2026, 09:00" in text
    )
