"""What a browser sends of a check's form, as it was drawn."""

from django.http import QueryDict


def sent(form):
    data = QueryDict(mutable=True)
    for field in form:
        if hasattr(field, "rows"):
            for row in field.rows:
                data.update({f"{row.stem}-{part}": text for part, text in row.typed._asdict().items()})
        elif field.value() is True:
            data[field.html_name] = "on"
        elif field.value() not in (None, False):
            data[field.html_name] = str(field.value()).replace("\n", "\r\n")
    return data


def rows(name, *typed):
    """The rows of the field `name`: each a name, a sign and a value, or a name and a value."""
    return {
        f"check-{name}-{place}-{part}": text
        for place, row in enumerate(typed)
        for part, text in zip(
            ("name", "sign", "value") if len(row) == 3 else ("name", "value"), row, strict=True
        )
    }
