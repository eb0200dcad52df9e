"""Every address of the site."""

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from readiness.views.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path(
        "sign-in/",
        LoginView.as_view(template_name="readiness/sign_in.html", redirect_authenticated_user=True),
        name="sign-in",
    ),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("admin/", admin.site.urls),
]
