"""Addresses of sign-in and of one's own account."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factor
from django.urls import path

urlpatterns = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-in/code/", factor.authenticate, name="mfa_authenticate"),
    path("password/", account.password_change, name="account_change_password"),
]
