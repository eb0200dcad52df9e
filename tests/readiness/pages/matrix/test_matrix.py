"""GET /regions/."""

import re

import pytest
from django.core.cache import cache
from django.utils import timezone
from model_bakery import baker

from readiness.models import Integration, Readiness, Region, Team, User


@pytest.fixture(autouse=True)
def _cold():
    """Ids come back when a test is rolled back, so the rows of the last one must not."""
    cache.clear()


@pytest.fixture
def viewer(client, db):
    user = baker.make(User, username="viewer")
    client.force_login(user)
    return client


def make_cells(integrations, regions, **fields):
    for integration in integrations:
        for region in regions:
            baker.make(Readiness, region=region, integration=integration, **fields)


@pytest.fixture
def regions(db):
    return [
        baker.make(Region, slug="eu", name="Europe"),
        baker.make(Region, slug="au", name="Australia"),
    ]


@pytest.fixture
def board(regions):
    """Three integrations of three kinds and two teams in two regions."""
    payments = baker.make(Team, slug="payments", name="Payments")
    messaging = baker.make(Team, slug="messaging", name="Messaging")
    billing = baker.make(Integration, slug="billing", name="Billing", kind="customer_facing", team=payments)
    backups = baker.make(Integration, slug="backups", name="Backups", kind="infrastructure", team=payments)
    pager = baker.make(Integration, slug="pager", name="Pager", kind="internal_process", team=messaging)
    make_cells([billing], regions[:1], state="ready")
    make_cells([billing], regions[1:], state="regressed")
    make_cells([backups], regions, state="in_progress")
    make_cells([pager], regions[:1], state="ready")
    make_cells([pager], regions[1:], state="not_started", importance="nice_to_have")


