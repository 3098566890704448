"""Draw the home page's two pictures: one valley, at first light and after dark.

    python3 docs/art/draw_dawn.py

writes static/images/home-dawn.svg and static/images/home-night.svg. Nothing is
random: the same numbers give the same bytes, so a changed drawing shows as a diff.

The picture is composed for two crops of its 1200 x 900 sheet: the tall one beside
the opening words (about x 250 to 950) and the short band on a phone (about y 110 to
790). What matters (sun or moon, the house, the ripples) lies where the two overlap.

Everything above the waterline is drawn once and mirrored, squeezed, into the water.
"""

from math import sin
from pathlib import Path

IMAGES = Path(__file__).resolve().parents[2] / "static" / "images"
WIDTH, HEIGHT, SHORE = 1200, 900, 610
SQUEEZE = 0.7  # a reflection seen from low down is shorter than the hill

# Skylines, far to near, as knots the line passes through. They come in from the two
# sides by turns and leave a gap in the middle, where the light is.
RIDGES = [
    [
        (-80, 452),
        (90, 408),
        (230, 372),
        (350, 338),
        (455, 388),
        (560, 426),
        (650, 450),
        (740, 468),
        (850, 440),
        (960, 398),
        (1090, 366),
        (1280, 402),
    ],
    [
        (-80, 520),
        (200, 508),
        (420, 520),
        (560, 524),
        (650, 506),
        (740, 462),
        (850, 424),
        (930, 388),
        (1010, 416),
        (1120, 446),
        (1280, 430),
    ],
    [
        (-80, 404),
        (60, 424),
        (170, 408),
        (280, 440),
        (370, 468),
        (470, 524),
        (580, 548),
        (700, 562),
        (840, 572),
        (1000, 576),
        (1280, 580),
    ],
    [(-80, 640), (560, 622), (640, 600), (740, 582), (830, 546), (920, 524), (1010, 476), (1130, 448), (1280, 470)],
    [(-80, 486), (80, 500), (200, 530), (300, 540), (390, 570), (470, 592), (540, 604), (620, 622), (1280, 660)],
]
CONTOURS = [3, 4, 4, 4, 4]

DAWN = {
    "sky": [(0, "#f7efe2"), (0.3, "#f6e6d3"), (0.62, "#f4d3b4"), (1, "#f7dfc6")],
    "hills": [
        ("#c3d1c3", "#e6dccb"),
        ("#a3beb0", "#d3d8c8"),
        ("#76a091", "#b4cabb"),
        ("#467a6b", "#82a999"),
        ("#1f574b", "#3b7364"),
    ],
    "line": "#fff",
    "rim": None,
    "water": [(0, "#f6e2cb"), (0.35, "#f0dfca"), (0.62, "#d3d9c9"), (1, "#86ab9b")],
    "mirror": 0.74,
    "mist": "#fbeedd",
    "ripple": "#f3ead9",
    "bank": "#0c332c",
    "deep": "#14483f",
    "dusk": 0.34,
    "wall": "#fbf3e6",
    "roof": "#a3451f",
    "window": "#14483f",
}
NIGHT = {
    "sky": [(0, "#0f1b19"), (0.3, "#142b2d"), (0.55, "#24474b"), (0.72, "#54706b"), (0.83, "#a08a6c"), (1, "#c48a5c")],
    "hills": [
        ("#3b5a59", "#5d6f66"),
        ("#2c4b49", "#43605a"),
        ("#1f3d39", "#31504a"),
        ("#15302c", "#22423c"),
        ("#0d221f", "#142f2a"),
    ],
    "line": "#bfe0d6",
    "rim": "#cfe6dc",
    "water": [(0, "#9a876c"), (0.3, "#5c6f68"), (0.6, "#2f5052"), (1, "#1c393a")],
    "mirror": 0.8,
    "mist": "#a9c7bf",
    "ripple": "#9fd3bf",
    "bank": "#050d0c",
    "deep": "#0e201e",
    "dusk": 0.5,
    "wall": "#0b1b19",
    "roof": "#081513",
    "window": "#ffc98f",
}


