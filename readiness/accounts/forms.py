"""What people fill in to get an account, and to ask others in."""

import re
import secrets
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from readiness.models import Team, User

MOST_AT_ONCE = 50


class PasswordForm(forms.Form):
    """A password, twice; the fields above it are what it may not be like."""

    password = forms.CharField(
        label=_later("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_later("At least 12 characters; several words are easy to keep in mind."),
    )
    again = forms.CharField(
        label=_later("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def owner(self) -> User:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        password = data.get("password", "")
        if password and password != data.get("again", password):
            self.add_error("again", _("It is not the same as above."))
        try:
            if password:
                validate_password(password, self.owner())
        except ValidationError as error:
            self.add_error("password", error)
        return data


class FirstAccountForm(PasswordForm):
    user_name = forms.CharField(
        label=_later("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    email = forms.EmailField(
        label=_later("E-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    field_order = ["user_name", "email", "password", "again"]

    def owner(self) -> User:
        data = self.cleaned_data
        return User(username=data.get("user_name", ""), email=data.get("email", ""))


class JoiningForm(PasswordForm):
    name = forms.CharField(
        label=_later("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ["name", "password", "again"]

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def owner(self) -> User:
        return self.person


class AddressesForm(forms.Form):
    """Addresses as they come out of a mail program or a list."""

    emails = forms.CharField(
        label=_later("E-mail addresses"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=20_000,
        help_text=_later("As many as you like, with commas, spaces or lines between them."),
    )

    def clean_emails(self) -> list[str]:
        """Each once, in their order."""
        return addresses(self.cleaned_data["emails"])


class InvitingForm(AddressesForm):
    """And the teams that all of them join."""

    teams = forms.ModelMultipleChoiceField(
        Team.objects.all(),
        label=_later("Teams they join"),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    # Sent twice it is one form: its links are the same.
    form_key = forms.CharField(
        required=False, max_length=64, widget=forms.HiddenInput, initial=secrets.token_urlsafe
    )


def addresses(text: str) -> list[str]:
    """Each address in `text` once: `Ann Lee <ann@b.example>, c@d.example`. Raises `ValidationError`."""
    text = re.sub(r'"[^"\n]*"', " ", text)
    text = re.sub(r"[^,;<>\n]*<([^<>]*)>", r" \1 ", text)
    found = list({word.lower(): word for word in re.split(r"[\s,;]+", text) if word}.values())
    wrong = [word for word in found if not _is_address(word)]
    if wrong:
        raise ValidationError(_("Not an e-mail address: %(words)s."), params={"words": ", ".join(wrong[:5])})
    if len(found) > MOST_AT_ONCE:
        raise ValidationError(
            _("At most %(most)s at once; these are %(number)s."),
            params={"most": MOST_AT_ONCE, "number": len(found)},
        )
    return found


def _is_address(word: str) -> bool:
    try:
        validate_email(word)
    except ValidationError:
        return False
    return True


class PersonForm(forms.Form):
    """What an admin says of somebody's account."""

    teams = forms.ModelMultipleChoiceField(
        Team.objects.all(),
        label=_later("Teams"),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_superuser = forms.BooleanField(label=_later("Admin: may change everything"), required=False)
    is_active = forms.BooleanField(label=_later("May sign in"), required=False)
