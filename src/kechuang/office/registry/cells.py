"""The values of an organisation's own row: which there are, and what each may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.accounts.services import checked_phone
from kechuang.office.ground.normalise import normalise, normalise_code
from kechuang.office.ground.secrets import masked
from kechuang.office.ground.showing import figures
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.standing import in_wan
from kechuang.reference import load_dictionary
from kechuang.reference.credit_codes import is_credit_code
from kechuang.reference.industries import SECTIONS, section_of

CELLS: Final = (
    "kind",
    "credit_code",
    "industry_code",
    "size_class",
    "above_designated_size",
    "founded_on",
    "registered_capital",
    "address",
    "website",
    "main_business",
    "contact_name",
    "contact_phone",
    "parent",
)
"""What `services.organisations.change` takes. Name, region, status have acts of their own."""

PARTY_KINDS: Final = {
    Organisation.Kind.ENTERPRISE: Party.Kind.ENTERPRISE,
    Organisation.Kind.UNIVERSITY: Party.Kind.INSTITUTION,
    Organisation.Kind.INSTITUTE: Party.Kind.INSTITUTION,
    Organisation.Kind.BANK: Party.Kind.ENTERPRISE,
    Organisation.Kind.PARK: Party.Kind.PARK,
    Organisation.Kind.BUREAU: Party.Kind.DEPARTMENT,
    Organisation.Kind.OTHER: Party.Kind.INSTITUTION,
}
"""As what kind of party an organisation is put in."""


def sizes() -> Mapping[str, str]:
    """The classes of size as the field dictionary has them."""
    return load_dictionary().field("enterprises", "size_class").options


def cell(organisation: Organisation, name: str) -> object:
    """A value as services take it: of the parent its code."""
    if name == "parent":
        return organisation.parent.code if organisation.parent else ""
    return getattr(organisation, name)


def plain_cell(organisation: Organisation, name: str) -> Any:
    """A value as the audit trail tells it: telephones masked, dates as text, money in 万元."""
    value = cell(organisation, name)
    if name == "contact_phone":
        return masked("phone", str(value))
    if name == "registered_capital" and isinstance(value, int):
        return figures(in_wan(value) or 0)
    return value.isoformat() if isinstance(value, date) else value


def cleaned(values: Mapping[str, object], organisation: Organisation) -> dict[str, Any]:
    """The values as they are kept. Raises `ValidationError` by field, of all fields at once."""
    found: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for name, value in values.items():
        try:
            if name not in CELLS:
                raise ValidationError(_("没有“%(name)s”这一项。") % {"name": name})
            found[name] = _cleaned(name, value, organisation)
        except ValidationError as error:
            wrong[name] = error.messages
    if wrong:
        raise ValidationError(wrong)
    return found


def _cleaned(name: str, value: object, organisation: Organisation) -> Any:
    check = _CHECKS.get(name)
    if check:
        value = check(value, organisation)
    if name == "parent":
        return value
    field = Organisation._meta.get_field(name)
    if isinstance(value, str):
        value = normalise(value)
    if value is None and not field.null:  # type: ignore[union-attr]
        value = ""
    return field.clean(value, organisation)  # type: ignore[union-attr]


def _credit_code(value: object, organisation: Organisation) -> str | None:
    code = normalise_code(str(value or "")) or None
    if code == organisation.credit_code:
        return code
    if organisation.credit_code:
        words = _(
            "统一社会信用代码已登记为%(code)s，不能改成别的。登记有误的，请作为重复档案合并。"
        )
        raise ValidationError(words % {"code": organisation.credit_code})
    if code is not None and not is_credit_code(code):
        words = _(
            "“%(code)s”不是统一社会信用代码：应为18位，末位与前17位相符。请对照营业执照核对。"
        )
        raise ValidationError(words % {"code": code})
    return code


def _industry(value: object, organisation: Organisation) -> str:
    code = normalise_code(str(value or ""))
    digits = code[1:] if code[:1].isalpha() else code
    section = section_of(digits[:2]) if len(digits) > 1 else code
    fits = section in SECTIONS and (digits == code or code[0] == section or not digits)
    if code and not (fits and (digits.isdecimal() or not digits) and len(digits) <= 4):
        words = _(
            "“%(code)s”不是国民经济行业代码（GB/T 4754）。请写门类字母或2至4位数字，如 C3511。"
        )
        raise ValidationError(words % {"code": code})
    return code


def _size(value: object, organisation: Organisation) -> str:
    code = str(value or "")
    if code and code not in sizes():
        words = _("“%(code)s”不是企业规模。请从列表中选择。")
        raise ValidationError(words % {"code": code})
    return code


def _founded(value: object, organisation: Organisation) -> object:
    if isinstance(value, date) and value > timezone.localdate():
        words = _("成立日期%(day)s在今天之后。请核对。")
        raise ValidationError(words % {"day": value})
    return value


def _capital(value: object, organisation: Organisation) -> object:
    if isinstance(value, int) and value < 0:
        raise ValidationError(_("注册资本不能是负数。请核对。"))
    return value


def _phone(value: object, organisation: Organisation) -> str:
    try:
        return checked_phone(str(value or ""))
    except ValidationError as error:
        raise ValidationError(error.messages) from error


def _parent(value: object, organisation: Organisation) -> Party | None:
    code = normalise_code(str(value or ""))
    if not code:
        return None
    found = Party.objects.filter(code__iexact=code).first()
    if found is None:
        words = _("没有代码为“%(code)s”的主体。请先登记上级单位，或核对代码。")
        raise ValidationError(words % {"code": code})
    above: int | None = found.pk
    seen: set[int] = set()
    while above is not None and above not in seen:
        if above == organisation.pk:
            raise ValidationError(_("上级单位不能是本单位或它的下级。请核对。"))
        seen.add(above)
        above = Organisation.objects.filter(pk=above).values_list("parent_id", flat=True).first()
    return found


_CHECKS: Final[Mapping[str, Callable[[object, Organisation], object]]] = {
    "credit_code": _credit_code,
    "industry_code": _industry,
    "size_class": _size,
    "founded_on": _founded,
    "registered_capital": _capital,
    "contact_phone": _phone,
    "parent": _parent,
}
