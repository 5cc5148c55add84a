"""What the comparison of names takes and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """What is said of one name of a list."""

    SAME = "same"  # 一致: this firm and no other
    DOUBT = "doubt"  # 疑似: somebody must look
    UNKNOWN = "unknown"  # 库内无


class Why(StrEnum):
    """Why a firm answers to a name: each is one way in which the two may differ."""

    CODE = "code"
    SAME_NAME = "same_name"
    WRITTEN = "written"  # width, spaces, punctuation, capital letters
    BRACKETS = "brackets"
    TRADITIONAL = "traditional"
    NUMBER = "number"  # 1. in front
    NUMBER_GLUED = "number_glued"
    NOTE = "note"  # （高企） behind
    FORMER = "former"
    FORMER_NOTED = "former_noted"  # （原…） behind
    FORM_WRITTEN = "form_written"  # 有限公司, 有限责任公司
    FORM_CHANGED = "form_changed"  # 有限公司, 股份有限公司
    FORM_MISSING = "form_missing"
    FORM_TYPO = "form_typo"
    REGION_WRITTEN = "region_written"  # 甲县, 甲
    REGION_MORE = "region_more"  # 丙省甲县…, and the firm is 甲县…
    REGION_UPPER = "region_upper"  # the other way round
    REGION_MISSING = "region_missing"
    REGION_ADDED = "region_added"
    REGION_LEVEL = "region_level"  # 丙省…, and the firm is 甲县…
    REGION_TYPO = "region_typo"
    SOUND = "sound"
    SHAPE = "shape"
    LETTER = "letter"
    ORDER = "order"
    MORE = "more"
    LESS = "less"
    BRANCH = "branch"
    BRANCH_HERE = "branch_here"
    NOTE_REGION = "note_region"
    SEVERAL = "several"  # more than one firm answers as well
    CODE_NAME = "code_name"  # the code is that of a firm with quite another name
    NAME_CODE = "name_code"  # the name is that of a firm with another code


DOUBTFUL: frozenset[Why] = frozenset(
    {
        Why.NUMBER_GLUED, Why.FORMER_NOTED, Why.FORM_CHANGED, Why.FORM_MISSING, Why.FORM_TYPO,
        Why.REGION_MISSING, Why.REGION_ADDED, Why.REGION_LEVEL, Why.REGION_TYPO, Why.SOUND,
        Why.SHAPE, Why.LETTER, Why.ORDER, Why.MORE, Why.LESS, Why.BRANCH, Why.BRANCH_HERE,
        Why.NOTE_REGION, Why.SEVERAL, Why.CODE_NAME, Why.NAME_CODE,
    }
)  # fmt: skip
"""What somebody must look at before a name counts as a firm's."""


@dataclass(frozen=True, slots=True)
class Firm:
    """One firm of the register.

    `code` is the key of the caller, `credit_code` the 统一社会信用代码 or empty. `line` are the
    names of the regions that it lies in, from the top down.
    """

    code: str
    name: str
    former: tuple[str, ...] = ()
    credit_code: str = ""
    line: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list: a name as it was written, a credit code where the list has one."""

    name: str
    credit_code: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One way in which a name and a firm differ; `told` are the characters that say how."""

    why: Why
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A firm that may be meant; `name` is the one of its names that was compared, `sure` 0–100."""

    code: str
    name: str
    reasons: tuple[Reason, ...]
    sure: int
    is_certain: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Match:
    """What is said of one entry: for 一致 one candidate, for 疑似 those to choose from."""

    verdict: Verdict
    candidates: tuple[Candidate, ...] = ()
