"""A chart of readings as SVG: drawn by leather, in the colour of the words around it, and said in words as well."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from followthru.domain.saying import day_words
from followthru.updates.figures import Figure

WIDTH, HEIGHT = 640, 240
_SVG = "{http://www.w3.org/2000/svg}"
_PALE = {"#eee": "0.2", "#a8a8a8": "0.45"}
"""Of leather's own colours those of lines that are only to be guessed, and how much of the words' colour they take."""
_MOST_TICKS = 6
_SWATCH = "10"
_TOP, _BELOW = 38, 18
"""What stays empty above and below the drawing once the legend is gone, in its own units."""


def description(figure: Figure) -> str:
    """Return in a sentence what a chart shows: from when to when, from what to what, and the aim."""
    first, last = figure.points[0], figure.points[-1]
    low, high = (each(one.value for one in figure.points) for each in (min, max))
    span = f"{len(figure.points)} readings from {day_words(first.on)} to {day_words(last.on)}"
    went = f"from {figure.value(first.value)} to {figure.value(last.value)}"
    between = f"lowest {figure.value(low)}, highest {figure.value(high)}"
    aimed = f"; the aim is {figure.aimed}, shown as a dashed line" if figure.aimed else ""
    return f"{span}: {went}; {between}{aimed}."


def chart(figure: Figure, name: str) -> str:
    """Return the chart of a figure with two or more points as one SVG element; `name` makes its ids its own."""
    # It has no types, and is loaded where something is drawn.
    leather: Any = import_module("leather")
    # Days as numbers: leather would lengthen a scale of dates to whole months.
    begins = figure.points[0].on
    points = [((one.on - begins).days, one.value) for one in figure.points]
    low, high = _range(figure)
    drawn = leather.Chart()
    # Room at both ends, so that no point stands on the words of an axis.
    room = (points[-1][0] - points[0][0]) // 16 + 1
    drawn.add_x_scale(points[0][0] - room, points[-1][0] + room)
    drawn.add_y_scale(low, high)
    drawn.add_line(points)
    drawn.add_dots(points)
    for edge in (figure.aim, figure.aim_to):
        if edge is not None:
            drawn.add_line([(points[0][0], edge), (points[-1][0], edge)])
    step = max(1, -(-len(points) // _MOST_TICKS))
    ticks = [on for on, _ in points][::-1][::step][::-1]

    def day(since: int, *_: object) -> str:
        on = begins + timedelta(days=int(since))
        return day_words(on, on).partition(" ")[2]

    drawn.add_x_axis(ticks=ticks, tick_formatter=day)

    def value(tick: object, *_: object) -> str:
        return figure.value(Decimal(str(tick)).quantize(Decimal("0.01")))

    drawn.add_y_axis(tick_formatter=value)
    root = ElementTree.fromstring(drawn.to_svg(width=WIDTH, height=HEIGHT))  # noqa: S314 -- drawn just now, by us
    _recolour(root)
    _name(root, figure, name)
    ElementTree.register_namespace("", _SVG.strip("{}"))
    return ElementTree.tostring(root, encoding="unicode")


def _range(figure: Figure) -> tuple[Decimal, Decimal]:
    """Return the lowest and highest value of the chart's scale: all that it shows, with some room around."""
    shown = [one.value for one in figure.points] + [one for one in (figure.aim, figure.aim_to) if one is not None]
    low, high = min(shown), max(shown)
    room = (high - low) / 10 or max(abs(high) / 10, Decimal(1))
    return (max(Decimal(0), low - room) if low >= 0 else low - room), high + room


def _recolour(root: Element) -> None:
    """Let everything have the colour and font of the words around it, on their own ground; take the legend away."""
    _without_ground_and_legend(root)
    for element in root.iter():
        for name in ("fill", "stroke"):
            colour = element.get(name)
            if colour is not None and colour != "none":
                element.set(name, "currentColor")
                if colour in _PALE:
                    element.set(f"{name}-opacity", _PALE[colour])
        if element.tag == f"{_SVG}text":
            element.attrib.pop("font-family", None)
    _, *aims = root.iter(f"{_SVG}path")
    for path in aims:
        path.set("stroke-dasharray", "6 4")
        path.set("stroke-width", "1.5")


def _without_ground_and_legend(root: Element) -> None:
    """Take away every rectangle: the ground, and the swatches of the legend with their words beside them."""
    for above in list(root.iter()):
        for element in list(above):
            if element.tag == f"{_SVG}rect":
                for gone in list(above) if element.get("width") == _SWATCH else [element]:
                    above.remove(gone)


def _name(root: Element, figure: Figure, name: str) -> None:
    """Give the drawing a title and a description, and make it as wide as its page."""
    for tag, words in (("desc", description(figure)), ("title", f"{figure.words}, over time")):
        element = Element(f"{_SVG}{tag}", {"id": f"{name}-{tag}"})
        element.text = words
        root.insert(0, element)
    root.set("viewBox", f"0 {_TOP} {WIDTH} {HEIGHT - _TOP - _BELOW}")
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for gone in ("width", "height"):
        root.attrib.pop(gone, None)
