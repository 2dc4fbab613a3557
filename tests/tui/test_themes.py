"""Words of health are told apart by colour-blind eyes too, in every theme; the words alone do without colour.

The simulation is that of Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision
Deficiency", IEEE TVCG 15 (2009), severity 1.0, on linear RGB; the difference is CIE76 in CIELAB (D65).
"""

from __future__ import annotations

from itertools import combinations
from math import dist

import pytest
from rich.color import Color, ColorType
from textual.app import App

from followthru_tui import themes
from followthru_tui.palette import Palette, Tone

Rgb = tuple[float, float, float]

MACHADO: dict[str, tuple[Rgb, Rgb, Rgb]] = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}
TOLD_APART = (Tone.LATE, Tone.RISK, Tone.WAITING, Tone.DONE)
"""In buffer has the colour of at risk, and another glyph and word."""
LEAST = 10.0
"""A difference that is seen at a glance; 2.3 is the least that is seen at all."""
READABLE = 4.5
"""The contrast of text that WCAG 2.2 asks for, 1.4.3."""


def linear(colour: tuple[int, int, int]) -> Rgb:
    red, green, blue = (c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour)
    return (red, green, blue)


def rgb(colour: Color) -> tuple[int, int, int]:
    red, green, blue = colour.get_truecolor()
    return (red, green, blue)


def times(matrix: tuple[Rgb, Rgb, Rgb], colour: Rgb) -> Rgb:
    red, green, blue = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, colour, strict=True)))) for row in matrix)
    return (red, green, blue)


def lab(colour: Rgb) -> Rgb:
    """Return CIELAB of a linear sRGB colour."""
    red, green, blue = colour
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return (116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz))


def luminance(colour: tuple[int, int, int]) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def _worn(name: str) -> Palette:
    app: App[None] = App()
    async with app.run_test() as pilot:
        themes.wear(app, name)
        await pilot.pause()
        assert app.theme == themes.NAMES[name]
        return Palette.of(app)


def _colours(palette: Palette, tones: tuple[Tone, ...]) -> dict[Tone, tuple[int, int, int]]:
    found: dict[Tone, tuple[int, int, int]] = {}
    for tone in tones:
        colour = palette.tones[tone].color
        assert colour is not None
        found[tone] = rgb(colour)
    return found


def test_the_simulation_takes_red_and_green_together_and_leaves_grey() -> None:
    red, green = linear((200, 60, 60)), linear((110, 110, 20))
    for kind in ("protanopia", "deuteranopia"):
        seen = [lab(times(MACHADO[kind], one)) for one in (red, green)]
        assert dist(*seen) < dist(lab(red), lab(green)) / 2
        grey = linear((128, 128, 128))
        assert times(MACHADO[kind], grey) == pytest.approx(grey, abs=0.01)


@pytest.mark.parametrize("eyes", sorted(MACHADO))
@pytest.mark.parametrize("name", ["dark", "light", "contrast"])
async def test_words_of_health_differ_in_colour_for_all_eyes(name: str, eyes: str) -> None:
    colours = _colours(await _worn(name), TOLD_APART)
    for one, other in combinations(TOLD_APART, 2):
        seen = [lab(times(MACHADO[eyes], linear(colours[tone]))) for tone in (one, other)]
        assert dist(*seen) >= LEAST, f"{one} and {other}: {dist(*seen):.1f}"


@pytest.mark.parametrize("name", ["dark", "light", "contrast"])
async def test_every_tone_is_readable_on_its_ground(name: str) -> None:
    palette = await _worn(name)
    colours = _colours(palette, tuple(Tone))
    ground = palette.tones[Tone.PLAIN].bgcolor
    assert ground is not None
    behind = luminance(rgb(ground))
    for tone, colour in colours.items():
        lighter, darker = sorted((luminance(colour), behind), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= (7 if name == "contrast" else READABLE), tone


async def test_the_terminals_own_colours_are_left_to_it() -> None:
    palette = await _worn("terminal")
    for tone in Tone:
        colour = palette.tones[tone].color
        assert colour is None or colour.type in (ColorType.DEFAULT, ColorType.STANDARD), tone
