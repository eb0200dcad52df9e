"""What is found, by whoever may see it, and the same on both databases."""

import pytest
from django.utils import timezone
from django.utils.text import slugify
from model_bakery import baker

from launches.models import Blocker, Comment, Deferral, GoRecord, Launch, SearchDocument, Unindexed, Waiver
from launches.search import KINDS, SearchQuery, found_by, index
from readiness.models import Integration, Item, Region, Requirement, Team, User


@pytest.fixture
def reader(db):
    return baker.make(User, username="reader", is_active=True)


@pytest.fixture
def blocked(europe, now):
    """Raises a blocker of the launch in Europe."""

    def blocked(title, **facts):
        values = {"launch": europe.launch, "kind": "customer_facing", "opened_at": now, **facts}
        return baker.make(Blocker, title=title, slug=slugify(title)[:80] or "blocker", **values)

    return blocked


@pytest.fixture
def found(reader):
    """The names of what is found, by group."""

    def found(typed, **more):
        groups = found_by(reader, SearchQuery(typed), now=timezone.now(), **{"each": 10, **more})
        return {group.name: [hit.name for hit in group.hits] for group in groups}

    return found


def test_nothing_is_found_where_nothing_is(found):
    assert found("anything") == {}


@pytest.mark.parametrize("typed", ["", "   ", "\0", "🚀", "…", '"', "'*'", "\u0301"])
def test_a_question_without_a_word_finds_nothing(typed, europe, found):
    assert found(typed) == {}


@pytest.mark.parametrize(
    "typed",
    [
        'whatsapp"',
        "whatsapp'",
        "whatsapp\0",
        "whatsapp 🚀",
        "(whatsapp",
        "whatsapp:*",
        "whatsapp & ",
        "-whatsapp",
        "whatsapp\\",
        "^whatsapp%",
        "whatsapp " * 500,
        "ＷhatsＡpp",
    ],
)
def test_signs_and_operators_are_between_words(typed, europe, found):
    assert found(typed)["integrations"] == ["WhatsApp"]


@pytest.mark.parametrize("typed", ["OR", "AND NOT", "NEAR(whatsapp, 2)", "title", "x" * 5000, "'; DROP"])
def test_operators_are_words_too(typed, europe, found):
    assert found(typed) == {}


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Málaga cannot send", "malaga"),
        ("Malaga cannot send", "MÁLAGA"),
        ("Straße gesperrt", "strasse"),
        ("Tromsø waits", "tromso"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("قاعدة البيانات", "البيانات"),
        ("مُحَمَّد", "محمد"),
        ("数据库迁移未完成", "迁移"),
        ("データの移行", "移行"),
        ("Перенос данных", "ДАННЫХ"),
        ("データベースとeu-west-1の接続", "eu-west-1の"),
        ("Latency in eu-west-1", "eu-west-1"),
        ("Latency in eu-west-1", "west 1"),
        ("Latency in eu-west-1", "lat eu"),
        ("O'Brien's contract", "o'brien"),
        ("5e3 messages, 10% lost", "5e3 10%"),
        ("x" * 200, "x" * 200),
        ("No e-mail leaves Europe", "email"),
        ("No e-mail leaves Europe", "ema leav"),
        ("No email leaves Europe", "e-mail"),
        ("No e\N{NON-BREAKING HYPHEN}mail leaves Europe", "email"),
        ("Latency in eu-west-1", "euwest1"),
    ],
)
def test_words_are_found_however_they_are_written(title, typed, blocked, found):
    blocked(title)
    assert found(typed) == {"blockers": [title]}


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Latency in eu-west-1", "eu-1"),
        ("Latency in eu-west-1", "west-eu"),
        ("Latency", "atency"),
        ("数据库迁移未完成", "库数"),
        ("Latency in Europe", "latency whatsapp"),
    ],
)
def test_every_word_has_to_be_there_and_in_order_where_nothing_is_between(title, typed, blocked, found):
    blocked(title)
    assert found(typed) == {}


def test_no_phrase_spans_title_and_text(blocked, found):
    blocked("Alpha", description="beta")
    assert (found("alpha-beta"), found("alpha beta")) == ({}, {"blockers": ["Alpha"]})


