"""The page that makes the public package, and a diagnosis as a file for its firm."""

from __future__ import annotations

import io

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground.file_views import attachment
from kechuang.office.policies.forms.publishing import PublishForm
from kechuang.office.policies.publishing.firms import FORMS, written
from kechuang.office.policies.queries import diagnosis as queries
from kechuang.office.policies.services import publishing as services
from kechuang.office.registry import pages


def publish(request: HttpRequest) -> HttpResponse:
    """Have the package made: what is in it, whom it names."""
    actor = pages.actor_of(request)
    initial = {"contact": services.last_contact()}
    form = PublishForm(pages.given(request), actor=actor, initial=initial)

    def act(form: PublishForm) -> tuple[str, str]:
        job = services.publish(actor, form.cleaned_data["contact"])
        told = _("正在生成，完成后在这里下载压缩包。")
        return told, reverse("ground:job", args=[job.pk])

    lead = _(
        "今天生效的规则和登记的全部政策文件，做成静态网页（中英文）、JSON和Excel，装进一个压缩包，"
        "可放到省、市门户上，打开不用登录。里面没有任何企业的数据，也没有初筛口径。"
    )
    back = reverse("policies:documents")
    return pages.task_page(request, _("生成政策公开包"), form, act, back, lead=lead)


def diagnosis_export(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """The diagnosis of one enterprise as a file, for itself and for who may see it."""
    actor = pages.actor_of(request)
    organisation = get_object_or_404(queries.visible(actor), party__code=code)
    if form not in FORMS:
        raise Http404
    found = queries.diagnosis(organisation, timezone.localdate(), actor)
    services.tell_diagnosis(actor, found, form)
    name = _("政策诊断") + f"-{organisation.party.name}-{found.as_of.isoformat()}.{form}"
    return attachment(io.BytesIO(written(found, form)), name)
