"""People: experts, commissioners, academicians, contacts; each once."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.ground.secrets import EncryptedTextField
from kechuang.office.parties.models import Party
from kechuang.office.registry.models.base import OF_PARTY, OfParty, Sourced


class Person(Sourced):
    """A person. Name, code and region are the party's; the kinds are not exclusive."""

    party = models.OneToOneField(
        Party, verbose_name=_("主体"), on_delete=models.PROTECT, primary_key=True
    )
    initials = models.CharField(_("拼音首字母"), max_length=60, blank=True, db_index=True)
    is_expert = models.BooleanField(_("专家"), default=False)
    is_commissioner = models.BooleanField(_("科技特派员"), default=False)
    is_academician = models.BooleanField(_("院士"), default=False)
    is_contact = models.BooleanField(_("联系人"), default=False)
    full_time = models.BooleanField(_("全职引进"), null=True, blank=True)
    born_on = models.DateField(_("出生日期"), null=True, blank=True)
    education = models.CharField(_("最高学位"), max_length=20, blank=True)
    professional_title = models.CharField(_("职称"), max_length=40, blank=True)
    specialty = models.CharField(_("专长"), max_length=300, blank=True)
    phone = EncryptedTextField(_("手机"), blank=True, default="")
    identity_number = EncryptedTextField(_("证件号码"), blank=True, default="")
    is_active = models.BooleanField(_("在库"), default=True)
    merged_into = models.ForeignKey(
        Party,
        verbose_name=_("已并入"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people_merged",
    )

    scope_paths: ClassVar = OF_PARTY

    class Meta:
        """In the order in which they were put in."""

        ordering = ("party_id",)

    def __str__(self) -> str:
        return self.party.name


class PersonField(models.Model):
    """A field of knowledge that a person is found by."""

    person = models.ForeignKey(Person, verbose_name=_("人员"), on_delete=models.CASCADE)
    name = models.CharField(_("领域"), max_length=40, db_index=True)

    scope_paths: ClassVar = ScopePaths(
        region="person__party__region__path", party="person__party__code"
    )

    class Meta:
        """By name; a field stands once for a person."""

        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=["person", "name"], name="field_stands_once_for_a_person"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Affiliation(OfParty):
    """That a person works for an organisation or speaks for it: `party` is the organisation."""

    person = models.ForeignKey(Person, verbose_name=_("人员"), on_delete=models.PROTECT)
    post = models.CharField(_("职务"), max_length=60, blank=True)
    is_contact = models.BooleanField(_("单位联系人"), default=False)
    since = models.DateField(_("自"), null=True, blank=True)
    until = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        """A person stands once in an organisation."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["person", "party"], name="person_stands_once_in_an_organisation"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.party}"
