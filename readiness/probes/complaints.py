"""What pydantic finds wrong with a value, in one clause and in the language of whoever typed it."""

from django.utils.translation import gettext, gettext_noop
from pydantic_core import ErrorDetails

# By pydantic's names; what is not here is rare, and told in its own words.
_SAID = {
    "missing": gettext_noop("field required"),
    "extra_forbidden": gettext_noop("is not a parameter of this kind of check"),
    "int_type": gettext_noop("a whole number is wanted"),
    "int_from_float": gettext_noop("a whole number is wanted"),
    "float_type": gettext_noop("a number is wanted"),
    "finite_number": gettext_noop("a finite number is wanted"),
    "bool_type": gettext_noop("true or false is wanted"),
    "string_type": gettext_noop("a text is wanted"),
    "list_type": gettext_noop("a list is wanted"),
    "dict_type": gettext_noop("names with their values are wanted"),
    "literal_error": gettext_noop("one of these is wanted: {expected}"),
    "greater_than_equal": gettext_noop("at least {ge} is wanted"),
    "less_than_equal": gettext_noop("at most {le} is wanted"),
    "string_too_long": gettext_noop("at most {max_length} characters are wanted"),
    "string_too_short": gettext_noop("at least {min_length} characters are wanted"),
    "too_long": gettext_noop("at most {max_length} are wanted, not {actual_length}"),
    "too_short": gettext_noop("at least {min_length} are wanted, not {actual_length}"),
}
_OURS = "Value error, "


def complaint(error: ErrorDetails) -> str:
    """Of what a field's own validator says, that; in English the rest is told as pydantic tells it."""
    message, said = error["msg"], _SAID.get(error["type"], "")
    if message.startswith(_OURS):
        return message.removeprefix(_OURS)
    if said and ((told := gettext(said)) != said or error["type"] == "extra_forbidden"):
        return told.format(**error.get("ctx", {}))
    return message[:1].lower() + message[1:]
