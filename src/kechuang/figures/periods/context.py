"""What the words 今年, 当年, 10月 and 同期 are counted from at a place in a text."""

from __future__ import annotations

from kechuang.figures.periods.grammar import SENTENCE_END
from kechuang.figures.periods.mention import PeriodMention, Role, shift_year
from kechuang.figures.periods.words import RelativeYear

_PLACING: frozenset[Role] = frozenset(("in", "until", "since", "now"))


class Context:
    """The year a text speaks of, and the latest place in time that it has named.

    `advance` must be called with growing offsets; each character is looked at once.
    """

    def __init__(self, text: str, year: int | None) -> None:
        self.year = year
        self._text = text
        self._latest: PeriodMention | None = None
        self._scanned = 0
        self._sentence_start = 0
        self._paragraph_start = 0

    def advance(self, to: int) -> None:
        """Take notice of the sentences and paragraphs that end before `to`."""
        for end in SENTENCE_END.finditer(self._text, self._scanned, to):
            self._sentence_start = end.end()
            if end[0] == "\n":
                self._paragraph_start = end.end()
        self._scanned = max(self._scanned, to)

    def remember(self, mention: PeriodMention) -> None:
        """Count what follows from `mention`, if it is a place in time."""
        if mention.role in _PLACING and mention.last is not None:
            self._latest = mention

    def year_of_part(self, *, single_month: bool) -> int | None:
        """The year of a bare 10月, 上半年 or 年底.

        Within a sentence it is the year just named. Beyond it a single month still continues a
        narrative (2019年成立。10月投产。) while 上半年 means the report's year.
        """
        near = self._latest_year(self._sentence_start)
        if near is None and single_month:
            near = self._latest_year(self._paragraph_start)
            if near is not None and self.year is not None and near > self.year:
                near = None
        if near is not None:
            return near
        return self.year if self.year is not None else self._latest_year(0)

    def year_of(self, relative: RelativeYear, *, compared: bool = False) -> int | None:
        """The year that a word such as 去年 names."""
        origin = self.year
        if relative.counted_from == "nearest":
            origin = self._latest_year(self._paragraph_start) or self.year
        elif relative.counted_from == "comparison" and compared:
            origin = self._latest_year(self._sentence_start) or self.year
        return None if origin is None else origin + relative.offset

    def same_period(self, *, in_year: int | None, offset: int) -> tuple[str, str] | None:
        """The months last spoken of, in another year: `in_year`, or `offset` years from theirs."""
        latest = self._latest
        if latest is None or latest.first is None or latest.last is None:
            target = in_year if in_year is not None or self.year is None else self.year + offset
            return None if target is None else (str(target), str(target))
        first, last = latest.first, latest.last
        if first[:4] != last[:4]:
            first = last = last[:4]
        years = offset if in_year is None else in_year - int(last[:4])
        return shift_year(first, years), shift_year(last, years)

    def latest_months(self, months: int) -> tuple[str, str] | None:
        """The last `months` months of those last spoken of, None where they were whole years."""
        latest = self._latest
        if latest is None or latest.last is None or "-" not in latest.last:
            return None
        year, month = latest.last.split("-")
        return f"{year}-{max(1, int(month) - months + 1):02d}", latest.last

    def _latest_year(self, not_before: int) -> int | None:
        latest = self._latest
        if latest is None or latest.last is None or latest.start < not_before:
            return None
        return int(latest.last[:4])
