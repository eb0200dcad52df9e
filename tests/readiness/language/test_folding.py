import pytest
from model_bakery import baker

from readiness.language.folding import fold
from readiness.models import Integration

SAME = [
    ("Café", "CAFÉ"),
    ("Café", "cafe"),
    ("cafe", "Café"),
    ("CAFE\N{COMBINING ACUTE ACCENT}", "café"),
    ("Straße", "STRASSE"),
    ("Łódź and Tromsø", "lodz and tromso"),
    ("Ærø, cœur", "aero, coeur"),
    ("e-mail", "EMAIL"),
    ("email", "e-mail"),
    ("e\N{NON-BREAKING HYPHEN}mail", "email"),
    ("Übersicht", "übers"),
    ("ДАННЫХ", "данных"),
    ("ΑΘΉΝΑ", "αθηνα"),
    ("مُحَمَّد", "محمد"),
    ("ﬁle of ＷhatsＡpp", "file of whatsapp"),
    ("100% of_it", "100% of_it"),
    ("Ask O'Brien", "o'brien"),
]


@pytest.mark.django_db
def test_what_is_typed_is_found_however_it_is_written_on_both_databases():
    for number, (name, _) in enumerate(SAME):
        baker.make(Integration, slug=f"number-{number}", name=name)
    missed = [
        (name, typed)
        for number, (name, typed) in enumerate(SAME)
        if f"number-{number}" not in found(name__folded__contains=fold(typed))
    ]
    assert missed == []
    assert found(name__folded__contains=fold("%f")) == set()
    assert found(description__folded__contains=fold("nothing")) == set()


@pytest.mark.django_db
def test_the_database_sorts_as_it_finds():
    for slug, name in (("z", "zoo"), ("e", "Élan"), ("f", "farm")):
        baker.make(Integration, slug=slug, name=name)
    assert list(Integration.objects.order_by("name__folded").values_list("slug", flat=True)) == [
        "e",
        "f",
        "z",
    ]


def found(**conditions):
    return set(Integration.objects.filter(**conditions).values_list("slug", flat=True))
