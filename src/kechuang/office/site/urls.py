"""All addresses. Each has its line in `access.yaml`."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from kechuang.office.site.api import api

handler400 = "kechuang.office.site.errors.bad_request"
handler404 = "kechuang.office.site.errors.not_found"
handler500 = "kechuang.office.site.errors.failed"

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("kechuang.office.portal.urls")),
    path("language/", set_language, name="set_language"),
    path("account/", include("kechuang.office.accounts.urls")),
    path("", include("kechuang.office.ground.urls")),
    path("regions/", include("kechuang.office.regions.urls")),
    path("parties/", include("kechuang.office.parties.urls")),
    path("registry/", include("kechuang.office.registry.urls")),
    path("filings/", include("kechuang.office.filings.urls")),
    path("policies/", include("kechuang.office.policies.urls")),
    path("desk/", include("kechuang.office.desk.urls")),
    path("reports/", include("kechuang.office.reports.urls")),
]
