"""What only a dump says, for a database that knows nothing of it yet."""

from typing import Annotated, Any, Literal

from pydantic import Field

from launches.plan.checklist_schema import Entry
from launches.plan.fields import Day, Moment, Reason, Text, UserName, line_of


class IssueStateEntry(Entry):
    """What a tracker has said of an issue; it counts where nothing was heard of it."""

    state: Literal["unknown", "open", "closed"] = "unknown"
    title: Annotated[str, line_of(200)] = ""
    since: Moment | None = Field(None, description="When it got into this state.")
    as_of: Moment = Field(description="Of when the last word is; what is older is not listened to.")
    by: Annotated[str, line_of(100)] = Field("", description="Who acted there.")
    how: Annotated[str, line_of(100)] = ""


class ChangeRequestEntry(Entry):
    """What somebody asks for and nobody has answered; it is asked for again unless that is open."""

    about: Text = Field(description="cell/europe/whatsapp, launch/europe-ga, requirement/whatsapp/dpa, …")
    verb: Text
    arguments: dict[str, Any] = {}
    before: dict[str, Any] = Field({}, description="What was different.")
    reason: Reason
    by: UserName
    on: Moment


class ForecastEntry(Entry):
    """What a launch that is over was forecast on one day: later forecasts learn from it."""

    day: Day
    seen: Moment
    target: Day
    goal: int = Field(ge=0, le=100)
    p50: Day
    p85: Day
    p95: Day
    chance: float | int = Field(ge=0, le=1, description="Of the target, 0 to 1.")

    def facts(self) -> dict[str, Any]:
        return {"seen_at": self.seen, **self.given("day", "target", "goal", "p50", "p85", "p95", "chance")}
