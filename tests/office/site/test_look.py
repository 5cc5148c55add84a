"""The stylesheet: contrast in both schemes, old browsers, and how much a first page loads."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.test import Client

STATIC = files("kechuang.office.site").joinpath("static", "site")
CSS = STATIC.joinpath("office.css").read_text(encoding="utf-8")
SCHEMES = {
    "light": re.compile(r":root \{(.*?)\}", re.DOTALL),
    "dark": re.compile(r':root\[data-scheme="dark"\] \{(.*?)\}', re.DOTALL),
    "dark by the system": re.compile(r':root:not\(\[data-scheme="light"\]\) \{(.*?)\}', re.DOTALL),
}
STATES = ("todo", "normal", "soon", "late", "done")
TEXT = [
    *((ink, paper) for ink in ("text", "quiet", "ink") for paper in ("paper", "panel", "sunken")),
    *((state, f"{state}-paper") for state in STATES),
    *(("text", f"{state}-paper") for state in STATES),
    ("late", "paper"),
    ("on-ink", "ink"),
    ("on-ink", "ink-strong"),
    ("on-top", "top"),
    ("top-quiet", "top"),
]
EDGES = [("edge", "paper"), ("edge", "panel"), ("focus", "paper"), ("on-top", "top")]
# What Chromium 86 does not know and that would break the page; the number is the version that does.
TOO_NEW = {
    ":has(": 105,
    ":is(": 88,
    ":where(": 88,
    "@container": 105,
    "@layer": 99,
    "color-mix(": 111,
    "aspect-ratio": 88,
    "inset:": 87,
    "margin-inline:": 87,
    "padding-inline:": 87,
    "overflow: clip": 90,
    "dvh": 108,
    "&": 112,
}


def tokens(scheme: str) -> dict[str, str]:
    """The colours of a scheme."""
    found = SCHEMES[scheme].search(CSS)
    assert found is not None
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", found.group(1)))


def luminance(colour: str) -> float:
    """How light a colour is, after WCAG."""
    digits = colour.lstrip("#")
    digits = "".join(each * 2 for each in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, after WCAG."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_and_white_is_twenty_one() -> None:
    assert (round(contrast("#000", "#ffffff"), 2), contrast("#777777", "#777777")) == (21, 1)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_is_told_from_its_paper(scheme: str) -> None:
    colours = tokens(scheme)
    poor = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in TEXT
        if contrast(colours[pair[0]], colours[pair[1]]) < 4.5
    }
    assert poor == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_edges_of_fields_and_focus_are_seen(scheme: str) -> None:
    colours = tokens(scheme)
    poor = [pair for pair in EDGES if contrast(colours[pair[0]], colours[pair[1]]) < 3]
    assert poor == []


def test_both_ways_to_the_dark_scheme_give_the_same() -> None:
    assert tokens("dark") == tokens("dark by the system")


def test_dark_scheme_has_every_colour_of_the_light_one() -> None:
    assert set(tokens("dark")) == set(tokens("light"))


def stylesheets() -> list[Path]:
    """Ours, of every room."""
    office = Path(str(files("kechuang.office")))
    return sorted(office.rglob("static/**/*.css"))


@pytest.mark.parametrize("path", stylesheets(), ids=lambda path: path.name)
def test_old_browsers_know_every_rule(path: Path) -> None:
    rules = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [feature for feature in TOO_NEW if feature in rules] == []


@pytest.mark.parametrize("path", stylesheets(), ids=lambda path: path.name)
def test_colours_come_from_tokens(path: Path) -> None:
    rules = re.sub(r"/\*.*?\*/|--[a-z-]+: [^;]+;", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])", rules) == []


def test_every_icon_that_is_asked_for_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', STATIC.joinpath("icons.svg").read_text()))
    office = Path(str(files("kechuang.office")))
    asked = {
        name
        for path in office.rglob("templates/**/*.html")
        for name in re.findall(r'{% icon "([a-z]+)" %}', path.read_text(encoding="utf-8"))
    }
    assert (asked - drawn, len(asked) > 5) == (set(), True)


def loaded_with(page: str) -> list[bytes]:
    """The page and what it loads: styles, scripts, pictures."""
    addresses = re.findall(r'(?:src|href)="/static/([^"#?]+)', page)
    paths = [finders.find(address) for address in dict.fromkeys(addresses)]
    return [page.encode(), *(Path(str(path)).read_bytes() for path in paths)]


@pytest.mark.parametrize("address", ["/account/sign-in/", "/", "/reports/"])
def test_first_load_is_light(signed_in: Callable[..., Client], address: str) -> None:
    client = Client() if "sign-in" in address else signed_in("officer", "990101")
    loaded = loaded_with(client.get(address).content.decode())
    whole = sum(map(len, loaded))
    packed = sum(len(gzip.compress(each)) for each in loaded)
    assert len(loaded) >= 5
    assert (whole <= 150_000, packed <= 50_000) == (True, True), (whole, packed)


def test_templates_are_all_read() -> None:
    """A template with a mistake in it would be met by its first visitor."""
    office = Path(str(files("kechuang.office")))
    names = [
        path.relative_to(folder).as_posix()
        for folder in office.glob("*/templates")
        for path in folder.rglob("*.html")
    ]
    for name in names:
        get_template(name)
    assert len(names) > 40
