"""The site with one view more that does nothing: behind the same middleware, for somebody signed in."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.user}")


urlpatterns = [path("empty/", empty), path("", include("readiness.urls"))]