def height(knots, x):
    """The skyline's y at x: a Catmull-Rom (Hermite) curve through uneven knots."""
    last = len(knots) - 2
    i = max(k for k in range(last + 1) if k == 0 or knots[k][0] <= x)
    (x0, y0), (x1, y1) = knots[i], knots[i + 1]
    before, after = knots[max(i - 1, 0)], knots[min(i + 2, last + 1)]
    span = x1 - x0
    m0 = (y1 - before[1]) / (x1 - before[0]) * span
    m1 = (after[1] - y0) / (after[0] - x0) * span
    t = (x - x0) / span
    return (2 * t**3 - 3 * t**2 + 1) * y0 + (t**3 - 2 * t**2 + t) * m0 + (3 * t**2 - 2 * t**3) * y1 + (t**3 - t**2) * m1


def smooth(points):
    """One path through evenly spaced points; even spacing lets `s` carry each tangent on."""
    points = [(round(x), round(y)) for x, y in points]
    path = f"M{points[0][0]} {points[0][1]}"
    for here, there, beyond in zip(points[:-1], points[1:], [*points[2:], points[-1]], strict=True):
        dx, dy = there[0] - here[0], there[1] - here[1]
        cx, cy = round(dx - (beyond[0] - here[0]) / 6), round(dy - (beyond[1] - here[1]) / 6)
        path += f"s{cx} {cy} {dx} {dy}".replace(" -", "-")
    return path


def hill(number, knots, tone):
    """One range: its body, melting into mist at the foot, and contours that flatten as they fall."""
    rough = 2.2 + number * 0.4
    crest = [
        (x, height(knots, x) + rough * (sin(x / 23 + number) + sin(x / 11 + 2 * number) * 0.5)) for x in range(-40, 1281, 40)
    ]
    line = smooth(crest)
    out = [f'<path d="{line}V640H-40z" fill="url(#h{number})"/>']
    if tone["rim"]:
        out.append(f'<path d="{line}" class="r" opacity="{0.42 - number * 0.05:.2f}"/>')
    count = CONTOURS[number]
    for k in range(1, count + 1):
        t = (k / (count + 1)) ** 1.25
        echo = [(x, y + (SHORE + 20 - y) * t * 0.9 + 3 * sin(x / 70 + k * 1.7 + number)) for x, y in crest[::2]]
        out.append(
            f'<path d="{smooth(echo)}" class="c" opacity="{0.5 - 0.32 * t - 0.03 * number:.2f}" '
            f'stroke-dasharray="{190 - 30 * k} {9 + k} {70 + 17 * number} {14 + 5 * k}"/>'
        )
    return out


def pine(x, foot, tall):
    """A far tree: two edges that hollow as they fall."""
    w = tall // 5
    return f"M{x} {foot - tall}q{w // 2} {tall // 2} {w} {tall}h-{2 * w}q{w // 2}-{tall // 2} {w}-{tall}"


def lens(x, y, wide, deep):
    """A stroke that swells and tapers, as a brush leaves it."""
    half = round(wide / 2)
    return f"M{round(x)} {round(y)}q{half}-{deep} {2 * half} 0q-{half} {deep}-{2 * half} 0"


def gradient(name, stops, span):
    """A vertical gradient; a stop is (offset, colour) or (offset, colour, opacity)."""
    stops = "".join(
        f'<stop offset="{stop[0]}" stop-color="{stop[1]}"' + (f' stop-opacity="{stop[2]}"/>' if len(stop) > 2 else "/>")
        for stop in stops
    )
    place = f'id="{name}" x2="0" y1="{span[0]}" y2="{span[1]}" gradientUnits="userSpaceOnUse"'
    return f"<linearGradient {place}>{stops}</linearGradient>"


def house(tone, lit):
    """The house across the water, among pines. By night its window is the warmest thing here."""
    trees = "".join(
        pine(*tree)
        for tree in [
            (494, 604, 40),
            (509, 604, 58),
            (525, 603, 38),
            (584, 604, 50),
            (597, 605, 34),
            (611, 607, 22),
            (470, 606, 28),
            (453, 608, 20),
        ]
    )
    out = [
        f'<path d="{trees}" fill="{tone["bank"]}" opacity=".85"/>',
        f'<path d="M418 612c44-8 74-12 124-12s74 4 100 12z" fill="{tone["bank"]}"/>',
        f'<path d="M540 602v-14h32v14z" fill="{tone["wall"]}"/>',
        f'<path d="M536 589l7-11h26l7 11zM562 580v-8h4v8z" fill="{tone["roof"]}"/>',
        f'<path d="M545 592h4v5h-4zm9 0h4v10h-4zm9 0h4v5h-4z" fill="{tone["window"]}"/>',
    ]
    if lit:
        out.insert(1, '<circle cx="556" cy="594" r="54" fill="url(#g)"/>')
    return out


