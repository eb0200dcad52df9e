"""What takes two people, as two people see it: asked for on one page, answered on another."""

from playwright.sync_api import expect

from readiness.models import ChangeRequest, Readiness, User
from tests.browser.test_every_page import FINE, LAUNCH, look_at

CELL = "/regions/europe/cells/whatsapp/"


def test_one_asks_and_another_approves(browse):
    mara = browse("mara")
    mara.goto(CELL)
    mara.get_by_label("Importance").select_option("nice_to_have")
    expect(mara.get_by_text("Somebody else has to approve it, since WhatsApp").first).to_be_visible()
    mara.get_by_label("Why it should be so").fill("Two customers there use it")
    mara.locator("form[action$='importance/'] button").click()
    expect(mara.get_by_text("Asked: it stays as it is until somebody else approves.")).to_be_visible()
    assert look_at(mara) == FINE
    asked = ChangeRequest.objects.get(state="open")
    User.objects.filter(username="samira").update(language="fr")
    samira = browse("samira")
    seen = {}
    for address in (
        CELL,
        f"{LAUNCH}decisions/",
        f"{LAUNCH}blockers/whatsapp/",
        "/my/",
        asked.get_absolute_url(),
    ):
        samira.goto(address)
        expect(samira.get_by_text("Two customers there use it").first).to_be_visible()
        seen[address] = look_at(samira)
    assert {address: found for address, found in seen.items() if found != FINE} == {}
    samira.get_by_role("button", name="Approuver").click()
    expect(samira.get_by_text("Approuvé, et fait.")).to_be_visible()
    assert look_at(samira) == FINE
    assert Readiness.objects.get(region__slug="europe", integration__slug="whatsapp").importance == (
        "nice_to_have"
    )
