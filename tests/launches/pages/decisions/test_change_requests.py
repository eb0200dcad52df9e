"""Each way round, by page: the form says that it takes two and asks why, and another person answers."""

import pytest
from model_bakery import baker

from launches.models import Blocker, Launch, Notice, SignOff
from launches.notifications import queue_notices
from launches.status import settle_launch
from readiness.models import (
    ChangeRequest,
    Integration,
    Item,
    NeedsApproval,
    Readiness,
    Region,
    Requirement,
    User,
)

CELL = "/regions/europe/cells/whatsapp/"
LINE = "/integrations/whatsapp/requirements/health/"
SALES = "/launches/europe-ga/sign-offs/sales/function/"
ROLES = ("admin", "lead", "teammate", "stranger", "viewer")
LINE_NOW = {
    "version": 1,
    "title": "Health",
    "level": "must",
    "probe": "http",
    "shown": "http",
    "interval": "300",
    "failures": "3",
    "recovery": "2",
    "retries": "1",
    "written": "text",
    "parameters": "url: https://whatsapp.example/",
}
# By way: where the form is, what it sends, its field for the reason, who may ask.
WAYS = {
    "importance": (f"{CELL}importance/", {"version": 1, "importance": "nice_to_have"}, "why", "admin lead"),
    "declare": (f"{CELL}declaration/", {"version": 1, "state": "ready"}, "override_reason", "admin lead"),
    "level": (LINE, LINE_NOW | {"level": "should"}, "why", "admin teammate"),
    "parameters": (LINE, LINE_NOW | {"parameters": "url: https://example.com/"}, "why", "admin teammate"),
    "by hand": (LINE, LINE_NOW | {"probe": "", "parameters": "", "written": ""}, "why", "admin teammate"),
    "removal": (LINE, {"version": 1, "_method": "DELETE"}, "why", "admin teammate"),
    "advisory": (SALES, {"version": 1, "signer": "", "lead_days": "2"}, "why", "admin lead"),
    "function": (SALES, {"_method": "DELETE"}, "why", "admin lead"),
}


@pytest.fixture
def failing(europe, people, now):
    Requirement.objects.filter(slug="health").update(parameters={"url": "https://whatsapp.example/"})
    Item.objects.filter(pk=europe.items[0].pk).update(state="failed", outcome="failed")
    baker.make(SignOff, launch=europe.launch, slug="sales", function="Sales")
    settle_launch(europe.launch, now)
    return europe


def stored():
    return (
        list(Readiness.objects.values_list("importance", "state")),
        list(Requirement.objects.values_list("slug", "level", "probe", "parameters")),
        list(SignOff.objects.values_list("slug", "is_required")),
        list(Blocker.objects.live().values_list("slug", flat=True)),
    )


@pytest.mark.parametrize("way", WAYS)
def test_one_asks_and_another_approves(failing, people, sign_in, way):
    url, data, field, may = WAYS[way]
    before = stored()
    for role in ROLES:
        client = sign_in(getattr(people, role))
        answer = client.post(url, data | {field: "Nobody there uses it"})
        assert (role, answer.status_code) == (role, 302 if role in may else 403)
        assert (role, stored()) == (role, before)
        if role not in may:
            continue
        page = client.get(answer["Location"], follow=True)
        assert "Asked: it stays as it is until somebody else approves." in page.text
        asked = ChangeRequest.objects.get(state="open")
        assert asked.requested_by == getattr(people, role)
        _answered_by_nobody_else(asked, people, sign_in, role)
        assert stored() == before
        asked.refresh_from_db()
        asked.withdraw(by=asked.requested_by, now=asked.requested_at)
    client = sign_in(getattr(people, may.split()[-1]))
    client.post(url, data | {field: "Nobody there uses it"})
    asked = ChangeRequest.objects.get(state="open")
    approver = sign_in(people.admin)
    answer = approver.post(asked.get_absolute_url(), _approving(asked))
    assert answer.status_code == 302
    assert stored() != before
    assert "Approved, and done." in approver.get(answer["Location"]).text


def _approving(asked, **more):
    asked = ChangeRequest.objects.get(pk=asked.pk)
    return {"version": asked.version, "seen": asked.subject.version, "answer": "approve"} | more


def _answered_by_nobody_else(asked, people, sign_in, asker):
    """Who asked, and who neither leads the launch nor is an admin, is refused."""
    for role in ROLES:
        if role == asker or role not in ("admin", "lead"):
            answer = sign_in(getattr(people, role)).post(asked.get_absolute_url(), _approving(asked))
            assert (asker, role, answer.status_code) == (asker, role, 403)


