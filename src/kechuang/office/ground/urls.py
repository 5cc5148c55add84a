"""Addresses of the ground floor: the trail, masked values, jobs, files, notices, views."""

from __future__ import annotations

from django.urls import path

from kechuang.office.ground import (
    audit_views,
    file_views,
    job_views,
    notice_views,
    saved_views,
    secret_views,
)

app_name = "ground"
urlpatterns = [
    path("audit/", audit_views.trail, name="audit"),
    path("audit/verify/", audit_views.verifying, name="audit_verify"),
    path("audit/<int:sequence>/", audit_views.event, name="audit_event"),
    path("reveal/<slug:code>/<str:key>/", secret_views.reveal_page, name="reveal"),
    path("jobs/", job_views.list_of_jobs, name="jobs"),
    path("jobs/<int:pk>/", job_views.one, name="job"),
    path("jobs/<int:pk>/cancel/", job_views.cancel, name="job_cancel"),
    path("jobs/<int:pk>/again/", job_views.rerun, name="job_rerun"),
    path("files/<int:pk>/", file_views.download, name="file"),
    path("notices/", notice_views.list_of_notices, name="notices"),
    path("notices/read/", notice_views.read, name="notices_read"),
    path("notices/<int:pk>/", notice_views.follow, name="notice"),
    path("views/", saved_views.save, name="view_save"),
    path("views/<int:pk>/delete/", saved_views.delete, name="view_delete"),
]
