"""By e-mail, through the server that EMAIL_URL names."""

import hashlib
from email.utils import formataddr
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPSenderRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from launches.notifications.channels import Addressee, Letter, NotSent

# RFC 5321: 4xx may go better later, 5xx will not.
FOR_GOOD = 500


class Email:
    name = "email"

    @property
    def label(self) -> str:
        return _("E-mail")

    @property
    def explanation(self) -> str:
        return _("One message for each notice, to the address of your account.")

    def is_set_up(self) -> bool:
        return bool(settings.EMAIL_URL)

    def reaches(self, person: Addressee) -> bool:
        return bool(person.email)

    def send(self, letter: Letter) -> None:
        """The message's id comes from the key, so mail programs show a doubled message once."""
        message = EmailMessage(
            " ".join(letter.subject.split()),
            letter.text,
            to=[formataddr((letter.person.label, letter.person.email))],
            headers={"Message-ID": _message_id(letter.key), "Auto-Submitted": "auto-generated"},
        )
        try:
            message.send()
        except (SMTPRecipientsRefused, SMTPSenderRefused) as refusal:
            raise NotSent(str(refusal), for_good=_code(refusal) >= FOR_GOOD) from refusal
        except ValueError as impossible:
            raise NotSent(
                f"No message can be written to {letter.person.email}.", for_good=True
            ) from impossible
        except (SMTPException, OSError) as problem:
            raise NotSent(f"{type(problem).__name__}: {problem}") from problem


def _message_id(key: str) -> str:
    """Two sites count their notices alike; their addresses tell them apart."""
    place = urlsplit(settings.SITE_URL).hostname or "localhost"
    site = hashlib.sha256(settings.SITE_URL.encode()).hexdigest()[:8]
    return f"<{key}.{site}@{place}>"


def _code(refusal: SMTPRecipientsRefused | SMTPSenderRefused) -> int:
    if isinstance(refusal, SMTPSenderRefused):
        return int(refusal.smtp_code)
    return max((code for code, _ in refusal.recipients.values()), default=FOR_GOOD)