def test_everything_that_there_is_to_read_is_found(europe, blocked, found, now):
    facts = {"description": "apple", "labels": ["banana"], "violates": "cherry", "state": "resolved"}
    sender = blocked("Sender", **facts)
    link = {"tracker": "github", "url": "https://x.example/1", "identity": "1", "linked_at": now}
    sender.tracker_links.create(**link, key="date", linked_by=europe.lead)
    baker.make(Comment, blocker=sender, author=europe.lead, text="elder", written_at=now)
    asked = {"blocker": sender, "requested_at": now, "requested_by": europe.lead}
    baker.make(Waiver, **asked, reason="fig")
    baker.make(Deferral, **asked, reason="", customer_wording="grape", fill_by=now.date())
    baker.make(GoRecord, launch=europe.launch, decision="go", by=europe.lead, at=now, note="hazel", known={})
    europe.launch.move_target(now.date(), reason="ivy", by=europe.lead, now=now)
    Region.objects.update(provider_code="juniper")
    Integration.objects.update(description="kiwi")
    Requirement.objects.filter(slug="health").update(guidance="lemon")
    fruits = ["apple", "banana", "cherry", "date", "elder", "fig", "grape", "hazel", "ivy"]
    fruits += ["juniper", "kiwi", "lemon"]
    assert [(fruit, list(found(fruit))) for fruit in fruits] == [
        *((fruit, ["blockers"]) for fruit in fruits[:4]),
        ("elder", ["comments"]),
        *((fruit, ["decisions"]) for fruit in fruits[5:9]),
        ("juniper", ["regions"]),
        ("kiwi", ["integrations"]),
        ("lemon", ["requirements"]),
    ]


def test_everything_with_a_name_is_found_by_it(europe, found):
    baker.make(User, username="tomasz", first_name="Tomasz", last_name="Nowak")
    baker.make(User, username="gone", first_name="Tomasz", is_active=False)
    assert [found(name) for name in ("messag", "tomasz", "health")] == [
        {"teams": ["Messaging"]},
        {"people": ["Tomasz Nowak"]},
        {"requirements": ["WhatsApp: Health"], "checks": ["WhatsApp: Health"]},
    ]
    assert list(found("europe")) == ["regions", "launches", "checks"]


def test_a_title_comes_before_a_text_the_living_before_the_dead_the_newest_first(blocked, found):
    blocked("Old invoice")
    blocked("Invoice", state="rejected")
    blocked("Sums", description="on the invoice")
    blocked("New invoice")
    assert found("invoice")["blockers"] == ["New invoice", "Old invoice", "Invoice", "Sums"]


def test_each_group_says_how_many_there_are(reader, blocked):
    for number in range(7):
        blocked(f"Invoice {number}")
    (group,) = found_by(reader, SearchQuery("invoice"), now=timezone.now(), each=3)
    (second,) = found_by(reader, SearchQuery("invoice"), now=timezone.now(), each=3, group="blockers", skip=3)
    assert [(len(group.hits), group.total, group.more) for group in (group, second)] == [(3, 7, 4)] * 2
    assert not {hit.path for hit in group.hits} & {hit.path for hit in second.hits}
    assert found_by(reader, SearchQuery("invoice"), now=timezone.now(), each=3, group="nothing") == []


def test_a_comment_is_not_found_by_what_it_is_about(europe, blocked, found, now):
    baker.make(Comment, blocker=blocked("Sender"), author=europe.lead, text="Hm.", written_at=now)
    assert (list(found("sender")), list(found("hm"))) == (["blockers"], ["comments"])


def test_what_was_asked_for_is_marked_and_nothing_else_is_markup(reader, blocked):
    text = f"<b>{'far ' * 80}\n the Málaga <i>office</i> {'away ' * 80}"
    blocked("A & B for malagasy", description=text)
    ((hit,),) = (group.hits for group in found_by(reader, SearchQuery("málaga"), now=timezone.now(), each=5))
    assert hit.title == "A &amp; B for <mark>malagasy</mark>"
    assert "the <mark>Málaga</mark> &lt;i&gt;office&lt;/i&gt;" in hit.words
    assert (hit.words[0], hit.words[-1], len(hit.words) < 260, hit.words.count("<")) == ("…", "…", True, 2)


