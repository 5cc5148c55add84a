"""The errors of the JSON API: their codes, and the answer in which they are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kechuang.office.accounts.permissions import matrix
from kechuang.office.ground.permissions import Why

PREFIX: Final = "/api/"


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One code: its status and what a person is told."""

    code: str
    status: int
    message: str | Promise


ERRORS: Final[Mapping[str, ErrorCode]] = MappingProxyType(
    {
        error.code: error
        for error in (
            ErrorCode("invalid_json", 400, _("请求的正文不是 JSON。请按接口文档重写正文。")),
            ErrorCode(
                "invalid_input", 400, _("请求中有不符合要求的内容。请按 details 逐项改正后重发。")
            ),
            ErrorCode(
                "token_missing", 401, _("请求没有带令牌。请在请求头写 Authorization: Bearer 令牌。")
            ),
            ErrorCode("token_malformed", 401, _("令牌的写法不对。令牌以 kc_ 开头，请完整复制。")),
            ErrorCode("token_unknown", 401, _("没有这个令牌。请在“接口令牌”页新建一个。")),
            ErrorCode("token_expired", 401, _("令牌已到期。请在“接口令牌”页新建一个。")),
            ErrorCode("token_revoked", 401, _("令牌已撤销。请在“接口令牌”页新建一个。")),
            ErrorCode(
                "token_inactive",
                401,
                _("令牌所属的账号已停用或角色已收回。请联系安全管理员。"),
            ),
            ErrorCode(
                "refused", 403, _("令牌没有这项权限。details 写明缺少的权限和可以办理的角色。")
            ),
            ErrorCode("not_found", 404, _("没有这条记录，或它不在令牌的范围内。")),
            ErrorCode(
                "method_not_allowed", 405, _("这个地址不接受这种请求方法。可用的见响应头 Allow。")
            ),
            ErrorCode(
                "conflict", 409, _("记录已被别人改过，或现在的状态不允许这样做。请重新读取后再试。")
            ),
            ErrorCode("too_large", 413, _("请求太大。请分批发送。")),
            ErrorCode(
                "unsupported_media_type",
                415,
                _(
                    "正文的类型不对。请用 Content-Type: application/json；"
                    "上传文件用 multipart/form-data。"
                ),
            ),
            ErrorCode("too_many_requests", 429, _("请求太频繁。请在 Retry-After 秒后再试。")),
            ErrorCode(
                "server_error",
                500,
                _("程序出错，没有保存任何内容。请稍后再试，仍不行请联系管理员。"),
            ),
        )
    }
)

# What a field is told, by the kind of mistake that the schema finds.
FIELD_MESSAGES: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "missing": _("必须填写。"),
        "extra_forbidden": _("没有这个字段。"),
        "string_type": _("应为文字。"),
        "int_type": _("应为整数。"),
        "int_parsing": _("应为整数。"),
        "int_from_float": _("应为整数。"),
        "bool_type": _("应为 true 或 false。"),
        "bool_parsing": _("应为 true 或 false。"),
        "string_too_long": _("太长。"),
        "string_too_short": _("太短。"),
        "string_pattern_mismatch": _("含有不允许的字符。"),
        "greater_than_equal": _("太小。"),
        "less_than_equal": _("太大。"),
        "enum": _("不是可选的值之一。"),
        "literal_error": _("不是可选的值之一。"),
        "date_from_datetime_parsing": _("应为日期，如 2026-01-31。"),
        "date_parsing": _("应为日期，如 2026-01-31。"),
        "datetime_parsing": _("应为时间，如 2026-01-31T08:00:00Z。"),
        "datetime_from_date_parsing": _("应为时间，如 2026-01-31T08:00:00Z。"),
        "timezone_aware": _("时间须带时区，如 2026-01-31T08:00:00Z。"),
        "decimal_parsing": _("应为数。"),
    }
)
OTHERWISE: Final = _("不符合要求。")


def is_api(request: HttpRequest) -> bool:
    """Whether a program calls, and is answered in JSON."""
    return request.path_info.startswith(PREFIX)


def answer(
    code: str,
    details: Iterable[Mapping[str, Any]] = (),
    message: str | Promise = "",
    **headers: str,
) -> JsonResponse:
    """The answer of an error."""
    error = ERRORS[code]
    content = {
        "code": error.code,
        "message": str(message or error.message),
        "details": [_plain(each) for each in details],
    }
    response = JsonResponse(content, status=error.status, json_dumps_params={"ensure_ascii": False})
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    response.headers.setdefault("Cache-Control", "no-store, private")
    return response


def _plain(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, Promise) else value for name, value in detail.items()
    }


def unauthenticated(request: HttpRequest) -> JsonResponse:
    """Whoever calls has shown no token that is in force."""
    problem = getattr(request, "token_problem", "") or "token_missing"
    return answer(problem, WWW_Authenticate='Bearer realm="kechuang"')


def refused(why: Why) -> JsonResponse:
    """The token may not: which permission is missing, and which roles have it."""
    holders = [{"code": role.code, "name": role.name} for role in matrix().holders(why.verb)]
    detail = {"verb": why.verb, "reason": str(why.reason), "roles": holders}
    return answer("refused", [detail])


def invalid_fields(errors: Iterable[Mapping[str, Any]]) -> JsonResponse:
    """What the schema found in the fields of a request."""
    details = []
    for error in errors:
        place = [
            str(part) for part in error["loc"] if part not in {"body", "query", "path", "form"}
        ]
        kind = str(error["type"])
        details.append(
            {"field": ".".join(place[-1:]), "message": FIELD_MESSAGES.get(kind, OTHERWISE)}
        )
    return answer("invalid_input", details)
