"""Addresses and cookies without NUL: nothing that is stored has one, and PostgreSQL refuses to look for it.

Forms refuse it by themselves, in words.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]

# What stands for a character that could not be read.
_INSTEAD, _IN_ADDRESSES = "�", "%EF%BF%BD"


def nul_middleware(answer: Answer) -> Answer:
    """Before all that look something up: sessions are found by their cookie, and pages by their address."""

    def answering(request: HttpRequest) -> HttpResponse:
        asked = request.META.get("QUERY_STRING", "")
        request.META["QUERY_STRING"] = asked.replace("%00", _IN_ADDRESSES).replace("\0", _IN_ADDRESSES)
        for name, value in request.COOKIES.items():
            request.COOKIES[name] = value.replace("\0", _INSTEAD)
        return answer(request)

    return answering
