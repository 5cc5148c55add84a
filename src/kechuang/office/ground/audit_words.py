"""The words for what the trail holds as codes: kinds of things, actions, fields.

Each room gives its own when it starts (`AppConfig.ready`). A code that nobody gave a word for is
shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils.translation import gettext, gettext_lazy

from kechuang.office.ground.slots import SourceRef, Text


class Words:
    """What the rooms have given so far."""

    def __init__(self) -> None:
        self._kinds: dict[str, Text] = {}
        self._actions: dict[str, Text] = {}
        self._verbs: dict[str, Text] = {}
        self._fields: dict[str, Mapping[str, Text]] = {}
        self._actions_of: dict[str, Mapping[str, Text]] = {}
        self._models: dict[str, tuple[type[Model], ...]] = {}
        self._roles: dict[str, Text] = {"system": gettext_lazy("系统")}

    def fill(
        self,
        kind: str,
        name: Text,
        actions: Mapping[str, Text],
        fields: Mapping[str, Text],
        *models: type[Model],
    ) -> None:
        """Give the words of one kind of thing: its name, what happens to it, and its fields.

        The models name the choices of their fields, the first that has a field.
        """
        self._models[kind] = models
        self._kinds[kind] = name
        self._fields[kind] = fields
        self._actions_of[kind] = actions
        self._actions |= actions

    def fill_actions(self, actions: Mapping[str, Text]) -> None:
        """Give words for actions that say by themselves what they are done to: the permissions."""
        self._verbs |= actions

    def fill_roles(self, roles: Mapping[str, Text]) -> None:
        """Give words for the roles that people act in."""
        self._roles |= roles

    def role(self, code: str) -> str:
        """The word for a role."""
        return gettext(str(self._roles.get(code, code))) if code else ""

    def kind(self, code: str) -> str:
        """The word for a kind of thing."""
        return gettext(str(self._kinds.get(code, code))) if code else ""

    def action(self, code: str) -> str:
        """The word for an action."""
        return gettext(str(self._all_actions.get(code, code))) if code else ""

    @property
    def _all_actions(self) -> Mapping[str, Text]:
        return {**self._actions, **self._verbs}

    def field(self, kind: str, name: str) -> str:
        """The word for a field of a kind of thing."""
        return gettext(str(self._fields.get(kind, {}).get(name, name)))

    def value(self, kind: str, name: str, value: object) -> object:
        """A value of a field as pages tell it."""
        return told(self._models.get(kind, ()), name, value)

    def kinds(self) -> list[tuple[str, str]]:
        """All kinds, by their words."""
        return sorted(((code, self.kind(code)) for code in self._kinds), key=lambda pair: pair[1])

    def actions(self) -> list[tuple[str, str]]:
        """All actions, by their words."""
        pairs = ((code, self.action(code)) for code in self._all_actions)
        return sorted(pairs, key=lambda pair: (pair[1], pair[0]))

    def of(
        self, subject: SourceRef
    ) -> tuple[Mapping[str, Text], Mapping[str, Text], tuple[type[Model], ...]]:
        """The actions, the fields and the models of a kind of thing, for its own page."""
        kind = subject.kind
        return (
            self._actions_of.get(kind, {}),
            self._fields.get(kind, {}),
            self._models.get(kind, ()),
        )


def fields_of(model: type[Model]) -> Mapping[str, Text]:
    """The fields of a model by the names that its forms show."""
    return {each.name: each.verbose_name for each in model._meta.concrete_fields}


def told(models: Iterable[type[Model]], name: str, value: object) -> object:
    """A value as its field tells it, where that has choices."""
    for model in models:
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        choices = dict(field.flatchoices) if isinstance(field, Field) else {}
        return choices.get(value, value)
    return value


words: Final = Words()
words.fill(
    "audit",
    gettext_lazy("审计记录"),
    {"audit.verify": gettext_lazy("验证审计链"), "audit.export": gettext_lazy("导出审计")},
    {
        "lines": gettext_lazy("条数"),
        "whole": gettext_lazy("完整"),
        "broken": gettext_lazy("断裂处"),
    },
)
words.fill(
    "listing",
    gettext_lazy("列表"),
    {},
    {
        "format": gettext_lazy("格式"),
        "rows": gettext_lazy("行数"),
        "conditions": gettext_lazy("条件"),
        "columns": gettext_lazy("列"),
    },
)
words.fill(
    "job",
    gettext_lazy("任务"),
    {
        "job.submit": gettext_lazy("提交任务"),
        "job.cancel": gettext_lazy("取消任务"),
        "job.rerun": gettext_lazy("重新执行任务"),
        "job.done": gettext_lazy("任务完成"),
        "job.failed": gettext_lazy("任务失败"),
        "job.cancelled": gettext_lazy("任务已取消"),
    },
    {"again": gettext_lazy("新任务")},
)
words.fill(
    "file",
    gettext_lazy("文件"),
    {
        "file.store": gettext_lazy("保存文件"),
        "file.expired": gettext_lazy("删除过期文件"),
        "file.swept": gettext_lazy("清理文件内容"),
    },
    {"sha256": "SHA-256", "size": gettext_lazy("字节数"), "count": gettext_lazy("个数")},
)
words.fill("route", gettext_lazy("页面"), {}, {})
words.fill(
    "secrets",
    gettext_lazy("加密的字段"),
    {"secret.encrypted": gettext_lazy("换用新密钥")},
    {"count": gettext_lazy("个数")},
)