def text(answer):
    """What a reader sees, one space between words."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def names(answer):
    row = r'<th scope="row"><a dir="auto" href="/integrations/([\w-]+)/">'
    return re.findall(row, answer.content.decode())


def sums(answer, whose):
    return re.findall(rf'data-tally="{whose}">(\d+/\d+)<', answer.content.decode())


def test_signed_out_is_sent_to_sign_in(client, db):
    answer = client.get("/regions/")
    assert (answer.status_code, answer.url) == (302, "/sign-in/?next=/regions/")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_only_read(viewer, method):
    assert getattr(viewer, method)("/regions/").status_code == 405


def test_an_empty_database_says_what_to_do(viewer):
    answer = viewer.get("/regions/")
    assert answer.status_code == 200
    assert "There is no region yet. Load a plan with" in text(answer)
    assert "<table class" not in answer.content.decode().partition('id="panel"')[0]


def test_regions_without_integrations_say_what_to_do(viewer, regions):
    assert "There is no integration yet. Load a plan with" in text(viewer.get("/regions/"))


def test_integrations_without_regions_say_what_to_do(viewer):
    baker.make(Integration, slug="x", name="X", kind="infrastructure")
    answer = viewer.get("/regions/")
    assert text(answer).count("There is no region yet.") == 1
    assert names(answer) == []


def test_integrations_without_cells_are_rows_of_nothing(viewer, regions):
    baker.make(Integration, slug="x", name="X", kind="infrastructure")
    answer = viewer.get("/regions/")
    assert names(answer) == ["x"]
    assert sums(answer, "all") == ["0/0"]
    assert "must-haves are ready" not in text(answer)


def test_the_answer_comes_first(viewer, board):
    assert "Matrix 2/5 must-haves are ready in 2 regions. Australia is furthest behind: 0/2 ." in text(
        viewer.get("/regions/")
    )


def test_rows_are_grouped_by_kind_with_their_sums(viewer, board):
    answer = viewer.get("/regions/")
    assert names(answer) == ["backups", "pager", "billing"]
    groups = re.findall(
        r'<th scope="rowgroup">([^<]+)</th>\s*<td class="tally">([^<]+)<', answer.content.decode()
    )
    assert groups == [("Infrastructure", "0/2"), ("Internal process", "1/1"), ("Customer-facing", "1/2")]


def test_each_column_has_its_sum(viewer, board):
    answer = viewer.get("/regions/")
    assert sums(answer, "eu") == ["2/3"]
    assert sums(answer, "au") == ["0/2", "0/2"]
    assert sums(answer, "all") == ["2/5", "2/5"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("team=payments", ["backups", "billing"]),
        ("team=messaging", ["pager"]),
        ("kind=internal_process", ["pager"]),
        ("state=regressed", ["billing"]),
        ("state=not_started", ["pager"]),
        ("state=ready", ["pager", "billing"]),
        ("team=payments&state=ready", ["billing"]),
        ("team=payments&kind=infrastructure&state=in_progress", ["backups"]),
        ("team=&kind=&state=", ["backups", "pager", "billing"]),
    ],
)
def test_filters(viewer, board, query, expected):
    assert names(viewer.get(f"/regions/?{query}")) == expected


def test_filtered_sums_are_of_what_is_shown_and_the_answer_of_everything(viewer, board):
    answer = viewer.get("/regions/?team=payments")
    assert sums(answer, "eu") == ["1/2"]
    assert sums(answer, "all") == ["2/5", "1/4"]


@pytest.mark.parametrize("query", ["team=nobody", "kind=%3Cscript%3E", "state=perfect", "state=ready%00"])
def test_a_filter_nobody_knows_matches_nothing_and_can_be_left(viewer, board, query):
    answer = viewer.get(f"/regions/?{query}")
    assert answer.status_code == 200
    assert names(answer) == []
    assert "No integration matches these filters. Show all of them ." in text(answer)
    assert "<script>" not in answer.content.decode()


def test_hostile_names_are_shown_as_they_are_written(viewer, board):
    Region.objects.filter(slug="eu").update(name="<i>Europe</i>")
    Team.objects.filter(slug="payments").update(name='"><script>alert(1)</script>')
    page = viewer.get("/regions/").content.decode()
    assert "<script>alert" not in page
    assert "<i>" not in page
    assert page.count("&lt;i&gt;Europe&lt;/i&gt;") == 1


def test_no_name_can_pass_for_the_place_of_the_rows(viewer, board):
    Region.objects.filter(slug="eu").update(name="<!--rows-->")
    Team.objects.filter(slug="payments").update(name="<!--rows-->")
    answer = viewer.get("/regions/?team=payments&kind=<!--rows-->")
    assert names(answer) == []
    assert names(viewer.get("/regions/")) == ["backups", "pager", "billing"]
    assert "<!--rows-->" not in viewer.get("/regions/").content.decode()


def test_htmx_gets_the_board_alone(viewer, board):
    part = viewer.get("/regions/?team=messaging", headers={"hx-request": "true"})
    assert names(part) == ["pager"]
    assert part.content.decode().strip().startswith('<div id="board">')
    assert "<h1>" not in part.content.decode()
    assert "HX-Request" in part["Vary"]
    assert "HX-Request" in viewer.get("/regions/")["Vary"]


def test_a_change_is_seen_at_once(viewer, board, django_user_model):
    viewer.get("/regions/")
    cell = Readiness.objects.get(region__slug="au", integration__slug="billing")
    cell.declare("ready", by=django_user_model.objects.get(), now=timezone.now())
    answer = viewer.get("/regions/")
    assert sums(answer, "all") == ["3/5", "3/5"]
    assert '<a class="ready" href="/regions/au/cells/billing/">ready</a>' in answer.content.decode()


def test_as_many_queries_for_ten_times_the_data(viewer, board, django_assert_num_queries):
    cold, warm = 7, 6
    with django_assert_num_queries(cold):
        viewer.get("/regions/")
    with django_assert_num_queries(warm):
        viewer.get("/regions/")
    more = [baker.make(Region, slug=f"r{number}") for number in range(18)]
    teams = [baker.make(Team, slug=f"t{number}") for number in range(18)]
    many = [
        baker.make(Integration, slug=f"i{number}", team=teams[number % 18], kind="infrastructure")
        for number in range(27)
    ]
    make_cells(many, more)
    with django_assert_num_queries(cold):
        viewer.get("/regions/")
    with django_assert_num_queries(warm):
        viewer.get("/regions/?team=t3")


def test_a_panel_takes_the_changed_cell_along_only_when_a_matrix_is_shown(admin_client, board):
    address = "/regions/eu/cells/billing/"
    oob = f"hx-swap-oob=\"outerHTML:.matrix a[href='{address}']\""
    cell = Readiness.objects.get(region__slug="eu", integration__slug="billing")

    def post(importance, **headers):
        cell.refresh_from_db()
        return admin_client.post(
            f"{address}importance/", {"importance": importance, "version": cell.version}, headers=headers
        )

    alone = post("nice_to_have", **{"hx-request": "true"})
    assert (alone.status_code, alone.content.decode().count(oob)) == (200, 0)
    beside = post("must_have", **{"hx-request": "true", "shows-matrix": "true"})
    assert (beside.status_code, beside.content.decode().count(oob)) == (200, 1)
    assert beside.content.decode().rstrip().endswith(f'<a class="ready" href="{address}" {oob}>ready</a>')