@pytest.mark.parametrize("way", WAYS)
def test_the_form_says_so_and_asks_why(failing, people, sign_in, way):
    url, data, field, may = WAYS[way]
    client = sign_in(getattr(people, may.split()[-1]))
    before = stored()
    shown = client.get(url.replace("importance/", "").replace("declaration/", ""))
    if way != "declare":
        assert "Somebody else has to approve it, since WhatsApp" in shown.text
    answer = client.post(url, data | {field: "  "})
    assert (answer.status_code, stored(), ChangeRequest.objects.count()) == (422, before, 0)
    assert "Somebody else has to approve it, since WhatsApp" in answer.text


@pytest.mark.parametrize("way", WAYS)
def test_with_nothing_in_the_way_it_happens_at_once(failing, people, sign_in, way, now):
    url, data, field, may = WAYS[way]
    Blocker.objects.update(state="resolved", closed_at=now)
    before = stored()
    reason = {field: "Customers know"} if way == "declare" else {}
    answer = sign_in(getattr(people, may.split()[-1])).post(url, data | reason)
    assert (answer.status_code, ChangeRequest.objects.count()) == (302, 0)
    assert stored() != before


@pytest.fixture
def asked(failing, people, sign_in):
    url, data, field, _ = WAYS["importance"]
    sign_in(people.lead).post(url, data | {field: "Nobody there uses it"})
    return ChangeRequest.objects.get()


def test_it_shows_wherever_it_matters(asked, people, sign_in):
    lead, admin = sign_in(people.lead), sign_in(people.admin)
    for url in (CELL, "/launches/europe-ga/blockers/whatsapp/"):
        assert "asks to make it less important: “Nobody there uses it”" in lead.get(url).text
    queue = "/launches/europe-ga/decisions/"
    assert 'value="approve"' in admin.get(queue).text
    assert 'value="approve"' not in lead.get(queue).text
    assert asked.get_absolute_url() in admin.get("/my/").text
    assert asked.get_absolute_url() not in lead.get("/my/").text
    assert "May approve it:" in lead.get(asked.get_absolute_url()).text


def test_who_may_approve_is_told_and_then_who_asked(asked, people, sign_in, now):
    queue_notices(now)
    told = Notice.objects.filter(change__content_type__model="changerequest").order_by("pk")
    assert list(told.values_list("person__username", "reason")) == [("admin", "asked")]
    asked.approve(by=people.admin, now=now)
    queue_notices(now)
    last = told.last()
    assert (last.person, last.reason) == (people.lead, "yours")


def test_refusing_asks_why(asked, people, sign_in):
    client = sign_in(people.admin)
    answer = client.post(asked.get_absolute_url(), {"version": 1, "answer": "refuse"})
    assert (answer.status_code, "so that who asked can do better" in answer.text) == (422, True)
    answer = client.post(asked.get_absolute_url(), {"version": 1, "answer": "refuse", "note": "They do"})
    asked.refresh_from_db()
    assert (answer.status_code, asked.state, asked.note_of_decision) == (302, "refused", "They do")
    assert Readiness.objects.get().importance == "must_have"


def test_what_changed_meanwhile_is_shown_and_decided_again(asked, people, sign_in, now):
    client, seen = sign_in(people.admin), _approving(asked)
    Readiness.objects.get().declare("in_progress", by=people.lead, now=now)
    answer = client.post(asked.get_absolute_url(), seen)
    assert (answer.status_code, "Look again, and decide once more." in answer.text) == (409, True)
    assert Readiness.objects.get().importance == "must_have"
    assert client.post(asked.get_absolute_url(), _approving(asked)).status_code == 302
    assert client.post(asked.get_absolute_url(), _approving(asked)).status_code == 409


OVERRIDE = {"state": "ready", "override_reason": "Customers know"}


def test_it_says_whether_the_row_is_as_it_was_when_it_was_asked_for(failing, people, sign_in, now):
    said, client = "It is not as it was when this was asked for", sign_in(people.admin)
    requirement = Requirement.objects.get(slug="health")
    for subject, verb, arguments, moved in (
        (Readiness.objects.get(), "declare", OVERRIDE, {"state": "in_progress"}),
        (requirement, "amend", {"values": {"parameters": {"url": "https://a.example/"}}}, {"parameters": {}}),
        (failing.launch, "set_scope", {"scope": []}, {"scope_all": False}),
        # In another region nothing stands on it any more.
        (failing.launch, "set_region", {"region": "asia"}, {}),
    ):
        with pytest.raises(NeedsApproval) as needed:
            getattr(subject, verb)(**arguments, by=people.lead, now=now)
        asked = ChangeRequest.objects.ask(needed.value, by=people.lead, now=now, reason="Nobody uses it")
        assert (verb, said in client.get(asked.get_absolute_url()).text) == (verb, False)
        if not moved:
            continue
        rows, before = type(subject).objects.filter(pk=subject.pk), {n: getattr(subject, n) for n in moved}
        rows.update(**moved)
        assert (verb, said in client.get(asked.get_absolute_url()).text) == (verb, True)
        rows.update(**before)


