"""What is found, as a page of its own and as what the palette lists."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from launches.search import GROUPS, ResultGroup, SearchQuery, found_by
from readiness.requests import Request

# Of each group: in the palette, on the page of all, and on the pages of one.
IN_PALETTE, EACH, OF_ONE = 4, 5, 50


@require_safe
@vary_on_headers("HX-Request")
def search(request: Request) -> HttpResponse:
    question = SearchQuery(request.GET.get("q", ""))
    if request.htmx:
        groups = found_by(request.user, question, now=timezone.now(), each=IN_PALETTE)
        return render(request, "launches/search.html#options", {"question": question, "groups": groups})
    only = request.GET.get("in", "")
    page = SearchPage(request, question, only if only in GROUPS else "", _number(request.GET.get("page", "")))
    return render(request, "launches/search.html", {"page": page, "question": question})


class SearchPage:
    """All groups, some of each, or one of them, page by page."""

    def __init__(self, request: Request, question: SearchQuery, only: str, number: int) -> None:
        self.question = question
        self.only = only
        self.number = number if only else 1
        self.each = OF_ONE if only else EACH
        skip = (self.number - 1) * self.each
        self.groups: list[ResultGroup] = found_by(
            request.user, question, now=timezone.now(), each=self.each, group=only, skip=skip
        )

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)

    @property
    def before(self) -> str:
        return self.address(page=self.number - 1) if self.number > 1 else ""

    @property
    def after(self) -> str:
        return (
            self.address(page=self.number + 1) if self.number * self.each < self.total and self.only else ""
        )

    @property
    def of_one(self) -> list[tuple[ResultGroup, str]]:
        """Each group with the address of all that it has; none while that is what is shown."""
        return [(group, self.address(only=group.name) if group.more else "") for group in self.groups]

    def address(self, *, only: str = "", page: int = 1) -> str:
        values: dict[str, Any] = {"q": self.question.typed, "in": only or self.only}
        return f"{reverse('search')}?{urlencode(values | ({'page': page} if page > 1 else {}))}"


def _number(text: str) -> int:
    """Of a page; the first where it is no number, or one that no list is as long as."""
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
