"""A form with a field of each kind, for the styleguide."""

from django import forms

from readiness.form_fields import DayField

CHOICES: list[tuple[str, str]] = [("fix", "Fix it"), ("waive", "Launch without it")]


class SampleForm(forms.Form):
    name = forms.CharField(help_text="What it is called everywhere.")
    due = DayField()
    days = forms.IntegerField(min_value=1)
    kind = forms.ChoiceField(choices=CHOICES)
    decision = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)
    reason = forms.CharField(widget=forms.Textarea)
