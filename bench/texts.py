"""Report text of any size, drawn from the example reports with a seed."""

from __future__ import annotations

import random
import re
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "reports"
SENTENCES_A_PARAGRAPH = 5


def report_text(size_bytes: int, seed: int) -> str:
    """At least `size_bytes` of UTF-8: sentences shuffled, their digits drawn anew."""
    draw = random.Random(seed)  # noqa: S311
    sentences = _sentences()
    pieces: list[str] = []
    size = 0
    while size < size_bytes:
        paragraph = "".join(
            _other_digits(draw.choice(sentences), draw) for _ in range(SENTENCES_A_PARAGRAPH)
        )
        pieces.append(paragraph)
        size += len(paragraph.encode()) + 1
    return "\n".join(pieces)


def _sentences() -> list[str]:
    text = "\n".join(path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*.txt")))
    found = re.findall(r"[^。！？\n]{4,}[。！？]", text)
    return [sentence.strip() for sentence in found]


def _other_digits(sentence: str, draw: random.Random) -> str:
    """Other digits in the same places, so that no cache is flattered by repetition; years stay."""
    return re.sub(
        r"(?<!\d)(?!(?:19|20)\d\d年)[1-9]\d*",
        lambda match: str(draw.randrange(10 ** (len(match[0]) - 1), 10 ** len(match[0]))),
        sentence,
    )
