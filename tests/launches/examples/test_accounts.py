"""Signing in to the example."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command

from launches.examples.accounts import ACCOUNTS, open_accounts, table, write_down
from launches.examples.harbor import PLAN, tree
from launches.models import Launch
from readiness.models import Region, Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    """The plan's people, teams and leads, without the rest of it."""
    plan = tree(PLAN)
    users = {
        name: User.objects.create(username=name, email=facts["email"], first_name=facts["name"].split()[0])
        for name, facts in plan["people"].items()
    }
    for slug, facts in plan["teams"].items():
        Team.objects.create(slug=slug, name=facts["name"]).members.set(
            users[name] for name in facts["members"]
        )
    europe = Region.objects.create(slug="europe", name="Europe")
    Launch.objects.create(
        slug="europe-ga",
        region=europe,
        lead=users[plan["launches"]["europe-ga"]["lead"]],
        target="2026-12-14",
        baseline="2026-12-14",
    )
    return users


def test_there_is_one_for_each_role(people):
    open_accounts()
    signed_in = [authenticate(username=account.user_name, password=account.password) for account in ACCOUNTS]
    assert [user.role for user in signed_in] == ["admin", "lead", "member", "member", "viewer"]


def test_the_passwords_would_be_accepted(people):
    for account in ACCOUNTS:
        validate_password(account.password, people[account.user_name])


def test_the_table_is_in_columns(tmp_path):
    write_down(tmp_path / "var" / "accounts.txt")
    lines = (tmp_path / "var" / "accounts.txt").read_text().splitlines()
    assert lines[0] == "user name  password             who"
    assert lines[1] == "samira     lanterns-over-water  admin: may change everything"
    assert len({line.index(account.password) for line, account in zip(lines[1:], ACCOUNTS, strict=True)}) == 1


# On SQLite it is what `make run` does first: tests/test_make_run.py.
@pytest.mark.postgresql
def test_load_example_prints_and_keeps_the_accounts(capsys, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    call_command("load_example")
    assert capsys.readouterr().out == table()
    assert (tmp_path / "example-accounts.txt").read_text() == table()
    assert (
        authenticate(username="mara", password=ACCOUNTS[1].password)
        == Launch.objects.get(slug="europe-ga").lead
    )


def test_load_example_keeps_out_of_a_database_with_data(people, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with pytest.raises(CommandError, match=r"^The database is not empty; "):
        call_command("load_example")
    assert (Launch.objects.count(), list(tmp_path.iterdir())) == (1, [])


def test_load_example_if_empty_does_nothing_then(people, capsys, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    call_command("load_example", "--if-empty")
    assert capsys.readouterr().out == ""
    assert (Launch.objects.count(), list(tmp_path.iterdir())) == (1, [])