def test_who_may_not_look_finds_nothing(europe, reader):
    gone = baker.make(User, username="gone", is_active=False)
    assert {
        group.name for group in found_by(reader, SearchQuery("whatsapp"), now=timezone.now(), each=5)
    } == {
        "integrations",
        "requirements",
        "checks",
    }
    assert found_by(gone, SearchQuery("whatsapp"), now=timezone.now(), each=5) == []


# --- Kept up ----------------------------------------------------------------------------------------


def test_whoever_writes_and_however_it_is_found_at_once(europe, found):
    Team.objects.bulk_create([Team(slug="one", name="Quokka")])
    assert found("quokka") == {"teams": ["Quokka"]}
    Team.objects.filter(slug="one").update(name="Wombat")
    assert (found("quokka"), found("wombat")) == ({}, {"teams": ["Wombat"]})
    Team.objects.filter(slug="one").delete()
    assert found("wombat") == {}


def test_what_is_taken_back_is_not_found(europe, blocked, found, now):
    comment = baker.make(Comment, blocker=blocked("Sender"), author=europe.lead, text="Oops", written_at=now)
    assert list(found("oops")) == ["comments"]
    comment.erase(by=europe.lead, now=now)
    assert found("oops") == {}
    assert not SearchDocument.objects.filter(kind="comment").exists()


def test_what_is_renamed_is_renamed_wherever_it_is_told(europe, blocked, reader, now):
    baker.make(Comment, blocker=blocked("Sender"), author=europe.lead, text="Hm.", written_at=now)
    index(timezone.now())
    Launch.objects.update(slug="elsewhere", name="Elsewhere")
    (blockers,) = found_by(reader, SearchQuery("sender"), now=timezone.now(), each=5)
    (comments,) = found_by(reader, SearchQuery("hm"), now=timezone.now(), each=5)
    assert [(hit.path, hit.beside) for hit in blockers.hits] == [
        ("/launches/elsewhere/blockers/sender/", "Elsewhere")
    ]
    assert comments.hits[0].path.startswith("/launches/elsewhere/blockers/sender/#comment-")


def test_a_check_is_there_while_its_requirement_has_one(europe, found):
    assert found("region")["checks"] == ["WhatsApp: Region"]
    Requirement.objects.filter(slug="region").update(probe="")
    assert "checks" not in found("whatsapp region")


def test_only_what_can_be_read_leaves_a_mark(europe, blocked, now):
    sender = blocked("Sender")
    index(timezone.now())
    Blocker.objects.update(days_bought=7)
    Item.objects.update(fact="200", state="passed")
    User.objects.update(last_login=now)
    assert list(Unindexed.objects.all()) == []
    sender.amend(by=europe.lead, now=now, description="Hm.")
    assert [(mark.kind, mark.key) for mark in Unindexed.objects.all()] == [("blocker", sender.pk)]


def test_a_row_without_an_address_is_in_nobodys_way(blocked, found):
    blocked("Sender")
    Blocker.objects.update(slug="no slug")
    assert (found("sender"), Unindexed.objects.count()) == ({}, 0)


def test_a_mark_of_a_kind_that_is_no_more_is_dropped(db):
    Unindexed.objects.create(kind="phantom", key=1)
    assert (index(timezone.now()), Unindexed.objects.count(), index(timezone.now())) == (1, 0, 0)


def test_a_page_takes_three_queries_however_much_there_is(europe, blocked, reader, django_assert_num_queries):
    for number in range(30):
        blocked(f"Invoice {number}", description="An invoice.")
    index(timezone.now())
    with django_assert_num_queries(3):
        found_by(reader, SearchQuery("invoice"), now=timezone.now(), each=5)


def test_every_kind_is_in_a_group_and_holds_kinds():
    assert {name for kind in KINDS.values() for name in kind.holds} <= set(KINDS)
