"""GET /teams/."""

import pytest

from readiness.models import User

URL = "/teams/"


@pytest.mark.parametrize(
    ("who", "status"), [("admin", 200), ("stranger", 200), ("viewer", 200), ("signed out", 302)]
)
def test_everybody_signed_in_reads_it(as_, who, status):
    assert as_(who).get(URL).status_code == status


def test_each_team_with_what_it_owns_and_who_is_in_it(as_, world, people):
    teams = as_("viewer").get(URL).context["teams"]
    assert [
        (team.name, [i.name for i in team.integrations.all()], [p.username for p in team.members.all()])
        for team in teams
    ] == [("Messaging", ["WhatsApp"], ["teammate"]), ("Payments", [], ["stranger"])]


def test_a_closed_account_is_in_no_team_any_more(as_, world, people):
    User.objects.filter(username="teammate").update(is_active=False)
    teams = as_("viewer").get(URL).context["teams"]
    assert [[p.username for p in team.members.all()] for team in teams] == [[], ["stranger"]]


def test_wrong_method(as_):
    assert as_("admin").post(URL).status_code == 405


def test_queries_do_not_grow(as_, grow, queries):
    client = as_("viewer")
    before = queries(client, URL)
    grow()
    assert queries(client, URL) == before
    assert before <= 10
