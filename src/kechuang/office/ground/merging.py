"""When two parties turn out to be one, the files and jobs of the one belong to the other.

The audit trail keeps what it says: its lines of a party's old code stay, and the surviving
record's page shows both.
"""

from __future__ import annotations

from typing import Final

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import Job, StoredFile
from kechuang.office.ground.slots import MergeRule


def move(actor: Actor, goes: str, stays: str) -> None:
    """Write the code of the party that stays where the other's stood; the merge itself is told."""
    StoredFile.objects.filter(party=goes).update(party=stays)
    Job.objects.filter(party=goes).update(party=stays)
    Job.objects.filter(owner_party=goes).update(owner_party=stays)


RULE: Final = MergeRule(
    "ground", 10, ("ground.Job.owner_party", "ground.Job.party", "ground.StoredFile.party"), move
)
