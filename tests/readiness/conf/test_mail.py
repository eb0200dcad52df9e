import pytest
from django.core.exceptions import ImproperlyConfigured

from readiness.conf.mail import mail_settings

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def test_an_address_becomes_settings():
    assert mail_settings("submission://site:s%40fe@mail.harbor.example") == {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": "mail.harbor.example",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "site",
        "EMAIL_HOST_PASSWORD": "s@fe",
        "EMAIL_USE_TLS": True,
        "EMAIL_USE_SSL": False,
    }


def test_without_one_nothing_is_sent():
    assert mail_settings("")["EMAIL_BACKEND"] == "django.core.mail.backends.dummy.EmailBackend"


@pytest.mark.parametrize("url", ["mail.harbor.example", "https://mail.harbor.example", "smtp://mail:many"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        mail_settings(url)
