"""What waits for what: never in a circle, whoever says so at the same time."""

import threading
from collections import Counter, defaultdict
from contextlib import suppress
from graphlib import TopologicalSorter

import pytest
from django.db import connection
from model_bakery import baker

from launches.models import Blocker, NotPossible, undo
from launches.plan.load import load
from launches.plan.problems import LoadRefused
from readiness.models import Change, Conflict, User
from tests.fixtures.waiting import PATIENCE
from tests.launches.conftest import a_region

PEOPLE, TURNS = 10, 50
PLAN = "launches: {{europe-ga: {{blockers: {{{}: {{depends_on: [{}]}}}}}}}}"


@pytest.fixture
def named(europe, now):
    def make(slug, **facts):
        facts = {"launch": europe.launch, "title": slug.title(), "opened_at": now} | facts
        return baker.make(Blocker, slug=slug, kind="internal_process", **facts)

    return make


@pytest.fixture
def chain(named, europe, now):
    """Mail waits for consent, and consent for the contract."""
    mail, consent, contract = named("mail"), named("consent"), named("contract")
    mail.wait_for(consent, by=europe.lead, now=now)
    consent.wait_for(contract, by=europe.lead, now=now)
    return mail, consent, contract


def test_history_has_what_it_waited_for_and_waits_for(chain, europe, now):
    mail, consent, contract = chain
    mail.wait_for(contract, by=europe.lead, now=now, version=2)
    mail.no_longer_wait_for(consent, by=europe.lead, now=now, version=3)
    a, b = ({"id": row.pk, "label": row.title} for row in (consent, contract))
    told = [(row.verb, row.before, row.after) for row in Change.objects.about(mail).order_by("pk")]
    assert told == [
        ("dependency added", {"depends_on": []}, {"depends_on": [a]}),
        ("dependency added", {"depends_on": [a]}, {"depends_on": [a, b]}),
        ("dependency removed", {"depends_on": [a, b]}, {"depends_on": [b]}),
    ]
    mail.refresh_from_db()
    assert (list(mail.depends_on.all()), mail.version) == ([contract], 4)


def test_a_circle_is_refused_and_named_and_nothing_is_kept(chain, europe, now):
    mail, _, contract = chain
    with pytest.raises(NotPossible, match=r"^That makes a cycle: Contract → Mail → Consent → Contract\.$"):
        contract.wait_for(mail, by=europe.lead, now=now)
    with pytest.raises(NotPossible, match=r"^That makes a cycle: Mail → Mail\.$"):
        mail.wait_for(mail, by=europe.lead, now=now)
    contract.refresh_from_db()
    assert (contract.depends_on.count(), contract.version) == (0, 1)
    assert not Change.objects.about(contract).exists()


def test_who_saw_an_older_version_is_told(chain, europe, now):
    mail, consent, contract = chain
    for verb in (mail.wait_for, mail.no_longer_wait_for):
        with pytest.raises(Conflict):
            verb(contract, by=europe.lead, now=now, version=1)
    assert list(mail.depends_on.all()) == [consent]


def test_said_twice_it_is_told_once(chain, europe, now):
    mail, consent, contract = chain
    assert mail.wait_for(consent, by=europe.lead, now=now) is None
    assert mail.no_longer_wait_for(contract, by=europe.lead, now=now) is None
    assert Change.objects.about(mail).count() == 1


def test_each_is_taken_back_unless_that_closes_a_circle_by_now(named, chain, europe, now):
    mail, consent, contract = chain
    added = mail.wait_for(contract, by=europe.lead, now=now)
    undo([added], europe.lead, now)
    assert list(mail.depends_on.all()) == [consent]
    removed = mail.no_longer_wait_for(consent, by=europe.lead, now=now)
    told = undo([removed], europe.lead, now)[0]
    assert (list(mail.depends_on.all()), told.before) == ([consent], {"depends_on": []})
    removed = mail.no_longer_wait_for(consent, by=europe.lead, now=now)
    contract.wait_for(mail, by=europe.lead, now=now)
    with pytest.raises(NotPossible, match="makes a cycle: Mail → Consent → Contract → Mail"):
        undo([removed], europe.lead, now)
    mail.wait_for(named("alone"), by=europe.lead, now=now)
    with pytest.raises(NotPossible, match="“Mail” has changed since"):
        undo([removed], europe.lead, now)


def test_nothing_waits_for_what_is_over_or_of_another_launch(named, chain, europe, now):
    mail = chain[0]
    done = named("done", state="resolved")
    other = baker.make(Blocker, slug="far", title="Far", kind="customer_facing", opened_at=now)
    with pytest.raises(NotPossible, match="“Done” is resolved"):
        mail.wait_for(done, by=europe.lead, now=now)
    with pytest.raises(NotPossible, match="one launch"):
        mail.wait_for(other, by=europe.lead, now=now)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_500_links_at_once_one_in_each_ring_is_refused(now):
    """Each of ten people adds one link of a ring, all at the same moment, fifty times; five by a file."""
    launch = a_region().launch
    facts = {"launch": launch, "kind": "customer_facing", "opened_at": now}
    ring = [baker.make(Blocker, slug=f"b-{n}", title=f"B {n}", **facts) for n in range(PEOPLE)]
    people = [baker.make(User, username=f"p-{n}") for n in range(PEOPLE)]
    start, done = threading.Barrier(PEOPLE), threading.Barrier(PEOPLE)
    outcomes, graphs = [], []

    def link(number):
        try:
            for turn in range(TURNS):
                start.wait(PATIENCE)
                by_file = turn % PEOPLE == number == 3
                outcomes.append(_link(ring, number, people[number], now, by_file=by_file))
                if done.wait(PATIENCE) == 0:
                    graphs.append(_taken_apart(launch))
        finally:
            connection.close()

    threads = [threading.Thread(target=link, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    for graph in graphs:
        TopologicalSorter(graph).prepare()
    assert [sum(map(len, graph.values())) for graph in graphs] == [PEOPLE - 1] * TURNS
    assert Counter(outcomes) == {True: TURNS * (PEOPLE - 1), False: TURNS}


def _link(ring, number, person, now, *, by_file):
    """Whether it is there now."""
    waiting, first = ring[number], ring[(number + 1) % len(ring)]
    with suppress(NotPossible, LoadRefused):
        if by_file:
            load(PLAN.format(waiting.slug, first.slug), "plan.yaml", now, now.date())
        else:
            waiting.wait_for(first, by=person, now=now)
        return True
    return False


def _taken_apart(launch):
    """What waits for what; from now on nothing for nothing."""
    links = Blocker.depends_on.through.objects.filter(from_blocker__launch=launch)
    graph = defaultdict(set)
    for waiting, first in links.values_list("from_blocker", "to_blocker"):
        graph[waiting].add(first)
    links.delete()
    return graph
