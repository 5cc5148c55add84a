"""A list against a register: for each entry the firm, those it may be, or that there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from kechuang.matching.names.cleaning import Reading, readings
from kechuang.matching.names.judging import Parts, judged, sureness
from kechuang.matching.names.model import (
    DOUBTFUL,
    Candidate,
    Listed,
    Match,
    Reason,
    Verdict,
    Why,
)
from kechuang.matching.names.parsing import plain
from kechuang.matching.names.register import BRANCH_OF, FORMER, OurName, Register, all_parts
from kechuang.reference.credit_codes import is_credit_code

MOST: Final = 8
"""How many firms are offered to choose from at most."""
LEAST_SURE: Final = 30
"""What is less sure than this is not offered."""
RIVAL: Final = 88
"""A firm as sure as this puts one in doubt that is not written just as the list has it."""
_Found = Mapping[str, Mapping[str, Sequence[OurName]]]


def match(entries: Sequence[Listed], register: Register) -> list[Match]:
    """What each entry of a list is in the register, in the order of the list."""
    every = [readings(entry.name) for entry in entries]
    names = list(dict.fromkeys(each.name for those in every for each in those))
    if not names:
        return [_coded(entry, [], register) for entry in entries]
    frame, rows = all_parts(pl.Series(names, dtype=pl.String), register.places)
    parts = dict(zip(names, rows, strict=True))
    found = register.found(frame)
    return [
        _coded(entry, _candidates(those, parts, found, register), register)
        for entry, those in zip(entries, every, strict=True)
    ]


def name_key(name: str) -> str:
    """A name in the form under which a decision on it is remembered.

    Width, spaces, punctuation, script, numbers in front and notes in brackets make no difference.

    >>> name_key("1. 示例 (甲) 电子有限公司（高企）") == name_key("示例（甲）電子有限公司")
    True
    """
    certain = [
        each
        for each in readings(name)
        if all(reason.why in (Why.NUMBER, Why.NOTE) for reason in each.reasons)
    ]
    last = certain[-1].name if certain else name
    return plain(pl.Series([last], dtype=pl.String))[0]


def _candidates(
    those: Sequence[Reading], parts: Mapping[str, Parts], found: _Found, register: Register
) -> list[Candidate]:
    """Every firm that an entry may mean, each once, by the name that fits it best."""
    best: dict[int, tuple[tuple[int, ...], Candidate]] = {}
    for reading in those:
        listed = parts[reading.name]
        for ours in _near(listed, found):
            candidate = _candidate(reading, listed, ours, register)
            if candidate is None or candidate.sure < LEAST_SURE:
                continue
            order = (-candidate.is_certain, -candidate.sure, ours.kind == FORMER, reading.rank)
            if ours.firm not in best or order < best[ours.firm][0]:
                best[ours.firm] = (order, candidate)
    return [candidate for _order, candidate in sorted(best.values(), key=lambda each: each[0])]


def _near(listed: Parts, found: _Found) -> Iterator[OurName]:
    keys = {
        "bare": listed.bare, "core": listed.core, "sound": listed.core,
        "core_slip": listed.core, "stem_slip": listed.stem,
    }  # fmt: skip
    seen: set[tuple[int, str, str]] = set()
    for way, key in keys.items():
        for ours in found[way].get(key, ()):
            mark = (ours.firm, ours.kind, ours.parts.bare)
            if mark not in seen:
                seen.add(mark)
                yield ours


def _candidate(
    reading: Reading, listed: Parts, ours: OurName, register: Register
) -> Candidate | None:
    line = register.line(ours.firm)
    reasons = judged(listed, ours.parts, line, register.places)
    if reasons is None:
        return None
    firm = register.firms[ours.firm]
    if ours.kind == FORMER:
        reasons = (Reason(Why.FORMER, (ours.parts.name,)), *reasons)
    if ours.kind == BRANCH_OF:
        reasons = (Reason(Why.BRANCH_HERE, (firm.name,)), *reasons)
    before = _numbered(reading.reasons) if listed.regions else reading.reasons
    reasons = (*before, *reasons, *_note_elsewhere(reading.note, ours, register))
    plain_ones = tuple(each for each in reasons if each.why is not Why.SAME_NAME) or reasons
    certain = not any(each.why in DOUBTFUL for each in plain_ones)
    return Candidate(firm.code, ours.parts.name, plain_ones, sureness(plain_ones), certain)


def _numbered(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Digits right before a region count the rows of the list: no name begins so."""
    return tuple(
        replace(each, why=Why.NUMBER) if each.why is Why.NUMBER_GLUED else each for each in reasons
    )


