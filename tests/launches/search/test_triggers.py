"""The triggers are made where they are missing, and what nobody watched meanwhile is indexed."""

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.utils import timezone
from model_bakery import baker

from launches.models import Unindexed
from launches.search import index
from launches.search.triggers import THERE, install
from readiness.models import Team


@pytest.fixture
def team(db):
    team = baker.make(Team, name="Quokka")
    index(timezone.now())
    return team


def there() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(THERE[connection.vendor])
        return dict(cursor.fetchall())


def without(name: str) -> None:
    table = f" ON {there()[name]}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{table}")


def marks() -> list[tuple[str, int]]:
    return sorted(Unindexed.objects.values_list("kind", "key"))


def test_where_nothing_is_missing_it_is_one_query(team, django_assert_num_queries):
    before = there()
    with django_assert_num_queries(3):  # with the savepoint around it
        install()
    assert (there(), marks()) == (before, [])


def test_what_is_missing_is_made_again_and_its_rows_are_marked(team):
    before = there()
    for name, table in before.items():
        if table == "readiness_team":
            without(name)
    Team.objects.update(name="Wombat")
    assert marks() == []
    install()
    assert (there(), marks()) == (before, [("team", team.pk)])


def test_what_does_something_else_is_dropped(team):
    before = there()
    name = next(name for name, table in before.items() if table == "readiness_team")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            call = "FOR EACH ROW EXECUTE FUNCTION launches_search_mark('team', 'id')"
            cursor.execute(f"CREATE TRIGGER search_team_old AFTER INSERT ON readiness_team {call}")
        else:
            cursor.execute(
                "CREATE TRIGGER search_team_old AFTER INSERT ON readiness_team BEGIN SELECT 1; END"
            )
    assert {*there()} == {*before, "search_team_old"}
    install()
    assert (there(), name in there(), marks()) == (before, True, [])


def test_before_there_is_an_index_there_are_no_triggers(team):
    install(apps=Apps())
    assert there() == {}
