"""Addresses of sign-in, of one's own account, and of people and their roles."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as identity
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.db.transaction import atomic as whole
from django.urls import include, path

from kechuang.office.accounts import own, views

people = [
    path("people/", views.user_list, name="list"),
    path("people/new/", views.create, name="create"),
    path("people/<str:username>/", views.record, name="record"),
    path("people/<str:username>/change/", views.change, name="change"),
    path("people/<str:username>/stop/", views.deactivate, name="deactivate"),
    path("people/<str:username>/start/", views.reactivate, name="reactivate"),
    path("people/<str:username>/password/", views.reset_password, name="reset_password"),
    path("people/<str:username>/role/", views.grant, name="grant"),
    path("people/<str:username>/identity/", views.link, name="link"),
    path("people/<str:username>/factor/", views.reset_factor, name="reset_factor"),
    path("people/<str:username>/lock/", views.lift, name="lift"),
    path("people/<str:username>/sessions/end/", views.end_sessions, name="end_sessions"),
    path("roles/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("roles/", own.matrix_page, name="matrix"),
    path("switch/", own.switch, name="switch"),
    path("tokens/", own.token_page, name="tokens"),
    path("tokens/<int:pk>/revoke/", own.revoke, name="revoke_token"),
    path("sessions/end/", own.end_own, name="end_own"),
    path("", own.mine, name="mine"),
]

# What the sign-in library changes stands in one transaction with the line that tells of it.
urlpatterns = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("stopped/", account.account_inactive, name="account_inactive"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", whole(own.change_password), name="account_change_password"),
    path("sign-in/code/", whole(factor.authenticate), name="mfa_authenticate"),
    path("confirm/code/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("factor/", factor.index, name="mfa_index"),
    path("factor/add/", whole(totp.activate_totp), name="mfa_activate_totp"),
    path("factor/remove/", whole(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("factor/codes/", whole(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "factor/codes/new/",
        whole(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("identity/", identity.connections, name="socialaccount_connections"),
    path("identity/cancelled/", identity.login_cancelled, name="socialaccount_login_cancelled"),
    path("identity/error/", identity.login_error, name="socialaccount_login_error"),
    path("identity/<str:provider_id>/", oidc.login, name="openid_connect_login"),
    path("identity/<str:provider_id>/back/", oidc.callback, name="openid_connect_callback"),
    path("", include((people, "accounts"))),
]
