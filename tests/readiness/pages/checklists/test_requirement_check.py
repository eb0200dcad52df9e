"""The check in the checklist editor: its fields, how the kind is chosen, YAML instead, and each region's."""

import pytest
from model_bakery import baker

from readiness.models import Item, Readiness, Region, Requirement
from tests.readiness.checks.form.filling import rows, sent

NEW = "/integrations/whatsapp/requirements/new/"
URL = "/integrations/whatsapp/requirements/health/"
COMMON = {
    "title": "Health",
    "level": "must",
    "interval": "5",
    "interval_unit": "min",
    "failures": "3",
    "recovery": "2",
    "retries": "1",
}
HTMX = {"HX-Request": "true"}


def health():
    return Requirement.objects.get(slug="health")


def whole(form):
    """What a browser sends of the whole page."""
    return {**COMMON, "probe": form.kind, "version": 1, **sent(form.check).dict()}


def test_what_is_shown_is_saved_unchanged(as_, world):
    client = as_("teammate")
    response = client.post(URL, whole(client.get(URL).context["form"]))
    assert response.status_code == 302
    assert (health().version, health().interval) == (1, 300)


def test_a_check_is_written_in_its_fields(as_, world):
    data = {**COMMON, "probe": "http", "check-url": "https://wa.{region.domain}/", "check-status": "200, 204"}
    data |= rows("json", ("queues.0.depth", "<", "1000"), ("", "=", ""), ("status", "=", "ok"))
    assert as_("teammate").post(NEW, {**data, "title": "Queue"}).status_code == 302
    added = Requirement.objects.get(slug="queue")
    assert (added.probe, added.interval) == ("http", 300)
    assert added.parameters == {
        "url": "https://wa.{region.domain}/",
        "status": [200, 204],
        "json": {"queues.0.depth": {"<": 1000}, "status": "ok"},
    }


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"check-url": ""}, "url"),
        ({"check-url": "https://10.0.0.1/"}, "url"),
        ({"check-url": "https://a.example/", "check-timeout": "soon"}, "timeout"),
        ({"check-url": "https://a.example/", "check-send-0-name": "x\0", "check-send-0-value": "1"}, "send"),
    ],
)
@pytest.mark.parametrize(("url", "version"), [(NEW, {}), (URL, {"version": 1})])
def test_what_is_wrong_is_told_at_its_field_and_kept(as_, world, url, version, typed, at):
    response = as_("teammate").post(url, {**COMMON, **version, "probe": "http", **typed})
    assert response.status_code == 422
    check = response.context["form"].check
    assert list(check.errors) == [at]
    assert check["url"].value() == typed["check-url"] if "check-url" in typed else True
    assert Requirement.objects.count() == 3


def test_a_region_where_it_may_not_look_is_named(as_, world):
    Region.objects.update(domain="10.0.0.1")
    data = {**COMMON, "version": 1, "probe": "http", "check-url": "https://{region.domain}/"}
    for typed in (
        data,
        {**COMMON, "version": 1, "probe": "http", "parameters": "url: https://{region.domain}/"},
    ):
        response = as_("teammate").post(URL, typed)
        assert response.status_code == 422
        assert "10.0.0.1 is a private address, which PROBE_ALLOWED_NETWORKS does not allow" in text_of(
            response
        )
        assert "n Europe, 10.0.0.1" in text_of(response)


def text_of(response):
    return response.content.decode()


def test_another_kind_has_other_fields(as_, world):
    response = as_("teammate").get(URL, {"probe": "tls"}, headers=HTMX)
    assert text_of(response).lstrip().startswith('<section class="check" id="check"')
    assert response["Vary"] == "HX-Request, Accept-Language, Cookie, Accept-Encoding"
    assert list(response.context["form"].check.fields)[:2] == ["host", "port"]
    assert as_("teammate").get(NEW, {"probe": "tls"}).context["form"].check.kind == "tls"


@pytest.mark.parametrize("probe", ["", "carrier-pigeon", "x" * 5000])
def test_no_kind_has_no_fields(as_, world, probe):
    response = as_("teammate").get(URL, {"probe": probe})
    assert (response.status_code, response.context["form"].check) == (200, None)


def test_without_script_the_other_fields_come_by_a_button(as_, world):
    typed = {"title": "Half a ti", "guidance": "G", "probe": "tcp", "version": 1, "check-host": "a.example"}
    response = as_("teammate").post(URL, {**typed, "interval": "", "_show": "fields"})
    form = response.context["form"]
    assert (response.status_code, form.errors, health().title) == (200, {}, "Health")
    assert [form[name].value() for name in ("title", "guidance", "probe", "version")] == [
        "Half a ti",
        "G",
        "tcp",
        "1",
    ]
    assert (form.check.kind, form.check["host"].value()) == ("tcp", "a.example")


def test_fields_that_nobody_has_seen_are_not_saved(as_, world):
    """Another kind was chosen, without script, and saved at once: host and port would have fitted both."""
    data = {
        **COMMON,
        "version": 1,
        "probe": "tcp",
        "shown": "tls",
        "check-host": "a.example",
        "check-port": "25",
    }
    response = as_("teammate").post(URL, data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["probe"])
    assert as_("teammate").post(URL, {**data, "shown": "tcp"}).status_code == 302
    assert health().parameters == {"host": "a.example", "port": 25}


