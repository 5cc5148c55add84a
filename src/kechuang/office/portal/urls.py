"""The first page, the search, the switch of colours."""

from __future__ import annotations

from django.urls import path

from kechuang.office.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("colours/", views.colours, name="colours"),
]
