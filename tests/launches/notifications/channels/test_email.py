import pytest
from model_bakery import baker

from launches.notifications.channels import Letter, NotSent
from launches.notifications.channels.registry import CHANNELS
from readiness.models import User

EMAIL = CHANNELS["email"]


def letter(email="mara@harbor.example", name="Mara", subject="Tomasz mentioned you", key="notice-7-email"):
    person = baker.prepare(User, username="mara", first_name=name, last_name="", email=email)
    return Letter(key, person, subject, "Tomasz mentioned you.\n.\nEnd")


def test_it_arrives(mail_server):
    EMAIL.send(letter())
    (message,) = mail_server.received
    assert message.get_content() == "Tomasz mentioned you.\n.\nEnd\n"
    assert (message["To"], message["Subject"]) == ("Mara <mara@harbor.example>", "Tomasz mentioned you")
    assert message["Auto-Submitted"] == "auto-generated"


def test_every_try_has_the_same_message_id_and_two_sites_have_two(mail_server, settings):
    EMAIL.send(letter())
    EMAIL.send(letter())
    EMAIL.send(letter(key="notice-8-email"))
    settings.SITE_URL = "https://other.harbor.example/"
    EMAIL.send(letter())
    first, again, second, elsewhere = (message["Message-ID"] for message in mail_server.received)
    assert first == again
    assert len({first, second, elsewhere}) == 3
    assert first.endswith("@readiness.harbor.example>")


def test_a_subject_or_a_name_cannot_add_headers(mail_server):
    EMAIL.send(letter(subject="One\r\nBcc: eve@evil.example\n\nTwo", name="Mara <eve@evil.example>,"))
    (message,) = mail_server.received
    assert message["Subject"] == "One Bcc: eve@evil.example Two"
    assert message["Bcc"] is None
    assert [address.addr_spec for address in message["To"].addresses] == ["mara@harbor.example"]


@pytest.mark.parametrize(
    ("answer", "for_good"), [("550 no such person", True), ("451 come back later", False)]
)
def test_a_recipient_who_is_refused(mail_server, answer, for_good):
    mail_server.answers = [answer]
    with pytest.raises(NotSent, match=answer[4:]) as refusal:
        EMAIL.send(letter())
    assert refusal.value.for_good is for_good
    assert mail_server.received == []


def test_no_server_there(mail_server, settings):
    mail_server.shutdown()
    mail_server.server_close()
    with pytest.raises(NotSent) as failure:
        EMAIL.send(letter())
    assert failure.value.for_good is False


def test_an_address_that_is_none(mail_server):
    with pytest.raises(NotSent) as failure:
        EMAIL.send(letter(email="mara@harbor.example\nBcc: eve@evil.example"))
    assert failure.value.for_good is True


def test_who_can_be_reached(settings):
    assert EMAIL.reaches(letter().person) is True
    assert EMAIL.reaches(letter(email="").person) is False
    assert EMAIL.is_set_up() is False
    settings.EMAIL_URL = "console://"
    assert EMAIL.is_set_up() is True
