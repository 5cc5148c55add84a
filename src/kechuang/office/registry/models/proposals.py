"""What an enterprise proposes to change in its own dossier."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.secrets import EncryptedTextField
from kechuang.office.registry.models.base import OfParty


class Proposal(OfParty):
    """One value that an enterprise proposes; it becomes data when an officer accepts it.

    `table` is `organisation`, `yearly` or `standing`, `year` 0 where the fact has none. `before`
    is what counted when the proposal was made, so that an officer sees when that changed since.
    Values are written as in a file for people, in the field's unit; they are kept encrypted,
    because a telephone number may be among them.
    """

    class State(models.TextChoices):
        """Where it stands."""

        PROPOSED = "proposed", _("待受理")
        ACCEPTED = "accepted", _("已采纳")
        REFUSED = "refused", _("未采纳")
        WITHDRAWN = "withdrawn", _("已撤回")

    table = models.CharField(_("表"), max_length=20)
    field = models.CharField(_("字段"), max_length=60)
    year = models.PositiveSmallIntegerField(_("年度"), default=0)
    before = EncryptedTextField(_("原值"), blank=True, default="")
    after = EncryptedTextField(_("拟改为"), blank=True, default="")
    reason = models.CharField(_("理由"), max_length=300)
    evidence = models.ForeignKey(
        StoredFile, verbose_name=_("佐证"), on_delete=models.PROTECT, null=True, blank=True
    )
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.CharField(_("提出人"), max_length=150)
    proposed_name = models.CharField(_("提出人姓名"), max_length=100)
    proposed_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    decided_by = models.CharField(_("受理人"), max_length=150, blank=True)
    decided_name = models.CharField(_("受理人姓名"), max_length=100, blank=True)
    decided_at = models.DateTimeField(_("受理时间"), null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=300, blank=True)

    class Meta:
        """Oldest first; one open proposal for a cell."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["party", "table", "field", "year"],
                condition=models.Q(state="proposed"),
                name="cell_has_one_open_proposal",
            ),
        )
        indexes = (models.Index(fields=["state"], name="proposal_state"),)

    def __str__(self) -> str:
        return f"{self.party} {self.field} {self.year}"
