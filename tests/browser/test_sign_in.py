import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]


@pytest.fixture
def person(viewer):
    viewer.set_password("quiet-north-window")
    viewer.save()
    return viewer


def test_a_person_signs_in_and_comes_to_where_they_were_going(page, person):
    page.goto("/regions/")
    expect(page).to_have_title("Sign in · Region Readiness")

    page.get_by_label("Username").fill(person.username)
    page.get_by_label("Password").fill("quiet-north-window")
    page.get_by_role("button", name="Sign in").click()

    expect(page).to_have_url(f"{page.url.split('/regions/')[0]}/regions/")


def test_a_wrong_password_keeps_the_name_and_says_so(page, person):
    page.goto("/sign-in/")
    page.get_by_label("Username").fill(person.username)
    page.get_by_label("Password").fill("loud-south-door")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Username")).to_have_value(person.username)


def test_who_is_signed_in_already_sees_the_launches(page, viewer, sign_in):
    sign_in(viewer)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page).not_to_have_title("Sign in · Region Readiness")
