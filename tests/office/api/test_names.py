"""Names of the interface's schemas: two of one name would silently overwrite each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ninja import Schema

from kechuang.office.site.api import api


def _below(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def test_no_two_schemas_have_one_name() -> None:
    api.get_openapi_schema()
    ours = {each for each in _below(Schema) if each.__module__.startswith("kechuang.")}
    twice = [name for name, count in Counter(each.__name__ for each in ours).items() if count > 1]
    assert (len(ours) > 50, twice) == (True, [])
