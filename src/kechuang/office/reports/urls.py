"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from kechuang.office.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.report_list, name="list"),
    path("upload/", views.upload, name="upload"),
    path("figures/", views.figures, name="figures"),
    path("figures/<int:key>/", views.decide, name="decide"),
    path("matrix/", views.matrix, name="matrix"),
    path("findings/<int:key>/", views.finding, name="finding"),
    path("<int:key>/", views.record, name="record"),
    path("<int:key>/accept-sure/", views.accept_sure, name="accept_sure"),
    path("<int:key>/confirm/", views.confirm, name="confirm"),
    path("<int:key>/reopen/", views.reopen, name="reopen"),
]
