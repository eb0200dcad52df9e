"""Signing in, and what happens to a request of somebody who is not, or whose page is too old.

A page is signed in for and comes back. A form comes back as well, filled in, to be sent once more.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django_htmx.http import HttpResponseClientRedirect

from readiness.accounts import first_account
from readiness.accounts.unsent import COOKIE, Unsent, is_from_here, page_behind, remembered
from readiness.language.activation import language_of
from readiness.requests import Request

Answer = Callable[[HttpRequest], HttpResponse]
# Says to static/js/drafts.js that the page goes, with all that is typed in its other forms.
SIGNED_OUT = "Signed-Out"
_READING = ("GET", "HEAD")


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """With a form that did not arrive, which is shown again once its person is in."""

    template_name = "readiness/sign_in.html"
    redirect_authenticated_user = True

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        unsent = self._unsent()
        if unsent and request.user.is_authenticated:
            return once_more(request, unsent)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        unsent = self._unsent()
        if not unsent:
            return answer
        # The sign-in was in the browser's language; who is in now may read another.
        with translation.override(language_of(self.request)):
            return once_more(self.request, unsent)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(**context, is_new=first_account.is_needed, unsent=self._unsent())

    def _unsent(self) -> Unsent | None:
        return Unsent.opened(self.request.POST.get("unsent", ""))


class SignInRequired(LoginRequiredMiddleware):
    def handle_no_permission(self, request: Any, view_func: Any) -> Any:
        """Whoever is not signed in: to the sign-in, from there to the page, and with what was typed."""
        if request.headers.get("Live") == "true":
            # A page that only looks whether anything is new stays as it is: somebody may be typing in it.
            return HttpResponse(status=204)
        if request.method == "POST" and request.POST and is_from_here(request):
            return _signing_in(request, Unsent.of(request))
        page = request.get_full_path() if request.method in _READING else page_behind(request)
        if not request.htmx:
            return redirect_to_login(page)
        behind = page_behind(request)
        # A form that is its own page, such as a what-if, has in its address what was typed.
        is_own = request.method in _READING and request.path == behind.partition("?")[0]
        answer = HttpResponseClientRedirect(redirect_to_login(page if is_own else behind).url)
        answer[SIGNED_OUT] = "true"
        return answer


def csrf_failure(request: Request, reason: str = "") -> HttpResponse:
    """A page that was open while its person signed in again elsewhere; or a form of somebody else's."""
    if not is_from_here(request):
        return _too_old(request)
    is_in = request.user.is_authenticated
    if not getattr(request.resolver_match and request.resolver_match.func, "login_required", True):
        before = Unsent.opened(request.POST.get("unsent", ""))
        return once_more(request, before, 403) if before and is_in else _too_old(request)
    unsent = Unsent.of(request)
    return once_more(request, unsent, 403) if is_in else _signing_in(request, unsent)


def _too_old(request: HttpRequest) -> HttpResponse:
    return _whole_page(request, render(request, "403_csrf.html", status=403))


def once_more(request: HttpRequest, unsent: Unsent, status: int = 200) -> HttpResponse:
    """What did not arrive, to be read and sent; nothing of it where somebody else has signed in."""
    if unsent.person not in (None, request.user.pk):
        return redirect("home")
    return _whole_page(request, render(request, "readiness/unsent.html", {"unsent": unsent}, status=status))


def _signing_in(request: Request, unsent: Unsent) -> HttpResponse:
    context = {"form": AuthenticationForm(request), "next": unsent.page, "unsent": unsent}
    return _whole_page(request, render(request, "readiness/sign_in.html", context, status=403))


def _whole_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """In the place of everything, wherever htmx would have put a part."""
    if getattr(request, "htmx", False):
        response["HX-Retarget"], response["HX-Reswap"] = "body", "innerHTML"
        response["HX-Reselect"] = "unset"
        response[SIGNED_OUT] = "true"
    return response


def person_middleware(answer: Answer) -> Answer:
    """The browser remembers who was signed in last: a form that did not arrive is shown to nobody else."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if request.user.is_authenticated and request.COOKIES.get(COOKIE) != (
            who := remembered(request.user.pk)
        ):
            response.set_cookie(
                COOKIE, who, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
            )
        return response

    return answered


def private_middleware(answer: Answer) -> Answer:
    """Nobody on the way keeps what is about people and their work, nor does a browser after they signed out.

    What was typed into a page a browser keeps nevertheless, and puts it back on the way back.
    """

    def answered(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if not response.has_header("Cache-Control"):
            # Also what has an ETag: live.js knows what it has seen, and a browser shows on the way back what
            # it may keep, without asking.
            response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ("HX-Request", "Cookie"))
        return response

    return answered
