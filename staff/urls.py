"""Addresses under /accounts/. Those of django-allauth that we use are named one by one: the rest of it does not exist here."""

from allauth.account import views as allauth_views
from django.urls import include, path, re_path

from staff import views

urlpatterns = [
    path("", views.account, name="account"),
    path("invitation/<str:token>/", views.invitation, name="account_invitation"),
    path("sessions/", views.sessions, name="account_sessions"),
    path("login/", allauth_views.login, name="account_login"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("reauthenticate/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
    path("password/reset/", views.ForgottenPasswordView.as_view(), name="account_reset_password"),
    path("password/reset/done/", allauth_views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", allauth_views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("second-step/", include("allauth.mfa.urls")),
    # django-allauth asks for these names. It never leads anybody there.
    path("closed/sign-up/", views.closed, name="account_signup"),
    path("closed/email/", views.closed, name="account_email"),
]
