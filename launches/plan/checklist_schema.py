"""The plan file's checklists and cells: what every region needs, and how far each is."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from launches.plan.fields import (
    Day,
    Estimate,
    Kind,
    Moment,
    Name,
    Slug,
    Text,
    Title,
    UserName,
    emptied,
    line_of,
)


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: Any) -> Any:
        return emptied(value)

    def given(self, *names: str) -> dict[str, Any]:
        """Those of `names` that the file says something about."""
        return {name: getattr(self, name) for name in names if name in self.model_fields_set}


class CheckEntry(Entry):
    """What decides a requirement by itself. All further keys are the parameters of its kind."""

    model_config = ConfigDict(extra="allow", strict=True)

    kind: Annotated[str, line_of(20, 1)] = Field(description="http, tls, …")
    interval: int = Field(300, ge=10, le=7 * 24 * 3600, description="Seconds between two runs.")
    failures: int = Field(3, ge=1, le=20, description="Runs in a row that must go wrong to count.")
    recovery: int = Field(2, ge=1, le=20, description="Runs in a row that must pass to recover.")
    retries: int = Field(1, ge=0, le=3, description="Further tries to connect within one run.")


class RequirementEntry(Entry):
    """One line of an integration's checklist. Without a check a person signs it off."""

    title: Title = Field("", description="Defaults to the slug in words.")
    guidance: Text = Field("", description="How to get it done, and what counts as evidence.")
    level: Literal["must", "should"] = "must"
    check: CheckEntry | None = None


class IntegrationEntry(Entry):
    """What every region needs."""

    name: Name = Field("", description="Defaults to the slug in words.")
    kind: Kind = "infrastructure"
    team: Slug | None = None
    description: Text = ""
    requirements: Annotated[dict[Slug, RequirementEntry], BeforeValidator(emptied)] = Field(
        {}, description="The checklist, in its order."
    )


class ItemEntry(Entry):
    """What a person said about a requirement that no check decides."""

    passed: bool
    evidence: Text = Field("", description="A URL, or text.")
    note: Annotated[Text, Field(max_length=500)] = Field("", description="Text beside a URL.")
    by: UserName | None = None
    on: Day | None = Field(None, description="Since when it holds.")
    expires: Day | None = Field(None, description="The last day on which it holds.")


class CheckStateEntry(Entry):
    """What a check has come to; it counts where nothing is known of it."""

    state: Literal["unknown", "passed", "failed", "error", "stale"] = "unknown"
    since: Moment | None = Field(None, description="When it got into this state.")
    outcome: Literal["", "passed", "failed", "error"] = Field("", description="What the last run said.")
    streak: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(
        0, description="How many runs in a row said so."
    )
    misses: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(
        0, description="How many in a row did not pass."
    )
    recent: Annotated[str, Field(pattern="^[pfe]{0,21}$")] = Field(
        "", description="What the last runs said, a letter each, oldest first."
    )
    flapping: bool = False
    excused: bool = Field(False, description="The last run did not pass, in maintenance.")
    fact: Annotated[Text, Field(max_length=500)] = ""
    latency: float | int | None = Field(None, description="Milliseconds.")
    evidence: dict[str, Any] = {}
    at: Moment | None = Field(None, description="When it ran last.")
    stale: Moment | None = Field(None, description="When it goes stale unless it runs before.")
    paused: bool = False
    paused_by: UserName | None = None


class CellEntry(Entry):
    """One integration in one region."""

    importance: Literal["must_have", "nice_to_have", "not_needed"] = "must_have"
    state: Literal["not_started", "in_progress", "ready", "regressed"] = "not_started"
    declared_by: UserName | None = Field(None, description="Who declared the state.")
    declared_on: Moment | None = None
    override_reason: Text = Field("", description="Why it is ready over open items.")
    accepted: list[Slug] = Field(
        [], description="The required items that were open then; defaults to those at the time of loading."
    )
    estimate: Estimate | None = Field(None, description="The work left.")
    guessed: bool = Field(False, description="The estimate is a usual one, which nobody has confirmed.")
    items: Annotated[dict[Slug, ItemEntry], BeforeValidator(emptied)] = {}
    checks: Annotated[dict[Slug, CheckStateEntry], BeforeValidator(emptied)] = Field(
        {}, description="What its checks have come to, by requirement."
    )
