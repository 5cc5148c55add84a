"""The review page: one file with the report's text, its figures marked, their readings beside."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from itertools import islice
from typing import Final

from kechuang.files.safe import one_line, printable
from kechuang.reading.model import Figure, Finding, Reading
from kechuang.reading.outputs.labels import (
    bound_name,
    check_name,
    is_sure,
    kind_name,
    kind_sign,
    labels,
)
from kechuang.reading.outputs.page_rows import MOST_FIGURES, Row, rows
from kechuang.reading.outputs.values import period_name, reading_of

CHUNK_ROWS: Final = 20
MOST_LISTED: Final = 30
Key = tuple[str, int, int]


def review_page(readings: Sequence[Reading], findings: Sequence[Finding] = ()) -> Iterator[str]:
    """The page in pieces, to be written one after another as UTF-8.

    It needs no other file and no script: a figure's reading shows when the figure is pointed at or
    reached by keyboard, and stands beside the text in any case. All text is escaped.
    """
    yield from _Page(readings, findings).pieces()


@cache
def _style() -> str:
    """The style sheet, with the rules that light up a figure and its reading together."""
    sheet = files("kechuang.reading.outputs").joinpath("page.css").read_text("utf-8")
    lit = [
        f".row:has(.text .n{n}:is(:hover,:focus)) .notes .n{n},"
        f".row:has(.notes .n{n}:is(:hover,:focus-within)) .text mark.n{n}"
        for n in range(1, MOST_FIGURES + 1)
    ]
    glow = "{box-shadow:0 0 0 2px hsl(var(--hue) 55% var(--edge))}"
    hidden = [
        f"body:has(#show-{kind}:not(:checked)) .notes .k-{kind}{{display:none}}"
        f"body:has(#show-{kind}:not(:checked)) mark.k-{kind}:not(.bad)"
        "{background:none;border-color:transparent}"
        f"body:has(#show-{kind}:not(:checked)) mark.k-{kind}:not(.bad)::after{{content:''}}"
        for kind in labels()["kinds"]
    ]
    return sheet + "".join(rule + glow for rule in lit) + "".join(hidden)


def _policy() -> str:
    """The content security policy: nothing but this page's own style sheet, known by its digest."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _text(text: str | None) -> str:
    return escape(printable(text or ""))