def test_once_nothing_stands_on_it_who_asked_does_it(asked, people, sign_in, now):
    lead = sign_in(people.lead)
    doing = _approving(asked, answer="apply")
    assert lead.post(asked.get_absolute_url(), doing).status_code == 409
    Blocker.objects.update(state="resolved", closed_at=now)
    assert "Do it now" in lead.get(asked.get_absolute_url()).text
    assert sign_in(people.admin).post(asked.get_absolute_url(), doing).status_code == 403
    assert lead.post(asked.get_absolute_url(), doing).status_code == 302
    assert Readiness.objects.get().importance == "nice_to_have"


def test_who_leads_one_of_two_launches_decides_for_neither(failing, people, sign_in, now):
    """A requirement is every region's; an admin decides, or who leads all of them."""
    other = baker.make(User, username="other")
    beta = baker.make(
        Launch, slug="beta", name="Beta", region=failing.region, target="2026-12-01", baseline="2026-12-01"
    )
    settle_launch(beta, now)
    Launch.objects.filter(pk=beta.pk).update(lead=other)
    url, data, field, _ = WAYS["removal"]
    sign_in(people.teammate).post(url, data | {field: "Nobody there uses it"})
    asked = ChangeRequest.objects.get()
    for person in (people.lead, other):
        assert sign_in(person).post(asked.get_absolute_url(), _approving(asked)).status_code == 403
    Launch.objects.update(lead=other)
    other = User.objects.get(pk=other.pk)
    assert sign_in(other).post(asked.get_absolute_url(), _approving(asked)).status_code == 302
    assert not Requirement.objects.filter(slug="health").exists()


def test_alone_in_the_company_it_waits(failing, people, sign_in):
    User.objects.exclude(pk=people.lead.pk).update(is_active=False)
    url, data, field, _ = WAYS["importance"]
    lead = sign_in(people.lead)
    lead.post(url, data | {field: "Nobody there uses it"})
    asked = ChangeRequest.objects.get()
    assert "it waits until there is another admin" in lead.get(asked.get_absolute_url()).text
    assert lead.post(asked.get_absolute_url(), _approving(asked)).status_code == 403


def ask_about(number, failing, people, now):
    """One more of each kind of subject, with a request about it."""
    launch, team = failing.launch, failing.team
    there = {"slug": f"r-{number}", "domain": "harbor.example"}
    region = baker.make(Region, **there) if number else failing.region
    integration = baker.make(Integration, slug=f"i-{number}", name=f"I {number}", team=team)
    url = {"url": "https://{region.domain}/"}
    facts = {"slug": "up", "level": "must", "probe": "http", "parameters": url}
    line = baker.make(Requirement, integration=integration, **facts)
    cell = baker.make(Readiness, region=region, integration=integration)
    baker.make(Item, cell=cell, requirement=line, state="failed", outcome="failed")
    sign_off = baker.make(SignOff, launch=launch, slug=f"s-{number}", function=f"S {number}")
    other = baker.make(Launch, slug=f"l-{number}", region=region, lead=people.lead, target=launch.target)
    settle_launch(other, now)
    settle_launch(launch, now)
    acts = (
        (cell, "set_importance", {"importance": "not_needed"}),
        (line, "remove", {}),
        (sign_off, "remove", {}),
        (other, "set_scope", {"scope": []}),
        (region, "amend", {"values": {"domain": "example.com"}}),
    )
    for subject, verb, arguments in acts:
        with pytest.raises(NeedsApproval) as needed:
            getattr(subject, verb)(**arguments, by=people.lead, now=now)
        asked = ChangeRequest.objects.ask(needed.value, by=people.lead, now=now, reason="Nobody uses it")
        ChangeRequest.objects.filter(pk=asked.pk).update(launches=[launch.pk, *asked.launches])


def test_the_number_of_queries_does_not_grow_with_what_is_asked_for(failing, people, sign_in, now, queries):
    client = sign_in(people.admin)
    pages = ["/launches/europe-ga/decisions/"]
    ask_about(0, failing, people, now)
    pages.append(ChangeRequest.objects.filter(requested_by=people.lead).first().get_absolute_url())
    before = [queries(client, page) for page in pages]
    for number in range(1, 20):
        ask_about(number, failing, people, now)
        baker.make(User, username=f"admin-{number}", is_superuser=True)
    assert [queries(client, page) for page in pages] == before
