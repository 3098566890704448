"""The picture that stands for a page where somebody shares its link: its title beside the section's drawing."""

import hashlib
import io
import math
import os
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from threading import get_ident

from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from content.models import Article
from content.svg import Shape, shapes, stroke

SIZE = (1200, 630)  # what Facebook, LinkedIn and X show whole
SCALE = 2  # drawn larger and made smaller, which smooths the lines
MARGIN, TEXT_WIDTH, TITLE_BOTTOM, TITLE_HEIGHT = 84, 560, 500, 300
TITLE_SIZES, LEADING, NOTE_SIZE, NOTE_GAP = (76, 68, 60, 54, 48, 42), 1.16, 28, 22
ART_LEFT, ART_TOP, ART_SCALE = 660, 112, 1.55
PAPER, WASH, FAR, DEEP, ON_DEEP = "#fbf8f3", "#dfe9e1", "#1d5449", "#0f3831", "#f4efe6"
EVERGREEN, CLAY, GLOW, GLOW_ON_DEEP = "#14483f", "#8f3a17", "#fff6e8", "#f0a37e"
SPARK, ECHO, ACCENT_ECHO = "#c8622f", "#9bb5aa", "#e0ac8d"  # an echo is its colour at 42% on the paper
LETTERS = str.maketrans({"–": "-", "—": "-", "\u2011": "-", "\xa0": " "})
VERSION = "1"  # raise it when the drawing changes, so that every picture gets a new address
SITE = "site"
SITE_DRAWING = "section-getting-help"
SITE_WORDS = "Help with ketamine, starting from where you are"
SITE_NOTE = "Plain, sourced information"


def digest(*words: str) -> str:
    """Return the part of a picture's address that changes with what the picture shows."""
    return hashlib.sha256("\n".join((VERSION, *words)).encode()).hexdigest()[:12]


def address_of(article: Article, clinic_name: str) -> str:
    """Return the address of an article's picture."""
    name = f"{article.slug}.{digest(*words_for(article, clinic_name))}.png"
    return reverse("content:share_picture", args=[article.section.slug, name])


def site_address(clinic_name: str) -> str:
    """Return the address of the picture of every other page."""
    return reverse("content:share_picture_site", args=[f"{SITE}.{digest(*site_words(clinic_name))}.png"])


def words_for(article: Article, clinic_name: str) -> tuple[str, str, str, str]:
    """Return what an article's picture shows: title, the line above it, the drawing and the clinic's name."""
    drawing = article.drawing or article.section.drawing or SITE_DRAWING
    return article.title, article.section.menu_title, drawing, clinic_name


def site_words(clinic_name: str) -> tuple[str, str, str, str]:
    """Return what the picture of every other page shows."""
    return SITE_WORDS, SITE_NOTE, SITE_DRAWING, clinic_name


def stored(name: str, draw: Callable[[], bytes]) -> bytes:
    """Return the picture kept under `name`, drawn and kept if it is not there. A full disk never costs the picture."""
    path = Path(settings.SHARE_PICTURES) / name
    try:
        return path.read_bytes()
    except OSError:
        picture = draw()
    with suppress(OSError):
        _keep(path, picture)
    return picture


def _keep(path: Path, picture: bytes) -> None:
    """Write a picture in one step, and forget those of the same page with an older title."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page = path.name.split(".")[0]
    for old in path.parent.glob(f"{page}.*.png"):
        old.unlink(missing_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}-{get_ident()}")  # no other thread's, which would cut it short
    fresh.write_bytes(picture)
    fresh.replace(path)


def draw(title: str, note: str, drawing: str, clinic_name: str) -> bytes:
    """Return the picture as PNG."""
    image = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), PAPER)
    pen = ImageDraw.Draw(image)
    _water(pen)
    _art(pen, drawing)
    _words(pen, title, note)
    _signature(pen, clinic_name)
    out = io.BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _water(pen: ImageDraw.ImageDraw) -> None:
    """Draw the site's two waves along the bottom."""
    pen.polygon(_crest(shift=40, top=520, height=22, length=480), fill=FAR)
    pen.polygon(_crest(shift=-150, top=546, height=17, length=600), fill=DEEP)


def _crest(*, shift: float, top: float, height: float, length: float) -> list[tuple[float, float]]:
    """Return the outline of water whose waves have this height and length."""
    width, bottom = SIZE
    crest = [(x, top - height * math.sin(2 * math.pi * (x - shift) / length)) for x in range(0, width + 4, 4)]
    return _large([*crest, (width + 4, bottom), (0, bottom)])


