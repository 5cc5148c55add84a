"""Many subjects in a database: the nodes of a rule as one SQL query.

The query reads each table once. Related rows are counted first, one row a subject; then every step
that is used twice gets a column, in layers, and the last SELECT gives the results. Whole numbers
are BIGINT, and wide only where a number can need it. A dialect is a row of five words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kechuang.eligibility.lowered import Lowered, RowSum
from kechuang.eligibility.nodes import Node, walk
from kechuang.eligibility.staging import plan
from kechuang.rulebook.errors import RuleError

EXACT: Final = "DECIMAL(38, 0)"
"""Holds every whole number of a rule; the results that need it come out as it."""
CASTS: Final = {"truth": "BOOLEAN", "date": "DATE"}
OPERATORS: Final = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True)
class Dialect:
    """What databases write differently.

    `quote` stands around names, `wide` is the type of whole numbers beyond 64 bits, `quotient` is
    the form of a quotient rounded down, and `fence` ends a layer that must not be merged into the
    next one, where its steps would be written out again for every use.
    """

    name: str
    quote: str
    wide: str
    quotient: str
    fence: str = ""


DUCKDB: Final = Dialect("duckdb", '"', "HUGEINT", "{0} // {1}")
POSTGRES: Final = Dialect("postgres", '"', "NUMERIC", "DIV({0}, {1})", "OFFSET 0")
SPARK: Final = Dialect("spark", "`", EXACT, f"(CAST({{0}} AS {EXACT}) - {{0}} % {{1}}) / {{1}}")
DIALECTS: Final = {dialect.name: dialect for dialect in (DUCKDB, POSTGRES, SPARK)}


class Expressions:
    """SQL expressions of nodes; nodes in `names` are columns that stand already."""

    def __init__(self, dialect: Dialect, names: Mapping[int, str]) -> None:
        self.dialect, self.names = dialect, names

    def of(self, node: Node) -> str:
        """The expression of a node, or the column that holds it."""
        if node.number in self.names:
            return quoted(self.names[node.number], self.dialect)
        return self.fresh(node)

    def fresh(self, node: Node) -> str:
        """The expression that computes a node, whether or not it stands already."""
        match node.kind:
            case "constant":
                return self._constant(node)
            case "column":
                return quoted(str(node.value), self.dialect)
            case "add" | "mul":
                return self._arithmetic(node)
            case "min" | "max":
                return self._extreme(node)
            case "floor_div":
                top, bottom = (self.of(arg) for arg in node.args)
                quotient = self.dialect.quotient.format(top, bottom)
                return f"CAST({quotient} AS {self.type_of(node)})"
            case "compare":
                left, right = (self.of(arg) for arg in node.args)
                return f"({left} {OPERATORS[str(node.value)]} {right})"
            case "choose":
                return self._choice(node)
            case _:
                return self._truth(node)

    def type_of(self, node: Node) -> str:
        """The type of a whole number, a truth or a date."""
        if node.type == "int":
            return self.dialect.wide if node.is_wide else "BIGINT"
        return CASTS[node.type]

    def _constant(self, node: Node) -> str:
        match node.value:
            case None:
                return f"CAST(NULL AS {self.type_of(node)})"
            case bool():
                return "TRUE" if node.value else "FALSE"
            case int():
                return str(node.value) if node.value >= 0 else f"({node.value})"
            case str():
                return text_literal(node.value)
            case _:
                return f"DATE '{node.value}'"

    def _arithmetic(self, node: Node) -> str:
        """The first of the numbers is cast where the result needs it; the others follow it."""
        first, *rest = (self.of(arg) for arg in node.args)
        if node.is_wide and not node.args[0].is_wide:
            first = f"CAST({first} AS {self.dialect.wide})"
        sign = " + " if node.kind == "add" else " * "
        return f"({sign.join([first, *rest])})"

    def _extreme(self, node: Node) -> str:
        """LEAST and GREATEST pass over nulls, which here make the result null."""
        args = [self.of(arg) for arg in node.args]
        pairs = zip(node.args, args, strict=True)
        nulls = " OR ".join(f"{text} IS NULL" for arg, text in pairs if arg.nullable)
        word = "LEAST" if node.kind == "min" else "GREATEST"
        bare = f"{word}({', '.join(args)})"
        return f"CASE WHEN {nulls} THEN NULL ELSE {bare} END" if nulls else bare

    def _truth(self, node: Node) -> str:
        args = [self.of(arg) for arg in node.args]
        match node.kind:
            case "and":
                return f"({' AND '.join(args)})"
            case "or":
                return f"({' OR '.join(args)})"
            case "not":
                return f"(NOT {args[0]})"
            case "is_null":
                return f"({args[0]} IS NULL)"
            case "starts_with":
                prefix = str(node.value)
                return f"(LEFT({args[0]}, {len(prefix)}) = {text_literal(prefix)})"
            case _:
                members = node.value if isinstance(node.value, tuple) else ()
                return f"({args[0]} IN ({', '.join(map(text_literal, members))}))"

    def _choice(self, node: Node) -> str:
        """CASE takes a null condition for false, as `choose` does."""
        branches: list[tuple[Node, Node]] = []
        rest = node
        while rest is node or (rest.kind == "choose" and rest.number not in self.names):
            condition, then, rest = rest.args
            branches.append((condition, then))
        last = self.of(rest)
        bare = all(each.kind == "constant" for each in (*(then for _, then in branches), rest))
        if node.type == "int" and bare and rest.value is not None:
            last = f"CAST({last} AS {self.type_of(node)})"
        whens = (f"WHEN {self.of(condition)} THEN {self.of(then)}" for condition, then in branches)
        return f"CASE {' '.join(whens)} ELSE {last} END"


def quoted(name: str, dialect: Dialect) -> str:
    """A name of a column or table, which can be a word of SQL as well."""
    mark = dialect.quote
    return f"{mark}{name.replace(mark, 2 * mark)}{mark}"


def text_literal(text: str) -> str:
    """A text of a rule; signs that databases read differently are refused.

    >>> text_literal("C39")
    "'C39'"
    """
    if "'" in text or "\\" in text or not text.isprintable():
        why = "各数据库对引号、反斜杠和不可见字符的写法不同"
        raise RuleError("type", f"文字{text!r}不能写进 SQL", why, "从规则文件中去掉这些字符")
    return f"'{text}'"


def table_name(name: str, dialect: Dialect) -> str:
    """A table's name with its schema, if any, as it stands in FROM.

    >>> table_name("bureau.enterprises", POSTGRES)
    '"bureau"."enterprises"'
    """
    return ".".join(quoted(part, dialect) for part in name.split("."))


class Query:
    """Puts a query together, layer by layer."""

    def __init__(self, lowered: Lowered, dialect: Dialect, key: str) -> None:
        self.lowered, self.dialect, self.key = lowered, dialect, quoted(key, dialect)
        self.layers: list[str] = []

    def text(
        self, results: Mapping[str, Node], figures: Sequence[str], tables: Mapping[str, str]
    ) -> str:
        """The whole query; `tables` are frames by name, as they stand in FROM."""
        roots = list(results.values())
        needed = {*_columns(roots), *figures}
        by_frame: dict[str, list[RowSum]] = {}
        for row in self.lowered.rows:
            if row.name in needed:
                by_frame.setdefault(row.frame, []).append(row)
        for frame, rows in by_frame.items():
            self._count(frame, tables[frame], rows)
        self._facts(tables[self.lowered.rule.subject], roots, by_frame)
        source, expressions = self._stages("facts", roots)
        columns = [self.key, *(self._result(expressions, *each) for each in results.items())]
        last = _select([*columns, *map(self._quoted, figures)], source)
        return f"WITH {', '.join(self.layers)}\n{last}\n"

    def _quoted(self, name: str) -> str:
        return quoted(name, self.dialect)

    def _layer(self, name: str, columns: Iterable[str], source: str, after: str = "") -> str:
        """A layer with its columns; gives its name as it is written."""
        written = self._quoted(name)
        body = _select(columns, source, after).replace("\n", "\n  ")
        self.layers.append(f"{written} AS (\n  {body}\n)")
        return written

    def _read(self, name: str, node: Node) -> str:
        """A column as it comes; tables may keep whole numbers in fewer bits."""
        column = self._quoted(name)
        return f"CAST({column} AS BIGINT) AS {column}" if node.type == "int" else column

    def _stages(self, source: str, roots: Sequence[Node]) -> tuple[str, Expressions]:
        """The layers of the steps above a layer; gives the last and what stands in it."""
        stages = plan(roots)
        expressions = Expressions(self.dialect, stages.names)
        last = self._quoted(source)
        for number, stage in enumerate(stages.stages, start=1):
            steps = [f"{expressions.fresh(node)} AS {self._quoted(name)}" for name, node in stage]
            last = self._layer(f"{source}_{number}", ["*", *steps], last, self.dialect.fence)
        return last, expressions

    def _count(self, frame: str, table: str, rows: Sequence[RowSum]) -> None:
        """The figures about related rows, one row a subject."""
        roots = list(
            {
                node.number: node
                for row in rows
                for node in (row.where, row.amount)
                if node is not None
            }.values()
        )
        read = [self._read(name, node) for name, node in _columns(roots).items()]
        self._layer(f"rows_of_{frame}", [self.key, *read], table)
        source, expressions = self._stages(f"rows_of_{frame}", roots)
        figures = [f"{_figure(row, expressions)} AS {self._quoted(row.name)}" for row in rows]
        columns = [self.key, *figures]
        self._layer(f"figures_of_{frame}", columns, source, f"GROUP BY {self.key}")

    def _facts(
        self, table: str, roots: Sequence[Node], by_frame: Mapping[str, Sequence[RowSum]]
    ) -> None:
        """The subject's own columns with the figures about its related rows beside them."""
        counted = {row.name for rows in by_frame.values() for row in rows}
        own = {name: node for name, node in _columns(roots).items() if name not in counted}
        source = self._layer(
            "subjects", [self.key, *(self._read(*each) for each in own.items())], table
        )
        columns = [f"{source}.{self.key}", *(f"{source}.{self._quoted(name)}" for name in own)]
        for frame, rows in by_frame.items():
            figures = self._quoted(f"figures_of_{frame}")
            source += f"\nLEFT JOIN {figures} ON {figures}.{self.key} = "
            source += f"{self._quoted('subjects')}.{self.key}"
            for row in rows:
                name = self._quoted(row.name)
                columns.append(f"COALESCE({figures}.{name}, 0) AS {name}")
        self._layer("facts", columns, source)

    def _result(self, expressions: Expressions, name: str, node: Node) -> str:
        text = expressions.of(node)
        if node.type == "int" and (node.is_wide or node.kind == "constant"):
            text = f"CAST({text} AS {EXACT if node.is_wide else 'BIGINT'})"
        return f"{text} AS {self._quoted(name)}"


