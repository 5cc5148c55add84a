"""Two organisations that turn out to be one have one filing in a batch; nothing is lost."""

from __future__ import annotations

from datetime import date

import pytest
from registry_records import firm

from kechuang.office.filings.merging import move
from kechuang.office.filings.models import Filing, StageEntry
from kechuang.office.filings.services import batches, filings
from kechuang.office.filings.services.batches import BatchFacts
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.regions.models import Region

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("further", "counts"), [("goes", "goes"), ("stays", "stays"), ("", "stays")]
)
def test_the_filing_that_got_further_counts(city: Region, further: str, counts: str) -> None:
    county = Region.objects.get(code="990101")
    batch = batches.open_batch(SYSTEM, county, "hnte", BatchFacts("高企", 2026))
    parties = {name: firm(f"示例{name}有限公司") for name in ("goes", "stays")}
    codes = {name: party.code for name, party in parties.items()}
    filings.add_firms(SYSTEM, batch, list(codes.values()), "first", DAY)
    rows = {name: Filing.objects.get(party=party).pk for name, party in parties.items()}
    if further:
        filings.advance(SYSTEM, batch, [codes[further]], "submitted", DAY)
    move(SYSTEM, codes["goes"], codes["stays"])
    assert set(Filing.objects.values_list("party__code", flat=True)) == {codes["stays"]}
    one = Filing.objects.get(duplicate_of=None)
    assert (one.pk, Filing.objects.get(duplicate_of=one).pk) == (
        rows[counts], rows["stays" if counts == "goes" else "goes"],
    )  # fmt: skip
    assert StageEntry.objects.count() == 2 + bool(further)
    done = filings.advance(SYSTEM, batch, [codes["stays"]], "recommended", DAY)
    assert done.done == (codes["stays"],)