def _art(pen: ImageDraw.ImageDraw, drawing: str) -> None:
    """Draw the page's line drawing at the right."""
    for shape in _shapes(drawing):
        points = _large([(ART_LEFT + x * ART_SCALE, ART_TOP + y * ART_SCALE) for x, y in shape.points])
        if shape.looks & {"w", "d", "g"}:
            pen.polygon(points, fill={"w": WASH, "d": SPARK, "g": GLOW}[next(iter(shape.looks & {"w", "d", "g"}))])
        else:
            pairs = {(False, False): EVERGREEN, (False, True): ECHO, (True, False): SPARK, (True, True): ACCENT_ECHO}
            stroke(pen, points, 2.25 * ART_SCALE * SCALE, pairs["a" in shape.looks, "e" in shape.looks])


@lru_cache(maxsize=32)
def _shapes(drawing: str) -> list[Shape]:
    found = finders.find(f"images/{drawing}.svg")
    return shapes(Path(found)) if found else []


def _words(pen: ImageDraw.ImageDraw, title: str, note: str) -> None:
    """Write the line above and the title, as large as the title allows, in the middle of their space."""
    size, lines = _fitted(_writable(title))
    leading = size * LEADING
    block = NOTE_SIZE + NOTE_GAP + leading * len(lines)
    top = max(MARGIN - 12, (TITLE_BOTTOM - block) / 2 + 20)
    pen.text(_at(MARGIN, top), _writable(note), fill=CLAY, font=_font(NOTE_SIZE), stroke_width=SCALE * 0.4)
    for number, line in enumerate(lines):
        place = _at(MARGIN - size * 0.05, top + NOTE_SIZE + NOTE_GAP + number * leading)
        pen.text(place, line, fill=EVERGREEN, font=_font(size), stroke_width=SCALE * size / 90)


def _fitted(title: str) -> tuple[int, list[str]]:
    """Return the largest size at which `title` fits, and its lines; the smallest, cut short, if none does."""
    for size in TITLE_SIZES:
        lines = _wrapped(title, size)
        if len(lines) * size * LEADING <= TITLE_HEIGHT and all(_width(line, size) <= TEXT_WIDTH for line in lines):
            return size, lines
    kept = _wrapped(title, size)[: int(TITLE_HEIGHT / size / LEADING)]
    kept[-1] = kept[-1][:24].rstrip() + "…"
    return size, [line[:30] for line in kept]


def _wrapped(text: str, size: int) -> list[str]:
    """Return `text` in as few lines as fit the width, each about as long as the others."""
    lines = _greedy(text.split(), size, TEXT_WIDTH)
    for width in range(TEXT_WIDTH - 20, 200, -20):
        narrower = _greedy(text.split(), size, width)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _greedy(words: list[str], size: int, width: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and _width(joined, size) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def _signature(pen: ImageDraw.ImageDraw, clinic_name: str) -> None:
    """Put the mark and the clinic's name on the water."""
    x, y, scale = MARGIN, 556, 1.5
    for shape in _mark():
        points = _large([(x + px * scale, y + py * scale) for px, py in shape.points])
        if "s" in shape.looks:
            pen.polygon(points, fill=GLOW_ON_DEEP)
        elif "r" in shape.looks:
            stroke(pen, points, 2 * scale * SCALE, ON_DEEP)
        else:
            pen.polygon(points, fill=ON_DEEP)
    pen.text(_at(x + 34 * scale + 18, y + 17 * scale), _writable(clinic_name), fill=ON_DEEP, font=_font(32), anchor="lm")


@lru_cache(maxsize=1)
def _mark() -> list[Shape]:
    """Return the mark's lines, its water cut to its circle as the drawing's own clip does."""
    found = _shapes("mark")
    return [Shape(_inside(shape.points) if "a" in shape.looks else shape.points, shape.looks) for shape in found]


def _inside(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the outline of water, with what lies outside the mark's circle moved to its edge."""
    moved = []
    for x, y in points:
        far = math.hypot(x - 17, y - 17)
        moved.append((x, y) if far <= 15 else (17 + (x - 17) * 15 / far, 17 + (y - 17) * 15 / far))
    return moved


def _writable(text: str) -> str:
    """Return `text` in the letters that Pillow's own font has: no accents, and hyphens for dashes."""
    plain = unicodedata.normalize("NFKD", text.translate(LETTERS))
    return "".join(letter for letter in plain if letter.isascii() or letter in "’‘“”…")


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size * SCALE)


def _width(text: str, size: int) -> float:
    return _font(size).getlength(text) / SCALE


def _at(x: float, y: float) -> tuple[float, float]:
    return x * SCALE, y * SCALE


def _large(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(x * SCALE, y * SCALE) for x, y in points]
