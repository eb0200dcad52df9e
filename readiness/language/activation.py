"""In which language a page speaks: the person's own choice, else the browser's wish."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

Answer = Callable[[HttpRequest], HttpResponse]


def language_middleware(answer: Answer) -> Answer:
    """Behind the one that knows who asks. Who has no account may have chosen by a cookie."""

    def speaking(request: HttpRequest) -> HttpResponse:
        with translation.override(language_of(request)):
            response = answer(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        patch_vary_headers(response, ("Accept-Language",))
        return response

    return speaking


def language_of(request: HttpRequest) -> str:
    chosen = getattr(request.user, "language", "")
    return chosen if is_spoken(chosen) else translation.get_language_from_request(request)


def is_spoken(language: str) -> bool:
    return language in dict(settings.LANGUAGES)
