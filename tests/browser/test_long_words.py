"""A word without end, in whatever people name and write, widens no page."""

import pytest
from django.urls import reverse

from tests.browser.test_every_page import overflow
from tests.test_directions import WRITTEN
from tests.test_permissions import TABLE

# As long as the longest name that every field takes.
WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmütze" * 2


@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_is_wider_than_its_window(people, page, enter_as, width):
    for model, names in WRITTEN.items():
        model.objects.update(**dict.fromkeys(names, WORD))
    enter_as(people["admin"])
    page.set_viewport_size({"width": width, "height": 900})
    wide = {}
    for name, (arguments, readers, _) in TABLE.items():
        address = reverse(name, args=arguments)
        if readers and "text/html" in page.request.get(address).headers["content-type"]:
            page.goto(address)
            if by := overflow(page):
                wide[name] = by
    assert wide == {}
