"""What a connection to the database is set to."""

import pytest
from django.db import connection

from readiness.conf.database import database


@pytest.mark.postgresql
@pytest.mark.django_db
def test_postgresql_compiles_no_statement():
    """Over a few hundred rows, compiling a statement with many joins takes longer than running it."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_what_an_address_sets_for_postgresql_is_kept():
    options = database("postgresql://someone@db.example/readiness?options=-c%20statement_timeout%3D5000")
    assert options["OPTIONS"]["options"] == "-c jit=off -c statement_timeout=5000"
    assert options["OPTIONS"]["pool"]["max_size"] == 8
