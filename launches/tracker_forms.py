"""What people type in about outside trackers."""

from django import forms

from launches.fields import AddressField


class TrackerForm(forms.Form):
    """One more issue for a blocker that is there already."""

    address = AddressField(label="Address of an issue", help_text="On GitHub or GitLab, or in Jira.")
