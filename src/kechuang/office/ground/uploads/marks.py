"""Classification marks: what may not enter this system.

The mark of a state secret is its level and a star, mostly followed by its term: 机密★10年. The bare
words say nothing: a report may speak of 商业秘密, 技术秘密 or 保密工作.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

# Characters that show nothing but would part the mark.
UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")
TAGS: Final = re.compile("<[^<>]{0,2000}>")
GAP: Final = "[^\\S\n\r]{0,8}"
STARS: Final = "★☆⭐⭑⭒✩✪✫✬✭✮✯✰⋆"
TERM: Final = f"(?:{GAP}(?:\\d{{1,3}}|[一二三四五六七八九十]{{1,3}}){GAP}[年月天日]|{GAP}长{GAP}期)"
# A trade secret is no state secret; of one asterisk of two or three, emphasis in plain text.
MARK: Final = re.compile(
    f"(?<!商业)(?<!技术)(?<!工作)"
    f"(?:(?<![*])绝{GAP}密|(?<![*])机{GAP}密|(?<![*])秘{GAP}密)"
    f"(?:{GAP}级)?{GAP}(?:[{STARS}]|[*](?![*])){TERM}?"
)
OTHER_FORMS: Final = str.maketrans({"絕": "绝", "機": "机", "祕": "秘", "﹡": "*", "∗": "*"})


def find_mark(text: str) -> str:
    """The first classification mark in a text, empty where there is none.

    >>> find_mark("机 密 ★ 10 年"), find_mark("保护商业秘密，做好保密工作。")
    ('机 密 ★ 10 年', '')
    """
    plain = UNSEEN.sub("", unicodedata.normalize("NFKC", text)).translate(OTHER_FORMS)
    found = MARK.search(plain)
    return found.group() if found else ""


def without_tags(source: str) -> str:
    """The text of a page with everything that a browser hides, for the search only."""
    return html.unescape(TAGS.sub("", source))
