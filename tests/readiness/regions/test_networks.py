"""Networks of a region: the lists that companies and clouds publish, and what a check is told of them."""

import json
from ipaddress import ip_network

import pytest
from django.core.management import CommandError, call_command
from model_bakery import baker

from readiness.checks.runs import runs_of
from readiness.models import Change, Item, Region, RegionNetwork
from readiness.models.network import networks_of
from tests.readiness.items import NOW

AWS = {
    "syncToken": "1",
    "prefixes": [
        {"ip_prefix": "198.51.100.0/25", "region": "eu-west-1", "service": "AMAZON"},
        {"ip_prefix": "198.51.100.128/25", "region": "eu-west-1", "service": "EC2"},
        {"ip_prefix": "198.51.100.0/25", "region": "eu-west-1", "service": "S3"},
        {"ip_prefix": "192.0.2.0/24", "region": "us-east-1", "service": "AMAZON"},
        {"ip_prefix": "203.0.113.0/24", "region": "GLOBAL", "service": "CLOUDFRONT"},
    ],
    "ipv6_prefixes": [{"ipv6_prefix": "2001:db8:1::/48", "region": "eu-west-1", "service": "AMAZON"}],
}
GCP = {
    "prefixes": [
        {"ipv4Prefix": "198.51.100.0/24", "service": "Google Cloud", "scope": "europe-west1"},
        {"ipv6Prefix": "2001:db8:2::/48", "service": "Google Cloud", "scope": "europe-west1"},
        {"ipv4Prefix": "192.0.2.0/24", "service": "Google Cloud", "scope": "us-east1"},
    ]
}
AZURE = {
    "cloud": "Public",
    "values": [
        {
            "name": "AzureCloud.westeurope",
            "properties": {"addressPrefixes": ["198.51.100.0/24", "2001:db8:3::/48"]},
        },
        {"name": "AzureCloud", "properties": {"addressPrefixes": ["192.0.2.0/24"]}},
        {"name": "Storage.westeurope", "properties": {"addressPrefixes": ["203.0.113.0/24"]}},
    ],
}


@pytest.fixture
def europe(db):
    return baker.make(Region, name="Europe", slug="europe", provider_code="eu-west-1")


@pytest.fixture
def load(europe, tmp_path, capsys):
    def load(text, *options):
        file = tmp_path / "list"
        file.write_text(text if isinstance(text, str) else json.dumps(text))
        call_command("load_networks", str(file), "--region", "europe", *options)
        return capsys.readouterr().out.strip()

    return load


def known(region):
    return sorted(region.networks.values_list("cidr", flat=True))


@pytest.mark.parametrize(
    ("text", "options", "problem"),
    [
        ("", [], "There is no network in it."),
        ("# none yet", [], "There is no network in it."),
        ("10.0.0.0/8\n10.0.0.1/8", [], "line 2: “10.0.0.1/8” is not a network such as 10.20.0.0/16."),
        ("10.0.0.0/8", ["--format", "aws"], "It is not JSON: "),
        ("[" * 100_000, ["--format", "aws"], "It is not JSON: "),
        ("[]", ["--format", "aws"], "It has no list “prefixes”, which this format has."),
        (AWS, ["--format", "gcp"], "There is no network of eu-west-1 in it."),
        (
            AWS,
            ["--format", "aws", "--provider-region", "eu-west-9"],
            "There is no network of eu-west-9 in it.",
        ),
        (
            {"prefixes": [{"ip_prefix": 7, "region": "eu-west-1"}], "ipv6_prefixes": []},
            ["--format", "aws"],
            "aws: “7” is not a network such as 10.20.0.0/16.",
        ),
    ],
)
def test_a_bad_list_changes_nothing(load, europe, tmp_path, text, options, problem):
    load("192.0.2.0/24")
    with pytest.raises(CommandError) as wrong:
        load(text, *options)
    assert str(wrong.value).startswith(f"{tmp_path}/list: {problem}")
    assert known(europe) == ["192.0.2.0/24"]


def test_a_file_and_a_region_that_are_not_there(europe, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_networks", str(tmp_path / "none"), "--region", "europe")
    with pytest.raises(CommandError, match=r"^There is no region “mars”\.$"):
        call_command("load_networks", str(tmp_path / "none"), "--region", "mars")


@pytest.mark.parametrize(
    ("form", "text", "options", "networks"),
    [
        (
            "cidr",
            "198.51.100.0/25  # office\n\n198.51.100.128/25\n",
            [],
            ["198.51.100.0/24"],
        ),
        ("aws", AWS, [], ["198.51.100.0/24", "2001:db8:1::/48"]),
        ("gcp", GCP, ["--provider-region", "europe-west1"], ["198.51.100.0/24", "2001:db8:2::/48"]),
        ("azure", AZURE, ["--provider-region", "westeurope"], ["198.51.100.0/24", "2001:db8:3::/48"]),
    ],
)
def test_each_format(load, europe, form, text, options, networks):
    count = f"{len(networks)} network{'s' if len(networks) > 1 else ''}"
    assert load(text, "--format", form, *options) == f"Europe: {count} of {form}, loaded."
    assert known(europe) == networks
    assert load(text, "--format", form, *options) == f"Europe: {count} of {form}, unchanged."
    assert Change.objects.count() == 1


def test_a_newer_list_replaces_the_older_of_the_same_source_only(load, europe):
    load("192.0.2.0/24", "--source", "office")
    load("198.51.100.0/24\n203.0.113.0/24")
    load("203.0.113.0/24")
    assert known(europe) == ["192.0.2.0/24", "203.0.113.0/24"]
    row = Change.objects.first()
    assert (row.verb, row.before, row.after) == (
        "networks loaded",
        {"networks": 2},
        {"networks": 1, "source": "cidr"},
    )


def test_a_run_knows_its_own_regions_networks(load, europe, make_item, django_assert_num_queries):
    load("198.51.100.0/24\n2001:db8::/32")
    items = [make_item(probe="residency"), make_item(probe="residency"), make_item()]
    Item.objects.filter(pk=items[0].pk).update(cell=baker.make("readiness.Readiness", region=europe))
    assigned = Item.objects.assignments(Item.objects.claim_due(NOW))
    with django_assert_num_queries(1):
        runs = runs_of(assigned, NOW)
    wanted = (ip_network("198.51.100.0/24"), ip_network("2001:db8::/32"))
    assert [run.place.networks for run in runs] == [wanted, (), ()]


def test_a_run_knows_the_region_that_its_own_is_modelled_on(europe, make_item):
    item = make_item(probe="parity")
    Region.objects.filter(pk=item.cell.region_id).update(modelled_on=europe)
    (run,) = runs_of(Item.objects.assignments(Item.objects.claim_due(NOW)), NOW)
    assert (run.facts["slug"], run.place.reference["slug"]) == ("australia", "europe")


def test_no_region_no_query(django_assert_num_queries, db):
    assert RegionNetwork.objects.count() == 0
    with django_assert_num_queries(0):
        assert networks_of([]) == {}