def _columns(roots: Sequence[Node]) -> dict[str, Node]:
    return {str(node.value): node for node in walk(roots) if node.kind == "column"}


def _select(columns: Iterable[str], source: str, after: str = "") -> str:
    text = ",\n  ".join(columns)
    return f"SELECT\n  {text}\nFROM {source}" + (f"\n{after}" if after else "")


def _figure(row: RowSum, expressions: Expressions) -> str:
    where = expressions.of(row.where)
    if row.op == "sure":
        return f"COUNT(CASE WHEN {where} THEN 1 END)"
    if row.op == "open":
        return f"COUNT(CASE WHEN {where} IS NULL THEN 1 END)"
    assert row.amount is not None  # noqa: S101 - sums have one
    amount = expressions.of(row.amount)
    if row.op == "sum":
        return f"CAST(SUM(CASE WHEN {where} THEN {amount} END) AS BIGINT)"
    blank = f"{where} IS NULL OR ({where} AND {amount} IS NULL)"
    return f"COUNT(CASE WHEN {blank} THEN 1 END)"


def query(
    lowered: Lowered,
    results: Mapping[str, Node],
    dialect: Dialect,
    key: str,
    *,
    figures: Sequence[str] = (),
    tables: Mapping[str, str] | None = None,
) -> str:
    """One SELECT that gives the key and the results, one row a subject, in no order.

    `figures` are names of `lowered.rows` that are given beside the results.
    `tables` names the table of each frame; schema and table are separated by a dot. A frame that is
    not named stands in a table of its own name.
    """
    frames = {lowered.rule.subject, *(row.frame for row in lowered.rows)}
    names = {frame: table_name((tables or {}).get(frame, frame), dialect) for frame in frames}
    return Query(lowered, dialect, key).text(results, figures, names)
