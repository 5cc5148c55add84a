"""Addresses of the pages of platforms and carriers."""

from __future__ import annotations

from django.urls import URLPattern, path

from kechuang.office.registry.views import carriers
from kechuang.office.registry.views import platforms as views

patterns: list[URLPattern] = [
    path("platforms/", views.platform_list, name="platforms"),
    path("platforms/new/", views.create, name="platform_create"),
    path("platforms/firms/", carriers.stay_list, name="platform_firms"),
    path("platforms/of/<str:code>/", views.record, name="platform"),
    path("platforms/of/<str:code>/change/", views.change, name="platform_change"),
    path("platforms/of/<str:code>/assess/", views.assess, name="platform_assess"),
    path("platforms/of/<str:code>/correct/", views.correct, name="platform_correct"),
    path("platforms/of/<str:code>/restore/", views.restore, name="platform_restore"),
    path("platforms/of/<str:code>/cancel/", views.cancel, name="platform_cancel"),
    path("platforms/of/<str:code>/partner/", views.add_partner, name="platform_partner"),
    path("platforms/of/<str:code>/member/", views.add_member, name="platform_member"),
    path("platforms/of/<str:code>/room/", carriers.add_room, name="platform_room"),
    path("platforms/of/<str:code>/enter/", carriers.enter, name="platform_enter"),
    path("platforms/partners/<int:pk>/end/", views.end_partner, name="platform_partner_end"),
    path("platforms/members/<int:pk>/end/", views.end_member, name="platform_member_end"),
    path("platforms/rooms/<int:pk>/change/", carriers.change_room, name="platform_room_change"),
    path("platforms/firms/<int:pk>/graduate/", carriers.graduate, name="platform_firm_graduate"),
    path("platforms/firms/<int:pk>/hand-on/", carriers.hand_on, name="platform_firm_hand_on"),
    path("platforms/firms/<int:pk>/leave/", carriers.leave, name="platform_firm_leave"),
    path("platforms/firms/<int:pk>/move/", carriers.move, name="platform_firm_move"),
]
