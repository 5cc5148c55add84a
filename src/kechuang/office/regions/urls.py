"""Addresses of regions and of the settings of the installation."""

from __future__ import annotations

from django.urls import path

from kechuang.office.regions import views

app_name = "regions"
urlpatterns = [
    path("", views.region_list, name="list"),
    path("add/", views.add, name="add"),
    path("load/", views.load, name="load"),
    path("installation/", views.installation, name="installation"),
    path("<slug:code>/", views.record, name="record"),
    path("<slug:code>/rename/", views.rename, name="rename"),
]
