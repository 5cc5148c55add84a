"""Addresses of the ground floor: the audit trail, masked values."""

from __future__ import annotations

from django.urls import path

from kechuang.office.ground import audit_views, secret_views

app_name = "ground"
urlpatterns = [
    path("audit/", audit_views.trail, name="audit"),
    path("audit/verify/", audit_views.verifying, name="audit_verify"),
    path("audit/<int:sequence>/", audit_views.event, name="audit_event"),
    path("reveal/<slug:code>/<str:key>/", secret_views.reveal_page, name="reveal"),
]
