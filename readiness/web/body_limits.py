"""How long the body of a request may be: the site's limit, unless a page has one of its own.

The server asks before it reads a body, and the middleware answers 413 to a longer one, so that none of it is
parsed.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import Resolver404, resolve
from django.views.defaults import bad_request as django_bad_request

Answer = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., Any])

# Of pages that take a file; how much a file may hold is theirs to say.
WITH_FILE = 8 * 1024 * 1024


class BodyLimit(NamedTuple):
    """`size` in bytes. A view with `kept` sees no more than the first so many, and refuses no body."""

    size: int
    kept: int | None = None


def takes_body(size: int) -> Callable[[View], View]:
    """Its address takes bodies of `size` bytes at most."""
    return _with_limit(size=size)


def keeps_of_body(kept: int) -> Callable[[View], View]:
    """Its address reads the first `kept` bytes and leaves out the rest."""
    return _with_limit(kept=kept)


def _with_limit(**limit: int) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.body_limit = limit  # type: ignore[attr-defined]
        return view

    return mark


def limit_of(path: str) -> BodyLimit:
    """Of the page at `path`, also where there is none."""
    try:
        own = getattr(resolve(path).func, "body_limit", {})
    except Resolver404:
        own = {}
    return BodyLimit(**{"size": settings.DATA_UPLOAD_MAX_MEMORY_SIZE, **own})


def body_limit_middleware(answer: Answer) -> Answer:
    """Behind the one that knows the language, and before any that reads a body."""

    def limiting(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if not announced.isdecimal() or announced == "0":
            return answer(request)
        limit = limit_of(request.path_info)
        if int(announced) <= limit.size or limit.kept is not None:
            return answer(request)
        return too_large(request, limit.size)

    return limiting


def too_large(request: HttpRequest, size: int) -> HttpResponse:
    """413, as a page, as a part for htmx, or as a line for a machine."""
    limit, is_part = filesizeformat(size), "HX-Request" in request.headers
    if is_part or "text/html" in request.headers.get("Accept", ""):
        return render(request, "413.html", {"limit": limit, "is_part": is_part}, status=413)
    return HttpResponse(f"at most {limit}\n", status=413, content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where the fields of a form are too much beside its files."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    return django_bad_request(request, exception)
