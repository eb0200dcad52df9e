"""What people type in about outside trackers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from launches.pages.fields import AddressField


class TrackerForm(forms.Form):
    """One more issue for a blocker that is there already."""

    address = AddressField(label=_("Address of an issue"), help_text=_("On GitHub or GitLab, or in Jira."))
