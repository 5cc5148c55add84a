"""What records of the registry have in common: where they come from, and where they belong."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.parties.models import Party

OF_PARTY: Final = ScopePaths(region="party__region__path", party="party__code")


class Sourced(models.Model):
    """A row that says where its values come from.

    `source` is a code of `sources.yaml` and `rank` its rank there; `as_of` is the day that the
    values are of, `document` the number of the list or notice. `batch` is the import that wrote
    the row last, `changed_at` the moment of the last change, which an undo compares.
    """

    source = models.CharField(_("来源"), max_length=40)
    rank = models.PositiveSmallIntegerField(_("来源次序"))
    document = models.CharField(_("文号"), max_length=120, blank=True)
    as_of = models.DateField(_("截至日期"))
    confirmed_by = models.CharField(_("确认人"), max_length=150, blank=True)
    confirmed_name = models.CharField(_("确认人姓名"), max_length=100, blank=True)
    changed_at = models.DateTimeField(_("更改时间"), default=timezone.now)
    batch = models.ForeignKey(
        "registry.ImportBatch",
        verbose_name=_("导入批次"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        """No table of its own."""

        abstract = True


class OfParty(models.Model):
    """A row about one party."""

    party = models.ForeignKey(Party, verbose_name=_("主体"), on_delete=models.PROTECT)

    scope_paths: ClassVar = OF_PARTY

    class Meta:
        """No table of its own."""

        abstract = True
