"""Draws the site's own line drawings on a Pillow picture. It knows what they use, and no more of SVG than that."""

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from lxml import etree
from PIL import ImageDraw

Point = tuple[float, float]

TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.\d+|\.\d+|\d+)")
ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
STEPS = 24  # straight pieces in a curve; at the size of a share picture no corner shows


class Shape(NamedTuple):
    """A line through points, and the drawing's names for how it looks: `w` washes, `a` accents, `e` echoes, `d` dots."""

    points: list[Point]
    looks: frozenset[str]


def shapes(path: Path) -> list[Shape]:
    """Return the lines of the drawing at `path`, in its own units."""
    found = []
    for element in etree.parse(path).getroot().iter("{*}path", "{*}circle", "{*}ellipse"):
        if element.xpath("ancestor::*[local-name() = 'clipPath']"):
            continue
        looks = frozenset(element.get("class", "").split())
        path_data = element.get("d")
        lines = _lines(path_data) if path_data else [_round(element)]
        found += [Shape(points, looks) for points in lines]
    return found


def stroke(draw: ImageDraw.ImageDraw, points: list[Point], width: float, colour: str | tuple[int, ...]) -> None:
    """Draw a line with round ends and joints."""
    draw.line(points, fill=colour, width=round(width), joint="curve")
    for x, y in (points[0], points[-1]):
        draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=colour)


def _round(element: etree._Element) -> list[Point]:
    x, y = float(element.get("cx") or 0), float(element.get("cy") or 0)
    rx, ry = (float(element.get(name) or element.get("r") or 0) for name in ("rx", "ry"))
    turns = (2 * math.pi * step / (STEPS * 4) for step in range(STEPS * 4 + 1))
    return [(x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns]


def _commands(d: str) -> Iterator[tuple[str, list[float]]]:
    """Yield each command with its numbers. What follows M without a letter is a line."""
    tokens = TOKEN.findall(d)
    command = ""
    while tokens:
        if tokens[0].isalpha():
            command = tokens.pop(0)
        count = ARGUMENTS[command.upper()]
        yield command, [float(tokens.pop(0)) for _ in range(count)]
        command = {"M": "L", "m": "l"}.get(command, command)


def _lines(d: str) -> list[list[Point]]:
    """Return the lines of a path's `d`."""
    lines: list[list[Point]] = []
    here, control = (0.0, 0.0), None
    for command, numbers in _commands(d):
        kind = command.upper()
        if kind == "Z":
            lines[-1].append(lines[-1][0])
            here = lines[-1][0]
            continue
        ends = _absolute(command, numbers, here)
        if kind == "M":
            lines.append([ends[-1]])
        elif kind == "A":
            lines[-1] += _arc(here, ends[-1], numbers)
        else:
            if kind in "ST":
                mirrored = (2 * here[0] - control[0], 2 * here[1] - control[1]) if control else here
                ends = [mirrored, *ends]
            lines[-1] += _curve([here, *ends])
        control = ends[-2] if kind in "CSQT" else None
        here = ends[-1]
    return lines


def _absolute(command: str, numbers: list[float], here: Point) -> list[Point]:
    """Return a command's points; an arc has its end only."""
    x, y = here if command.islower() else (0.0, 0.0)
    if command in "Hh":
        return [(x + numbers[0], here[1])]
    if command in "Vv":
        return [(here[0], y + numbers[0])]
    if command in "Aa":
        numbers = numbers[-2:]
    return [(x + a, y + b) for a, b in zip(numbers[::2], numbers[1::2], strict=True)]


def _curve(points: list[Point]) -> list[Point]:
    """Return a Bézier curve through its control `points` in short straight pieces (de Casteljau)."""
    if len(points) == 2:
        return points[1:]
    found = []
    for step in range(1, STEPS + 1):
        t, level = step / STEPS, points
        while len(level) > 1:
            level = [(a + (c - a) * t, b + (d - b) * t) for (a, b), (c, d) in pairwise(level)]
        found.append(level[0])
    return found


def _arc(start: Point, end: Point, numbers: list[float]) -> list[Point]:
    """Return an elliptical arc without rotation in short straight pieces (SVG 1.1, appendix F.6)."""
    rx, ry, _, large, sweep = numbers[:5]
    x, y = (start[0] - end[0]) / 2 / rx, (start[1] - end[1]) / 2 / ry
    gap = x * x + y * y
    if gap > 1:
        rx, ry, x, y, gap = rx * math.sqrt(gap), ry * math.sqrt(gap), x / math.sqrt(gap), y / math.sqrt(gap), 1.0
    factor = math.sqrt(max(0.0, 1 / gap - 1)) * (-1 if large == sweep else 1)
    cx, cy = factor * y, -factor * x
    first, last = math.atan2(y - cy, x - cx), math.atan2(-y - cy, -x - cx)
    turn = (last - first) % (2 * math.pi) if sweep else -((first - last) % (2 * math.pi))
    middle = ((start[0] + end[0]) / 2 + cx * rx, (start[1] + end[1]) / 2 + cy * ry)
    turns = [first + turn * step / (STEPS * 2) for step in range(1, STEPS * 2 + 1)]
    return [(middle[0] + rx * math.cos(angle), middle[1] + ry * math.sin(angle)) for angle in turns]