def sun():
    """Low sun; its rings in the air are the ripples' rings in the water."""
    out = [f'<circle cx="700" cy="392" r="{r}" fill="#fff4df" opacity=".{o}"/>' for r, o in [(250, 11), (178, 16), (126, 24)]]
    out.append('<circle cx="700" cy="392" r="80" fill="url(#d)"/>')
    clouds = [
        (330, 214, 290, 9),
        (452, 227, 190, 6),
        (742, 176, 300, 9),
        (690, 189, 170, 5),
        (300, 292, 170, 6),
        (838, 282, 210, 8),
        (800, 293, 120, 4),
        (520, 128, 180, 5),
        (60, 240, 220, 8),
        (1010, 120, 160, 5),
    ]
    return [*out, f'<path d="{"".join(lens(*cloud) for cloud in clouds)}" fill="#fffaf0" opacity=".75"/>']


def moon():
    """A young moon with its dark side just seen, and stars, closer together away from it."""
    stars = [
        (300, 96),
        (352, 190),
        (418, 66),
        (470, 268),
        (524, 132),
        (566, 42),
        (604, 214),
        (648, 110),
        (700, 292),
        (734, 56),
        (772, 176),
        (806, 262),
        (838, 98),
        (884, 206),
        (918, 40),
        (934, 310),
        (962, 140),
        (1010, 232),
        (1060, 80),
        (1120, 180),
        (1170, 60),
        (250, 260),
        (196, 150),
        (130, 60),
        (90, 240),
        (40, 120),
        (586, 318),
        (326, 292),
        (680, 182),
        (866, 330),
    ]
    small = "".join(f"M{x} {y}h0" for n, (x, y) in enumerate(stars) if n % 4)
    large = "".join(f"M{x} {y}h0" for n, (x, y) in enumerate(stars) if n % 4 == 0)
    out = [f'<circle cx="436" cy="206" r="{r}" fill="#dcefe6" opacity=".0{o}"/>' for r, o in [(190, 3), (126, 4), (80, 5)]]
    return [
        *out,
        f'<path d="{small}" class="s" stroke-width="3" opacity=".6"/>',
        f'<path d="{large}" class="s" stroke-width="4.6"/>',
        '<circle cx="436" cy="206" r="44" fill="#35504f"/>',
        '<path d="M414 244a44 44 0 1 0 0-76a50 50 0 0 1 0 76z" fill="#f6ead2"/>',
    ]


