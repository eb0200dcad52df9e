"""What a value in a plan file may be: days, estimates, slugs, names."""

import math
import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from launches.evidence import LONGEST_LABEL, MOST_LABELS, plain_label, valid_address
from launches.trackers import parsed
from readiness.limits import FIRST_DAY, LAST_DAY, MOST_WORKING_DAYS
from readiness.models.freeze import ChangeFreeze, FreezeRefused
from readiness.models.region import validate_calendar, validate_timezone

RELATIVE = re.compile(r"today(?:([+-])(\d{1,5}))?\Z")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def expected(what: str) -> PydanticCustomError:
    return PydanticCustomError("expected", "{expected}", {"expected": what})


def issue(text: str) -> str:
    try:
        return parsed(text).url
    except ValueError as problem:
        places = "GitHub (…/issues/12), GitLab (…/-/issues/12) or Jira (…/browse/KEY-12)"
        raise expected(f"the address of an issue on {places}") from problem


def day(value: Any, info: ValidationInfo) -> date:
    """`2026-12-14`, `today`, `today+62`, `today-10`; today is the context's."""
    wrong = expected("a date such as 2026-12-14 or today+62")
    if not isinstance(value, str):
        raise wrong
    try:
        if match := RELATIVE.match(value):
            days = int(match[2] or 0)
            today: date = (info.context or {})["today"]
            return within(today + timedelta(days=-days if match[1] == "-" else days))
        if ISO.match(value):
            return within(date.fromisoformat(value))
    except (ValueError, OverflowError):
        pass
    raise wrong


def moment(value: Any, info: ValidationInfo) -> datetime:
    """A day, which begins at midnight UTC, or a moment such as `2026-12-14T09:30:00Z`."""
    if not isinstance(value, str) or "T" not in value:
        return datetime.combine(day(value, info), time(), UTC)
    wrong = expected("a date such as 2026-12-14 or today+62, or a moment such as 2026-12-14T09:30:00Z")
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise wrong from error
    if at.tzinfo is None:
        raise wrong
    within(at.date())
    return at.astimezone(UTC)


def within(day: date) -> date:
    if FIRST_DAY <= day <= LAST_DAY:
        return day
    raise expected(f"a day from {FIRST_DAY} to {LAST_DAY}")


def three_points(value: Any) -> tuple[Decimal, Decimal, Decimal]:
    """`[best, likely, worst]` in working days, in order."""
    if isinstance(value, list) and len(value) == 3 and all(_is_days(point) for point in value):
        best, likely, worst = (Decimal(str(point)) for point in value)
        if worst > MOST_WORKING_DAYS:
            raise expected(f"at most {MOST_WORKING_DAYS} working days")
        if best <= likely <= worst:
            return best, likely, worst
    raise expected("[best, likely, worst] in working days, in order, such as [5, 12, 40]")


def _is_days(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value < math.inf and round(value, 1) == value


def address(value: str) -> str:
    if value:
        try:
            validate_email(value)
        except ValidationError as error:
            raise expected("an e-mail address") from error
    return value


def timezone_name(value: str) -> str:
    try:
        validate_timezone(value)
    except ValidationError as error:
        raise expected("a time zone such as Europe/Dublin") from error
    return value


def calendar_code(value: str) -> str:
    try:
        validate_calendar(value)
    except ValidationError as error:
        raise expected("a country whose public holidays are known, such as IE or DE-BY") from error
    return value


def integrations_in_scope(value: Any) -> Any:
    if value == "all" or (isinstance(value, list) and all(isinstance(slug, str) for slug in value)):
        return value
    raise expected("all, or a list of integrations")


def label(value: str) -> str:
    plain = plain_label(value)
    if not plain or len(plain) > LONGEST_LABEL or "," in plain:
        raise expected(f"a label of at most {LONGEST_LABEL} characters without a comma")
    return plain


def each_once(labels: list[str]) -> list[str]:
    return sorted(set(labels))


def web_address(value: str) -> str:
    try:
        valid_address(value)
    except ValidationError as error:
        raise expected("an address that starts with http:// or https://") from error
    return value


def one_line(value: str) -> str:
    if len(value.splitlines()) > 1:
        raise expected("one line of text")
    return value


def whole_week(days: list[str]) -> list[str]:
    """In the order of the week, each once."""
    if not days:
        raise expected("at least one day of the week")
    return [day for day in WEEKDAYS if day in days]


def apart(freezes: list[Any], info: ValidationInfo) -> list[Any]:
    """In their order, none in the days of another, each as a region may have it."""
    today: date = (info.context or {})["today"]
    found: list[ChangeFreeze] = []
    for freeze in sorted(freezes, key=lambda one: (one.first, one.last)):
        days = ChangeFreeze(freeze.first, freeze.last, freeze.reason)
        try:
            days.check(found, today)
        except FreezeRefused as refusal:
            raise expected(f"possible freezes ({days}: {str(refusal).rstrip('.')})") from refusal
        found.append(days)
    return sorted(freezes, key=lambda one: one.first)


def emptied(value: Any) -> Any:
    """A key with nothing after it is an empty mapping."""
    return {} if value is None else value


def line_of(longest: int, shortest: int = 0) -> Any:
    return StringConstraints(max_length=longest, min_length=shortest, strip_whitespace=True)


Slug = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]+$", max_length=50)]
BlockerSlug = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]+$", max_length=80)]
UserName = Annotated[str, StringConstraints(pattern=r"^[\w.@+-]+$", max_length=150)]
Name = Annotated[str, line_of(100, 1)]
Title = Annotated[str, line_of(200, 1)]
Text = Annotated[str, AfterValidator(str.rstrip)]
Reason = Annotated[str, AfterValidator(str.rstrip), Field(min_length=1)]
Email = Annotated[str, line_of(254), AfterValidator(address)]
Labels = Annotated[
    list[Annotated[str, AfterValidator(label)]], Field(max_length=MOST_LABELS), AfterValidator(each_once)
]
WebAddress = Annotated[
    str,
    AfterValidator(web_address),
    WithJsonSchema({"type": "string", "pattern": "^[hH][tT][tT][pP][sS]?://"}),
]
IssueAddress = Annotated[
    str,
    AfterValidator(issue),
    WithJsonSchema({"type": "string", "pattern": "^[hH][tT][tT][pP][sS]?://"}),
]
Day = Annotated[
    date,
    BeforeValidator(day),
    WithJsonSchema({"type": "string", "pattern": r"^(\d{4}-\d{2}-\d{2}|today([+-]\d{1,5})?)$"}),
]
Moment = Annotated[
    datetime,
    BeforeValidator(moment),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^(\d{4}-\d{2}-\d{2}(T[0-9:.]+(Z|[-+]\d{2}:\d{2}))?|today([+-]\d{1,5})?)$",
        }
    ),
]
Estimate = Annotated[
    tuple[Decimal, Decimal, Decimal],
    BeforeValidator(three_points),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "number", "minimum": 0, "maximum": MOST_WORKING_DAYS},
            "minItems": 3,
            "maxItems": 3,
        }
    ),
]
Weekday = Literal["mon", "tue", "wed", "thu", "fri"]
WEEKDAYS = get_args(Weekday)
Kind = Literal["infrastructure", "internal_process", "customer_facing"]
BlockerState = Literal["proposed", "open", "in_progress", "waived", "deferred", "resolved", "rejected"]
# As a sign-off saw it: of what only degrades the launch with that behind the state.
ApprovedState = Literal[
    BlockerState,
    "proposed (degrades)",
    "open (degrades)",
    "in_progress (degrades)",
    "waived (degrades)",
    "deferred (degrades)",
]