def test_more_rows_come_where_all_are_taken(as_, world):
    typed = rows("headers", ("a", "=", "1"), ("b", "=", "2"))
    response = as_("teammate").post(
        URL, {**COMMON, "probe": "http", **typed, "_show": "fields"}, headers=HTMX
    )
    names = [row.typed.name for row in response.context["form"].check["headers"].rows]
    assert names == ["a", "b", "", ""]


def test_from_fields_to_yaml_and_back(as_, world):
    client = as_("teammate")
    typed = {**COMMON, "probe": "tcp", "check-host": "wa.{region.domain}", "check-port": "25"}
    form = client.post(NEW, {**typed, "_show": "text"}, headers=HTMX).context["form"]
    assert form["parameters"].value() == "host: wa.{region.domain}\nport: 25\n"
    back = {**COMMON, "probe": "tcp", "written": "text", "parameters": form["parameters"].value()}
    form = client.post(NEW, {**back, "_show": "fields"}, headers=HTMX).context["form"]
    assert {name: form.check[name].value() for name in ("host", "port")} == {
        "host": "wa.{region.domain}",
        "port": "25",
    }


@pytest.mark.parametrize(
    "typed",
    [
        {"probe": "tcp", "check-host": "a", "check-port": "many", "_show": "text"},
        {"probe": "tcp", "parameters": "host: [a", "_show": "fields"},
        {"probe": "tcp", "parameters": "colour: red", "_show": "fields"},
        {"probe": "tcp", "parameters": "just words", "_show": "fields"},
        {"probe": "", "parameters": "host: a", "_show": "fields"},
        {"probe": "carrier-pigeon", "parameters": "host: a", "_show": "fields"},
    ],
)
def test_what_cannot_be_shown_otherwise_stays_as_it_is(as_, world, typed):
    response = as_("teammate").post(NEW, {**COMMON, **typed}, headers=HTMX)
    assert response.status_code == 422
    form = response.context["form"]
    assert form.written == ("fields" if typed["_show"] == "text" else "text")
    assert form.data["probe"] == typed["probe"]


def test_what_the_fields_cannot_show_is_yaml_from_the_start(as_, world):
    parameters = {"url": "https://a.example/", "json": {"a": {"=": 5}}}
    Requirement.objects.filter(slug="health").update(parameters=parameters)
    form = as_("teammate").get(URL).context["form"]
    assert (form.check, form["parameters"].value()) == (
        None,
        "url: https://a.example/\njson:\n  a:\n    '=': 5\n",
    )


def test_a_kind_that_is_not_installed_any_more_stays_until_another_is_chosen(as_, world):
    Requirement.objects.filter(slug="health").update(probe="pigeon", parameters={"to": "Rome"})
    response = as_("teammate").get(URL)
    assert response.context["form"]["probe"].value() == "pigeon"
    assert "pigeon (not installed here)" in text_of(response)
    saved = {**COMMON, "version": 1, "probe": "pigeon", "parameters": "to: Rome"}
    assert as_("teammate").post(URL, saved).status_code == 422
    assert health().parameters == {"to": "Rome"}


def test_a_clash_keeps_the_fields(as_, people, world, now):
    health().amend({"title": "Healthy"}, by=people.admin, now=now)
    typed = {**COMMON, "version": 1, "probe": "tcp", "check-host": "a.example", "check-port": "25"}
    response = as_("teammate").post(URL, typed)
    assert response.status_code == 409
    assert response.context["form"].check["host"].value() == "a.example"
    assert as_("teammate").post(URL, response.context["form"].data.dict()).status_code == 302
    assert health().parameters == {"host": "a.example", "port": 25}


def test_each_region_has_its_own_targets(as_, world, settings):
    settings.PROBE_SECRETS = {"KNOWN": "nobody-may-see-this"}
    settings.PROBE_SECRET_ORIGINS = {"KNOWN": ("https://*.harbor.example", "https://[::ffff:127.0.0.1]")}
    parameters = {
        "url": "https://{region.domain}/{secret.KNOWN}",
        "send": {"a": "{secret.OTHER}"},
        "method": "GET",
    }
    Requirement.objects.filter(slug="health").update(parameters=parameters)
    for slug, domain in (("lab", "[::ffff:127.0.0.1]"), ("mars", "")):
        place = baker.make(Region, slug=slug, name=slug.title(), domain=domain)
        cell = baker.make(Readiness, region=place, integration=world.integration)
        baker.make(Item, cell=cell, requirement=health())
    response = as_("teammate").get(URL)
    assert [
        (there.region.slug, [leaf.value for leaf in there.leaves], there.obstacles)
        for there in response.context["resolved"]
    ] == [
        ("europe", ["https://eu.harbor.example/{secret.KNOWN}"], []),
        (
            "lab",
            ["https://[::ffff:127.0.0.1]/{secret.KNOWN}"],
            [
                (
                    "refused: url: ::ffff:127.0.0.1 is an IPv4-mapped address of 127.0.0.1, "
                    "which PROBE_ALLOWED_NETWORKS does not allow"
                )
            ],
        ),
        (
            "mars",
            ["https://{region.domain}/{secret.KNOWN}"],
            ["Mars has no domain to put for {region.domain}"],
        ),
    ]
    origins = settings.PROBE_SECRET_ORIGINS["KNOWN"]
    assert response.context["secrets"] == [("KNOWN", True, origins), ("OTHER", False, ())]
    assert "nobody-may-see-this" not in text_of(response)


def test_the_number_of_queries_is_fixed(as_, world, queries, grow):
    client = as_("teammate")
    before = queries(client, URL)
    grow()
    assert (before, queries(client, URL)) == (7, 7)