def glints(centre, first, widen, colour, strength, rows):
    """Light laid on the water in strokes that widen and part towards us."""
    near, far = "", ""
    for i in range(rows):
        y = SHORE + 5 + i * 6 + i * i * 0.5
        half = first + widen * i * (0.8 + 0.3 * sin(i * 2.4))
        x = centre + (3 + i * 0.6) * sin(i * 1.9)
        stroke = lens(x - half, y, 2 * half, 4 + i // 4)
        if i > 6 and i % 3 == 1:  # break the column so the water shows through
            stroke = lens(x - half, y, 0.8 * half, 4) + lens(x + 0.1 * half, y + 2, half, 5)
        if i < rows * 0.55:
            near += stroke
        else:
            far += stroke
    return [
        f'<path d="{near}" fill="{colour}" opacity="{strength}"/>',
        f'<path d="{far}" fill="{colour}" opacity="{strength * 0.55:.2f}"/>',
    ]


def ripples(tone):
    """Something small has touched still water."""
    out = []
    for n in range(1, 8):
        rx = 14 + 22 * n + 3 * n * n
        out.append(
            f'<ellipse cx="440" cy="736" rx="{rx}" ry="{rx * 0.21:.0f}" stroke="{tone["ripple"]}" '
            f'stroke-width="{2.6 - n * 0.18:.1f}" opacity="{0.85 - n * 0.1:.2f}"'
            + (f' stroke-dasharray="{rx} {n * 5} {rx // 2} {n * 8}" stroke-dashoffset="{n * n * 9}"' if n > 2 else "")
            + "/>"
        )
    return out


def bank(tone):
    """The near bank, lower right, with grasses: we are standing somewhere."""
    blades = ""
    for i in range(34):
        x = 700 + i * 15 + round(5 * sin(i * 2.7))
        foot = 898 - i * 2
        tall = 34 + round(i * 1.3 + 26 * abs(sin(i * 1.13)))
        lean = round(14 * sin(i * 0.83) - 4)
        blades += f"M{x} {foot}q0-{tall // 2} {lean}-{tall}".replace(" -", "-")
    return [
        f'<path d="M600 900q150-30 300-42t360-30v90z" fill="{tone["bank"]}"/>',
        f'<path d="{blades}" stroke="{tone["bank"]}" stroke-width="2.6"/>',
    ]


def draw(tone, night):
    """The whole sheet, back to front: light, water, land and its mirror, mist, glints, ripples, near bank."""
    gradients = gradient("k", tone["sky"], (0, 560)) + gradient("w", tone["water"], (SHORE, HEIGHT))
    gradients += gradient(
        "f", [(0, tone["deep"], 0), (0.45, tone["deep"], tone["dusk"]), (1, tone["deep"], 0.96)], (SHORE + 20, HEIGHT)
    )
    for n, (top, foot) in enumerate(tone["hills"]):
        crest = min(y for _, y in RIDGES[n])
        gradients += gradient(f"h{n}", [(0, top), (0.35, top), (1, foot)], (crest, SHORE + 10))
    if night:
        gradients += (
            '<radialGradient id="g"><stop stop-color="#ffb877" stop-opacity=".55"/>'
            '<stop offset="1" stop-color="#ffb877" stop-opacity="0"/></radialGradient>'
        )
        light = moon()
        path = glints(436, 20, 3.6, "#f6ead2", 0.72, 17) + glints(556, 13, 1.2, "#ffb877", 0.9, 9)
    else:
        gradients += gradient("d", [(0, "#de8355"), (1, "#cf6437")], (312, 472))
        light = sun()
        path = glints(700, 52, 5, "#f2a678", 0.92, 20)
    still = [
        (90, 640, 210),
        (250, 668, 120),
        (760, 655, 330),
        (960, 690, 260),
        (110, 800, 240),
        (880, 760, 300),
        (520, 830, 190),
        (300, 868, 260),
        (40, 720, 150),
    ]
    mist = lens(590, 612, 560, 22) + lens(30, 611, 380, 14) + lens(700, 590, 420, 12)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
        f"<style>path,ellipse{{stroke-linecap:round}}.c,.k,.l,.r,.s{{fill:none;stroke:{tone['line']}}}"
        ".c,.l,.r{stroke-width:1.5}.k{stroke:#fff;stroke-width:2;opacity:.6}.s{stroke:#f6ead2}</style>",
        f"<defs>{gradients}</defs>",
        f'<path d="M0 0h{WIDTH}v{SHORE}H0z" fill="url(#k)"/>',
        *light,
        f'<path d="M0 {SHORE}h{WIDTH}v{HEIGHT - SHORE}H0z" fill="url(#w)"/>',
        f'<clipPath id="e"><path d="M0 0h{WIDTH}v{SHORE}H0z"/></clipPath>',
        '<g id="v" clip-path="url(#e)">',
        *[part for n, knots in enumerate(RIDGES) for part in hill(n, knots, tone)],
        *house(tone, night),
        "</g>",
        f'<use href="#v" transform="matrix(1 0 0 -{SQUEEZE} 0 {SHORE * (1 + SQUEEZE):.0f})" opacity="{tone["mirror"]}"/>',
        f'<path d="M0 {SHORE}h{WIDTH}v{HEIGHT - SHORE}H0z" fill="url(#f)"/>',
        *([] if night else ['<path d="M564 570c-5-9 6-15 2-26s6-18 1-32" class="k"/>']),
        f'<path d="{mist}" fill="{tone["mist"]}" opacity=".32"/>',
        f'<path d="M0 {SHORE}h{WIDTH}" class="l" opacity=".35"/>',
        '<g fill="none">',
        *path,
        *[f'<path d="M{x} {y}q{w // 4}-3 {w // 2} 0t{w // 2} 0" class="l" opacity=".22"/>' for x, y, w in still],
        *ripples(tone),
        "</g>",
        *bank(tone)[:1],
        '<g fill="none">',
        *bank(tone)[1:],
        "</g></svg>",
    ]
    return "\n".join(out).replace('="0.', '=".') + "\n"


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, tone, night in [("home-dawn", DAWN, False), ("home-night", NIGHT, True)]:
        (IMAGES / f"{name}.svg").write_text(draw(tone, night), encoding="utf-8")
