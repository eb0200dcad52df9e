"""One answer to several requests: its buttons say to how many, with a script and without."""

from datetime import date

from playwright.sync_api import expect

from launches.models import Blocker, Launch, Waiver
from readiness.models import User
from tests.launches.conftest import NOW


def test_the_buttons_say_how_many_are_ticked(browse, script):
    launch = Launch.objects.select_related("lead").get(slug="europe-ga")
    other = User.objects.filter(is_superuser=True).exclude(pk=launch.lead_id).first()
    standing = Blocker.objects.standing().filter(launch=launch, severity="blocks", waiver=None)
    for blocker in standing.order_by("pk")[:2]:
        Waiver.ask(blocker, by=other, now=NOW, reason="Few", expires_on=date(2027, 3, 1))
    page = browse(launch.lead.username, script=script)
    page.goto("/launches/europe-ga/decisions/")
    picks = page.locator("input[name=pick]")

    assert answers(page) == ["Approve 0", "Refuse 0"]
    picks.nth(0).check()
    picks.nth(1).check()
    assert answers(page) == ["Approve 2", "Refuse 2"]
    picks.nth(0).uncheck()
    assert answers(page) == ["Approve 1", "Refuse 1"]
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved: 1.")).to_be_visible()


def answers(page):
    """What the browser itself calls the buttons: it alone knows what a style counts."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    names = [node["name"]["value"] for node in tree if node.get("role", {}).get("value") == "button"]
    return [name for name in names if name.startswith(("Approve", "Refuse"))]