def _note_elsewhere(note: str, ours: OurName, register: Register) -> Iterable[Reason]:
    """What a note in brackets says of another place than the firm's, as （乙县） does."""
    names, length = register.places.read(note)
    if not names or length < len(note) or not register.line(ours.firm):
        return ()
    if all(register.places.meets(each, register.line(ours.firm)) for each in names):
        return ()
    return (Reason(Why.NOTE_REGION, (note,)),)


# --- the verdict


def _coded(entry: Listed, candidates: list[Candidate], register: Register) -> Match:
    """The verdict on an entry, its credit code heard first."""
    code = entry.credit_code
    if not is_credit_code(code):
        return _decided(candidates)
    number = register.by_credit_code.get(code)
    if number is None:
        return _decided([_with_other_code(each, code, register) for each in candidates])
    firm = register.firms[number]
    own = next((each for each in candidates if each.code == firm.code), None)
    if own is not None or not entry.name.strip():
        reasons = (Reason(Why.CODE, (code,)), *(own.reasons if own else ()))
        name = own.name if own else firm.name
        return Match(Verdict.SAME, (Candidate(firm.code, name, reasons, 100, is_certain=True),))
    said = (Reason(Why.CODE, (code,)), Reason(Why.CODE_NAME, (firm.name,)))
    by_code = Candidate(firm.code, firm.name, said, sureness(said))
    others = [each for each in candidates if each.code != firm.code]
    return Match(Verdict.DOUBT, (by_code, *others)[:MOST])


def _with_other_code(candidate: Candidate, code: str, register: Register) -> Candidate:
    number = register.number_of(candidate.code)
    own = register.firms[number].credit_code
    if not own:
        return candidate
    return _doubted(candidate, Reason(Why.NAME_CODE, (code, own)))


def _decided(candidates: list[Candidate]) -> Match:
    if not candidates:
        return Match(Verdict.UNKNOWN)
    certain = [each for each in candidates if each.is_certain]
    exact = [each for each in certain if _is_written_so(each)]
    chosen = [each for each in exact if _is_current(each)] or exact or certain
    if len(chosen) == 1 and (exact or not _has_rival(chosen[0], candidates)):
        return Match(Verdict.SAME, (chosen[0],))
    if len(chosen) > 1:
        several = Reason(Why.SEVERAL, (str(len(chosen)),))
        doubted = {each.code: _doubted(each, several) for each in chosen}
        candidates = [doubted.get(each.code, each) for each in candidates]
    return Match(Verdict.DOUBT, tuple(candidates[:MOST]))


def _has_rival(chosen: Candidate, candidates: Sequence[Candidate]) -> bool:
    """Whether another firm may be meant nearly as well."""
    return any(each.code != chosen.code and each.sure >= RIVAL for each in candidates)


def _is_current(candidate: Candidate) -> bool:
    return all(each.why is not Why.FORMER for each in candidate.reasons)


def _is_written_so(candidate: Candidate) -> bool:
    """Whether the firm's own name stands on the list, perhaps in another hand."""
    hand = {
        Why.SAME_NAME, Why.WRITTEN, Why.BRACKETS, Why.TRADITIONAL, Why.NUMBER, Why.NOTE,
        Why.FORMER,
    }  # fmt: skip
    return all(each.why in hand for each in candidate.reasons)


def _doubted(candidate: Candidate, reason: Reason) -> Candidate:
    reasons = (*candidate.reasons, reason)
    return replace(candidate, reasons=reasons, sure=sureness(reasons), is_certain=False)
