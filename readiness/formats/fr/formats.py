"""How French writes dates. Django asks this module for a format by its name, and for `j M Y` by that."""


def __getattr__(form: str) -> str:
    """A month is short with a small letter and a full stop: 14 déc. 2026, where `M` would say 14 Déc 2026."""
    if "_" in form or "M" not in form:
        raise AttributeError(form)
    return form.replace("M", "N")