class _Page:
    """Knows the number of each figure and of each finding, and writes the page."""

    def __init__(self, readings: Sequence[Reading], findings: Sequence[Finding]) -> None:
        self._readings = readings
        self._findings = findings
        self._names: dict[Key, str] = {}
        for number, reading in enumerate(readings, 1):
            for place, figure in enumerate(reading.figures, 1):
                self._names[_key(figure)] = f"{number}-{place}"
        self._found: dict[Key, list[int]] = defaultdict(list)
        self._beside: dict[Key, list[int]] = defaultdict(list)
        for number, finding in enumerate(findings, 1):
            keys = [_key(figure) for figure in finding.figures if _key(figure) in self._names]
            for key in dict.fromkeys(keys):
                self._found[key].append(number)
            if keys:
                self._beside[keys[0]].append(number)

    def pieces(self) -> Iterator[str]:
        """The whole page."""
        yield from self._head()
        if len(self._readings) > 1:
            yield from self._contents()
        yield '<main id="main">\n'
        for number, reading in enumerate(self._readings, 1):
            yield from self._report(number, reading)
        yield "</main>\n"
        yield (
            '<footer class="end">本页由科创台读取生成，可离线打开、打印和转发；'
            "读数供核对，以原文为准。</footer>\n"
        )
        yield "</body>\n</html>\n"

    def _head(self) -> Iterator[str]:
        figures = [figure for reading in self._readings for figure in reading.figures]
        unsure = sum(not is_sure(figure.confidence) for figure in figures)
        title = "报告数据核对"
        if len(self._readings) == 1:
            title = f"{self._readings[0].doc} · {title}"
        yield (
            '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{escape(_policy())}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n'
            f"<title>{_text(one_line(title))}</title>\n<style>{_style()}</style>\n</head>\n<body>\n"
            '<a class="skip" href="#main">跳到正文</a>\n<header class="top">\n'
            "<h1>报告数据核对</h1>\n"
            f'<p class="sum"><b>{len(self._readings):,}</b> 份报告 · '
            f"<b>{len(figures):,}</b> 个数据 · <b>{unsure:,}</b> 个待核 · "
            f'<span class="bad"><b>{len(self._findings):,}</b> 条疑点</span></p>\n'
        )
        counts = Counter(figure.kind for figure in figures)
        yield '<fieldset class="legend"><legend>标注</legend>\n'
        for kind in labels()["kinds"]:
            yield (
                f'<label class="k-{kind}"><input type="checkbox" id="show-{kind}" checked>'
                f'<span class="sign">{kind_sign(kind)}</span>{kind_name(kind)}'
                f'<span class="count">{counts[kind]:,}</span></label>\n'
            )
        yield (
            "</fieldset>\n"
            '<p class="help">指向或用 Tab 键移到标注处，可看完整读数；右侧逐条列出，'
            "点编号回到原文。取消勾选即隐去一类。</p>\n</header>\n"
        )

    def _contents(self) -> Iterator[str]:
        yield (
            '<nav class="reports" aria-label="报告目录"><details open><summary>报告目录</summary>\n'
            '<table><thead><tr><th scope="col">报告</th><th scope="col">地区</th>'
            '<th scope="col">年份</th><th scope="col" class="number">数据</th>'
            '<th scope="col" class="number">疑点</th></tr></thead><tbody>\n'
        )
        for number, reading in enumerate(self._readings, 1):
            yield (
                f'<tr><td><a href="#r{number}">{_text(reading.doc)}</a></td>'
                f"<td>{_text(reading.about.region)}</td><td>{reading.about.year or ''}</td>"
                f'<td class="number">{len(reading.figures):,}</td>'
                f'<td class="number">{len(self._of(reading)):,}</td></tr>\n'
            )
        yield "</tbody></table></details></nav>\n"

    def _of(self, reading: Reading) -> list[int]:
        """The numbers of the findings that concern a report."""
        found = {n for figure in reading.figures for n in self._found.get(_key(figure), ())}
        return sorted(found)

    def _report(self, number: int, reading: Reading) -> Iterator[str]:
        about = reading.about
        year = f"{about.year}年" if about.year is not None else None
        found = self._of(reading)
        facts = [about.region, year, about.genre, f"{len(reading.figures):,} 个数据"]
        facts.append(f"{len(found):,} 条疑点" if found else "没有疑点")
        yield (
            f'<section class="report" id="r{number}" aria-labelledby="t{number}">\n<header>'
            f'<h2 id="t{number}">{_text(reading.doc)}</h2>'
            f"<p>{_text(' · '.join(fact for fact in facts if fact))}</p></header>\n"
        )
        if found:
            yield from self._overview(found)
        if not reading.figures:
            yield '<p class="none">这份报告里没有读出数据。</p>\n'
        every = rows(reading)
        while chunk := list(islice(every, CHUNK_ROWS)):
            yield '<div class="chunk">\n'
            for row in chunk:
                yield from self._row(reading, row)
            yield "</div>\n"
        yield "</section>\n"

    def _overview(self, found: list[int]) -> Iterator[str]:
        yield f'<div class="overview"><h3>⚠ {len(found)} 条疑点</h3><ol>\n'
        for number in found[:MOST_LISTED]:
            finding = self._findings[number - 1]
            name = _text(check_name(finding.check))
            yield (
                f'<li value="{number}"><a href="#x{number}">{name}</a>：'
                f"{_text(one_line(finding.message))}</li>\n"
            )
        yield "</ol>"
        if len(found) > MOST_LISTED:
            yield f"<p>另有 {len(found) - MOST_LISTED} 条，见正文旁。</p>"
        yield "</div>\n"

    def _row(self, reading: Reading, row: Row) -> Iterator[str]:
        style = "row" + (" heading" if row.heading else "") + ("" if row.opens else " on")
        yield f'<div class="{style}"><div class="text"><p>'
        place = row.start
        for number, figure in enumerate(row.figures, 1):
            if figure.start < place or figure.end > row.end:
                continue
            yield _text(reading.raw[place : figure.start])
            yield self._mark(figure, number, reading.raw[figure.start : figure.end])
            place = figure.end
        yield f"{_text(reading.raw[place : row.end])}</p></div>"
        yield '<div class="notes">'
        if row.figures:
            yield '<ol class="readings">'
            for number, figure in enumerate(row.figures, 1):
                yield self._note(reading, figure, number)
            yield "</ol>"
        for figure in row.figures:
            for number in self._beside.get(_key(figure), ()):
                yield self._finding(number)
        yield "</div></div>\n"

    def _mark(self, figure: Figure, number: int, text: str) -> str:
        name = self._names[_key(figure)]
        styles = f"k-{figure.kind} n{number}"
        styles += "" if is_sure(figure.confidence) else " unsure"
        styles += " bad" if _key(figure) in self._found else ""
        sign = f"{kind_sign(figure.kind)}{name.partition('-')[2]}"
        parts = [
            ("读作", reading_of(figure)),
            ("类别", kind_name(figure.kind)),
            ("界限", bound_name(figure.bound)),
            ("主体", figure.subject or "未写明"),
            ("时期", period_name(figure.period) or "未写明"),
            ("目录", figure.indicator or "未对应"),
            ("把握", f"{figure.confidence:.2f}"),
            ("章节", figure.section or ""),
        ]
        card = "".join(
            f"<span><i>{head}</i>{_text(one_line(value))}</span>" for head, value in parts if value
        )
        return (
            f'<mark id="f{name}" class="{styles}" tabindex="0" data-s="{sign}"'
            f' aria-describedby="c{name}">{_text(text)}</mark>'
            f'<span class="card k-{figure.kind}" role="tooltip" id="c{name}">'
            f"<b>{_text(one_line(figure.measure or '未写明指标'))}</b>{card}</span>"
        )

    def _note(self, reading: Reading, figure: Figure, number: int) -> str:
        key = _key(figure)
        name = self._names[key]
        known = reading.about.region or ""
        subject = figure.subject if figure.subject and not known.endswith(figure.subject) else ""
        more = [one_line(part) for part in (subject, period_name(figure.period)) if part]
        beside = "".join(f" <small>{_text(part)}</small>" for part in more)
        flags = "" if is_sure(figure.confidence) else ' <span class="flag">待核</span>'
        flags += "".join(
            f' <a class="check" href="#x{n}">⚠ 疑点{n}</a>' for n in self._found.get(key, ())
        )
        return (
            f'<li class="k-{figure.kind} n{number}"><a class="no" href="#f{name}">'
            f"{name.partition('-')[2]}</a>"
            f'<span><span class="chip">{kind_name(figure.kind)}</span></span>'
            f'<span class="value">{_text(reading_of(figure))}</span>'
            f'<span class="what">{_text(one_line(figure.measure or "未写明指标"))}'
            f"{beside}{flags}</span></li>"
        )

    def _finding(self, number: int) -> str:
        finding = self._findings[number - 1]
        links = "、".join(
            f'<a href="#f{self._names[_key(figure)]}">{_text(one_line(figure.quote))}</a>'
            for figure in finding.figures
            if _key(figure) in self._names
        )
        stated = ""
        if finding.found != "、".join(figure.quote for figure in finding.figures):
            stated = f"<div><dt>文中</dt><dd>{_text(one_line(finding.found))}</dd></div>"
        return (
            f'<div class="finding" id="x{number}" role="note">'
            f'<p class="title">⚠ 疑点 {number} · {_text(check_name(finding.check))}</p>'
            f"<p>{_text(one_line(finding.message))}</p><dl>"
            f"<div><dt>应为</dt><dd>{_text(one_line(finding.expected))}</dd></div>"
            f"{stated}<div><dt>涉及</dt><dd>{links}</dd></div>"
            f"<div><dt>把握</dt><dd>{finding.confidence:.2f}</dd></div></dl></div>"
        )


def _key(figure: Figure) -> Key:
    return figure.doc, figure.start, figure.end
