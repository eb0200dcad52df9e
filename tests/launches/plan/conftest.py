from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.apps import apps

from launches.plan.load import load
from launches.plan.problems import LoadRefused
from launches.plan.report import Report

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
TODAY = date(2026, 11, 25)

HARBOR = (Path(__file__).parent / "harbor.yaml").read_text()


@pytest.fixture
def loaded(db: None) -> Callable[..., Report]:
    def load_it(text: str = HARBOR, name: str = "plan.yaml", **options: object) -> Report:
        return load(text, name, options.pop("now", NOW), options.pop("today", TODAY), **options)

    return load_it


@pytest.fixture
def refusal(loaded: Callable[..., Report]) -> Callable[[str], str]:
    """The lines that say why a plan is refused; and that nothing was written for it."""

    def refuse(text: str) -> str:
        before = counts()
        with pytest.raises(LoadRefused) as refused:
            loaded(text)
        assert counts() == before
        return str(refused.value)

    return refuse


def cases(name: str) -> list[tuple[str, str]]:
    """The texts of the file `name` here, each with the message that refuses it."""
    text = (Path(__file__).parent / name).read_text()
    pairs = (case.split("\n----\n") for case in text.split("\n====\n") if case.strip())
    return [(given, message) for given, message in pairs]


def counts() -> dict[str, int]:
    """How many rows each table has."""
    models = [*apps.get_app_config("readiness").get_models(), *apps.get_app_config("launches").get_models()]
    through = [m2m.remote_field.through for model in models for m2m in model._meta.many_to_many]
    return {model._meta.label: model._base_manager.count() for model in [*models, *through]}
