"""The patterns of expressions of time, put together from the word lists.

Every quantifier is bounded, so that a pattern looks at a constant number of characters from
where it starts and the search is linear in the length of the text.
"""

from __future__ import annotations

import re

from kechuang.figures.periods.words import (
    LATEST_MONTHS,
    RELATIVE_YEARS,
    WORDS,
    first_characters,
    guarded,
    not_after,
    not_before,
    one_of,
)

NUMERALS = "一二三四五六七八九十"
_COUNT = f"(?:[0-9]{{1,3}}|[{NUMERALS}两]{{1,3}})"
_RANGE = r"\ ?(?:-{1,2}|[—–―‐−－~～─]{1,2}|至|到)\ ?"
_NO_NUMBER_BEFORE = rf"(?<![0-9{NUMERALS}])(?<![0-9]\.)"
_FOUR_DIGITS = r"(?<![0-9])(?<![0-9]\.)(?:19|20)[0-9]{2}"
_PLAIN_YEAR = r"(?:19|20)[0-9]{2}"
_NO_NAME = rf"(?!{one_of(WORDS['names']['after_year'])}|第[0-9]{{1,4}}[号期])"
_YEAR_WORD = rf"\ ?(?:年度(?![过假])|财年|学年|年){_NO_NAME}"
_RELATIVE = "|".join(guarded(entry) for entry in WORDS["relative_years"])

# 2021年 · '21年 · 二〇二一年 · 去年 · 2021(-2025年) · 2021(、2022年) · 18年(至20年)
_YEAR = rf"""
    (?P<year>{_FOUR_DIGITS}){_YEAR_WORD}
  | ['’‘](?P<short_year>[0-9]{{2}}){_YEAR_WORD}
  | (?P<chinese_year>[一二][九〇零○0][〇零○0{NUMERALS[:-1]}]{{2}}){_YEAR_WORD}
  | (?=[{first_characters(RELATIVE_YEARS)}])(?P<relative>{_RELATIVE})
  | (?P<listed_year>{_FOUR_DIGITS})
    (?=\ ?年?{_RANGE}(?:{_PLAIN_YEAR}|[0-9]{{2}})\ ?年
      |(?P<joined>(?:[、和与及]{_PLAIN_YEAR}){{1,8}}\ ?年))
  | (?P<paired_year>(?<![0-9.'’‘])[0-9]{{2}})年(?={_RANGE}[0-9]{{2}}年)
"""

_QUARTER = "[一二三四1-4]"
_MONTH = rf"(?:(?:1[0-2]|0?[1-9])(?![0-9])|十[一二]?|[{NUMERALS[:-1]}])"
_DAY = rf"(?:[0-3]?[0-9]|[{NUMERALS}]{{1,3}})"

# 第三季度 · 一至三季度 · 前三季度 · 上半年 · 前10个月 · 1-7月份 · 5月12日 · 全年
_PART = rf"""
    (?=[第一二三四1-4]){_NO_NUMBER_BEFORE}第?(?P<quarter>{_QUARTER})
    (?:(?:{_RANGE}|[、和])第?(?P<quarter_to>{_QUARTER}))?季度
  | (?P<first_quarter>首)季度
  | (?=[前头])(?<![提目此之])[前头](?P<first_quarters>[一二两三四1-4])个?季度
  | (?P<half>[上下])半年
  | (?=[前头])(?<![提目此之])[前头](?P<first_months>{_MONTH}|两)个?月份?
  | {_NO_NUMBER_BEFORE}(?P<month>{_MONTH})\ ?(?:月份?)?
    (?:{_RANGE}(?P<month_to>{_MONTH})\ ?)?月(?![龄子饼球薪票均度租息供牙刊报])份?
    (?:\ ?{_DAY}(?:{_RANGE}{_DAY})?[日号](?:{_RANGE}{_DAY}[日号])?)?
  | (?P<whole>全年度?)(?!龄)
"""

_EDGE = r"""(?:
    年?(?:(?:初(?![步创次级始审评选赛中]))|(?P<close>底(?![层部线盘])|末(?!端)))
  | [上中下]旬
)"""
_BARE_EDGE = r"""
    (?=年)(?<![0-9一二两三四五六七八九十几多数半青少老中成幼童每学])年
    (?:(?:初(?![步创次级始审评选赛中]))|(?P<bare_close>底|末)|内(?![蒙部外]))
"""

_plan = WORDS["plan"]
_PLAN = rf"""
    [“"「『‘](?P<quoted_plan>十[{NUMERALS[:-1]}]?五|[七八九]五)[”"」』’]
  | (?<![0-9{NUMERALS}])(?P<bare_plan>十[{NUMERALS[:-1]}]五)(?![{_plan["count_words"]}{NUMERALS}])
    [”"」』’]?
"""

_frames = WORDS["frames"]
_FRAME = rf"""
    (?<![0-9.{NUMERALS}])
    (?:(?P<past>{one_of(_frames["past"])})|(?P<coming>{one_of(_frames["coming"])}))?
    (?P<length>{_COUNT}|[半几数])(?P<length_to>(?:{_RANGE})?{_COUNT})?
    (?P<unit>年|个半月|个多?月|个?季度)
    (?:(?P<until_now>{one_of(_frames["until_now"])})
      |(?P<unplaced>{one_of(_frames["unplaced"])}{not_before(_frames["unplaced_not_before"])})
      |(?P<verb>(?={one_of(_frames["verbs"])})))?
"""

