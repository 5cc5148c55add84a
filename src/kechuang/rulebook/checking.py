"""What must hold in a rule beside other rules and the field dictionary."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from kechuang.reference import Problem
from kechuang.reference.fields import Dictionary
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.content import Placed, expressions, passes_of, used_facts
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.expressions import Name, Passes, numbers, walk
from kechuang.rulebook.kinds import Kinds
from kechuang.rulebook.model import Combined, Condition, Grounds, Rule, Score
from kechuang.rulebook.scope import Scope
from kechuang.rulebook.units import MONEY


def check_rule(rule: Rule, book: Rulebook) -> list[Problem]:
    """Everything that is wrong with a rule, in order of line."""
    dictionary = book.dictionary
    problems = [*_kinds(rule, dictionary), *_names(rule), *_articles(rule), *_dates(rule, book)]
    problems += [*_facts(rule, dictionary), *_passes(rule, book)]
    return sorted(set(problems), key=lambda problem: (problem.line, problem.what))


def _told(rule: Rule, line: int, error: RuleError) -> Problem:
    return error.at(rule.path, line)


def _kinds(rule: Rule, dictionary: Dictionary) -> Iterator[Problem]:
    scope = Scope.of(rule, dictionary)
    kinds = Kinds(scope)
    told = _Told()
    placed = list(expressions(rule))
    for each in placed:
        if not each.condition:
            yield from _expression(rule, each, kinds, told)
    for score in rule.all_scores():
        try:
            Kinds(scope, (score.id,)).of_score(score)
        except RuleError as error:
            if told.is_new(error, score.id, _inside(score)):
                yield _told(rule, score.line, error)
    for each in placed:
        if each.condition:
            yield from _expression(rule, each, kinds, told)
    if rule.amount is not None:
        yield from _amount(rule, kinds, told)


def _expression(rule: Rule, placed: Placed, kinds: Kinds, told: _Told) -> Iterator[Problem]:
    try:
        if placed.condition:
            kinds.need_truth(placed.tree)
        else:
            kinds.of(placed.tree)
    except RuleError as error:
        names = [node.code for node in walk(placed.tree) if isinstance(node, Name)]
        if told.is_new(error, placed.owner, names):
            yield _told(rule, placed.line, error)


class _Told:
    """What was said of definitions and scores, so that it is not said again where they are used."""

    def __init__(self) -> None:
        self._texts: dict[str, set[str]] = defaultdict(set)

    def is_new(self, error: RuleError, owner: str, names: Iterable[str]) -> bool:
        """Whether an error of `owner` has not been told of it or of one of the names in it."""
        text = str(error)
        known = any(text in self._texts[name] for name in (owner, *names) if name)
        self._texts[owner].add(text)
        return not known


def _inside(score: Score) -> Iterator[str]:
    if isinstance(score.body, Combined):
        for item in score.body.items:
            yield item if isinstance(item, str) else item.id


def _amount(rule: Rule, kinds: Kinds, told: _Told) -> Iterator[Problem]:
    assert rule.amount is not None  # noqa: S101 - the caller asked
    score = rule.amount.score
    try:
        if kinds.of_score(score).dimension != MONEY:
            why = "金额要以元、万元或亿元计"
            yield Problem(rule.path, score.line, "奖补金额不是钱", why, "给金额写上单位", "unit")
    except RuleError as error:
        if told.is_new(error, score.id, _inside(score)):
            yield _told(rule, score.line, error)


def _names(rule: Rule) -> Iterator[Problem]:
    lines = [(each.id, each.line) for each in rule.all_conditions()]
    lines += [(each.id, each.line) for each in rule.all_scores()]
    lines += [(each.code, each.line) for each in rule.definitions.values()]
    lines += [(each.code, each.line) for each in rule.parameters.values()]
    counts = Counter(code for code, _ in lines)
    first: dict[str, int] = {}
    for code, line in lines:
        if counts[code] > 1 and code in first:
            why = f"第 {first[code]} 行已经用了"
            yield Problem(rule.path, line, f"代号“{code}”写了两次", why, "换一个代号", "duplicate")
        first.setdefault(code, line)


def _grounds(rule: Rule) -> Iterator[tuple[str, Grounds, int]]:
    def conditions(condition: Condition) -> Iterator[tuple[str, Grounds, int]]:
        if condition.when is not None or condition.least is not None:
            yield condition.id, condition.grounds, condition.line
        for item in condition.items:
            yield from conditions(item)

    for condition in rule.conditions:
        yield from conditions(condition)
    amounts = (rule.amount.score,) if rule.amount else ()
    for score in (*rule.all_scores(), *amounts):
        if not isinstance(score.body, Combined):
            yield score.id, score.grounds, score.line
    for definition in rule.definitions.values():
        if numbers(definition.value):
            yield definition.code, definition.grounds, definition.line
    for each in (*rule.parameters.values(), *rule.lists.values()):
        yield each.code, each.grounds, each.line


def _articles(rule: Rule) -> Iterator[Problem]:
    known = [document.id for document in rule.documents]
    for code, grounds, line in _grounds(rule):
        if not grounds.article:
            why = "每个条件和参数都要有出处"
            remedy = f"补上 article，如“{known[0]} 第六条”"
            yield Problem(rule.path, line, f"“{code}”没有写依据条款", why, remedy, "article")
        elif not any(grounds.article.startswith(each) for each in known):
            why = f"documents 里有 {'、'.join(known)}"
            remedy = "条款以其中一个文件的 id 开头"
            yield Problem(
                rule.path, line, f"依据“{grounds.article}”不知是哪个文件", why, remedy, "article"
            )


def _dates(rule: Rule, book: Rulebook) -> Iterator[Problem]:
    if rule.until is not None and rule.until < rule.since:
        why = f"{rule.since} 之后才是 {rule.until}"
        yield Problem(rule.path, 1, "生效日期在失效日期之后", why, "对调或改正两个日期", "dates")
    for other in book.versions(rule.id):
        if other.version == rule.version and other.path != rule.path:
            why = f"{other.path.name} 也是 {rule.key}"
            yield Problem(rule.path, 1, f"“{rule.key}”有两个文件", why, "改 version", "duplicate")
        elif other.since > rule.since and (rule.until is None or rule.until >= other.since):
            why = f"{other.version} 版从 {other.since} 起生效"
            remedy = "给前一版写上 in_force.until"
            yield Problem(rule.path, 1, f"“{rule.id}”两个版本的生效期重叠", why, remedy, "dates")
    for parameter in rule.parameters.values():
        values = parameter.values
        base = [each for each in values if each.region == "000000" and each.since <= rule.since]
        if not base:
            why = f"规则从 {rule.since} 起生效，那时全域还没有值"
            remedy = "补一个不带 region、from 不晚于那天的值"
            yield Problem(
                rule.path, parameter.line, f"参数“{parameter.code}”缺值", why, remedy, "dates"
            )
        pairs = Counter((each.region, each.since) for each in values)
        if max(pairs.values()) > 1:
            why = "同一地区同一天写了两个值"
            yield Problem(
                rule.path, parameter.line, f"参数“{parameter.code}”重复", why, "删一个", "dates"
            )


def _facts(rule: Rule, dictionary: Dictionary) -> Iterator[Problem]:
    used = used_facts(rule, dictionary)
    mine = {code for frame, code in used if frame == rule.subject}
    frames = {frame for frame, _ in used if frame != rule.subject}
    declared = {note.code: note for note in rule.facts}
    for code in sorted((mine | frames) - declared.keys()):
        where = "表" if code in frames else "字段"
        why = "规则用到了它"
        yield Problem(rule.path, 1, f"facts 里缺{where}“{code}”", why, "补上，并写来源", "facts")
    for code, note in declared.items():
        if code not in mine | frames:
            remedy = "删去，或检查拼写"
            yield Problem(
                rule.path, note.line, f"facts 里的“{code}”没有用到", "多余", remedy, "facts"
            )
            continue
        field = dictionary.fields.get((rule.subject, code))
        if field is None:
            continue
        for name, said, right in (
            ("单位", note.unit, field.unit),
            ("时期", note.period, field.period),
        ):
            if said and said != right:
                why = f"字段表写的是“{right}”"
                what = f"facts 里“{code}”的{name}写成“{said}”"
                yield Problem(rule.path, note.line, what, why, "照字段表改", "facts")


def _passes(rule: Rule, book: Rulebook) -> Iterator[Problem]:
    for node, line in passes_of(rule):
        try:
            _check_passes(rule, node, book)
        except RuleError as error:
            yield _told(rule, line, error)


def _check_passes(rule: Rule, node: Passes, book: Rulebook) -> None:
    versions = [
        each
        for each in book.versions(node.rule)
        if not node.version or each.version == node.version
    ]
    told = node.rule + (f"@{node.version}" if node.version else "")
    if not versions:
        why = f"规则库里有 {'、'.join(book.ids())}"
        raise RuleError("unknown_name", f"没有规则“{told}”", why[:200], "检查拼写和版本")
    for other in versions:
        if other.subject != rule.subject:
            why = f"它判断的是“{other.subject}”"
            raise RuleError("type", f"“{told}”的对象不同", why, "只能引用同一对象的规则")
        if node.condition and other.condition(node.condition) is None:
            why = "那个文件里没有这个条件"
            raise RuleError("unknown_name", f"“{told}”没有条件“{node.condition}”", why, "检查拼写")
        way = book.way_back(other, rule.id)
        if way:
            raise RuleError("cycle", f"“{rule.id}”绕回了自己", " → ".join(way), "去掉一处引用")