_NOW = "|".join(guarded(entry) for entry in WORDS["now"])
_LATEST_MONTHS = "|".join(guarded(entry) for entry in WORDS["latest_months"])
_FIRST_OF_WORDS = first_characters(
    (
        *RELATIVE_YEARS,
        *LATEST_MONTHS,
        *(word for entry in WORDS["now"] for word in entry["words"]),
        *(
            word
            for key in ("every", "year_on_year", "period_on_period", "same_period", "vague_frames")
            for word in WORDS[key]["words"]
        ),
        *_frames["past"],
        *_frames["coming"],
        *"第首前头上下全年“\"「『‘’'（(",
    )
)
# Most numbers of a report are no times: what follows them tells at once.
_GATE = rf"""(?=
    [{re.escape(_FIRST_OF_WORDS)}]
  | (?<![0-9])[0-9]{{1,4}}\ ?[年月季个度财学、和与及至到—–―‐－−～~─./-]
  | [{NUMERALS}两半几数〇零○0-9]{{1,6}}\ ?[年月季个、和至到—–―‐－−～~─-]
  | 十[{NUMERALS[:-1]}]五
)"""

SEARCH = re.compile(
    rf"""{_GATE}(?:
      (?P<as_date>(?<![0-9.-]){_PLAIN_YEAR}(?P<mark>[-/.])(?:0?[1-9]|1[0-2])(?P=mark)[0-3]?[0-9]
        (?![0-9.]))
    | (?P<as_span>[（(](?P<span_from>{_PLAIN_YEAR}){_RANGE}(?P<span_to>{_PLAIN_YEAR})(?=[)）]))
    | (?P<as_year>{_YEAR})
    | (?P<as_plan>{_PLAN})
    | (?P<as_now>{_NOW})
    | (?P<as_latest_months>{_LATEST_MONTHS})
    | (?P<as_every>{guarded(WORDS["every"])}|每[{NUMERALS}两0-9]{{1,2}}个?[年月])
    | (?P<as_year_on_year>{guarded(WORDS["year_on_year"])})
    | (?P<as_period_on_period>{guarded(WORDS["period_on_period"])})
    | (?P<as_same_period>{guarded(WORDS["same_period"])})
    | (?P<as_vague_frame>{guarded(WORDS["vague_frames"])})
    | (?P<as_part>{_PART})
    | (?P<as_frame>{_FRAME})
    | (?P<as_edge>{_BARE_EDGE})
    )""",
    re.VERBOSE,
)
"""Where an expression begins; `lastgroup` names its form."""

YEAR = re.compile(_YEAR, re.VERBOSE)
PART = re.compile(rf"\ ?(?:{_PART})", re.VERBOSE)
EDGE = re.compile(_EDGE, re.VERBOSE)
BARE_EDGE = re.compile(_BARE_EDGE, re.VERBOSE)
RANGE_MARK = re.compile(_RANGE, re.VERBOSE)
SHORT_YEAR = re.compile(r"(?P<short_year>[0-9]{2})\ ?年", re.VERBOSE)
SENTENCE_END = re.compile(r"[。！？!?\n]")

_before = WORDS["before"]
BEFORE = re.compile(
    rf"""(?:
      {not_after(_before["until_not_after"])}(?P<until>{one_of(_before["until"])})
    | {not_after(_before["base_not_after"])}(?P<base>{one_of(_before["base"])})
    | (?P<opening>{one_of(_before["base_opening"])})
    | (?P<since>{one_of(_before["since"])})
    )\ ?$""",
    re.VERBOSE,
)
"""Searched in the few characters before an expression."""
LONGEST_BEFORE = 4

_after = WORDS["after"]
AFTER = re.compile(
    rf"""\ ?(?:
      (?P<same>的?{guarded(WORDS["same_period"] | {"not_before": "", "not_after": ""})})
    | (?P<since>[—–-]{{0,2}}{one_of(_after["since"])}{not_before(_after["since_not_before"])})
    | (?P<base>{one_of(_after["base"])})
    | (?P<short>{_after["base_short"]})(?![重例较上率])
    | (?P<multiple>(?=的?[0-9{NUMERALS}两][0-9.]{{0,8}}[余多]?倍))
    | (?P<whole_of>(?={one_of(_after["whole_of"])}的[0-9{NUMERALS}]))
    | (?P<until>{one_of(_after["until"])}{not_before(_after["until_not_before"])})
    )""",
    re.VERBOSE,
)
SINCE_LATER = re.compile(
    rf"[^，。；,;、\n]{{0,{_after['since_within']}}}?(?:以来|起(?=[，,；;。]))"
)

AFTER_PLAN = re.compile(
    rf"""(?P<since>{one_of(_plan["since"])})
    | (?P<whole>{one_of(_plan["whole"])})
    | (?P<first_year>{one_of(_plan["first_year"])})(?![步创次级始])
    | (?P<last_year>{one_of(_plan["last_year"])})
    | [前头](?P<first_years>[一二两三四1-4])年
    | 后(?P<last_years>[一二两三四1-4])年
    """,
    re.VERBOSE,
)
PLAN_NAME = re.compile(
    rf"[^，。；、,;\s“”]{{0,{WORDS['names']['plan_within']}}}?{one_of(WORDS['names']['after_plan'])}"
)
SPELL = re.compile(rf"{one_of(_frames['not_after'])}$")
LONGEST_SPELL_WORD = 3
