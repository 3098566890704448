"""Makes of an upload what the site keeps: pictures drawn anew from the pixels alone, or a clear word of refusal.

Nothing of the uploaded file itself is kept. So where and by whom a photograph was taken, and whatever a file carries beside
its picture (a script, an archive, a page), ends here.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from django.core.exceptions import ValidationError
from PIL import Image, ImageCms, ImageOps

from content.models.picture import fallback_width

FORMATS = ("JPEG", "PNG", "WEBP")  # the only decoders that an upload can reach
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000  # 160 MB while it is read
MAX_SIDE = 16_000  # WebP ends at 16,383
MIN_WIDTH = 320
REFUSED_SIZE = "This picture has more than 40 megapixels, or a side over 16,000. Save a smaller copy and choose that."
REFUSED_KIND = "This file is not a JPEG, PNG or WebP picture. Save it as one of these and choose that."
REFUSED_PART = "This picture is damaged: only a part of it could be read. Save it again and choose that."
KEPT_SIDE = 3200  # of the original that is kept: twice the widest copy
WIDTHS = (480, 800, 1200, 1600)
COPIES: dict[str, dict[str, Any]] = {"avif": {"quality": 60, "speed": 6}, "webp": {"quality": 78, "method": 4}}
ORIGINALS: dict[str, tuple[str, dict[str, Any]]] = {
    "jpg": ("JPEG", {"quality": 88, "progressive": True, "optimize": True}),
    "png": ("PNG", {"optimize": True}),
}


@dataclass(frozen=True)
class PictureFiles:
    """The files of one picture by name, with the size of the original and the widths of its copies, in pixels."""

    files: dict[str, bytes]
    original: str
    width: int
    height: int
    widths: list[int]


def read_picture(file: IO[bytes]) -> Image.Image:
    """Return the picture in an upload, upright, in the colours of the web, and with nothing but its pixels.

    Raises:
        ValidationError: if the file is too large, no JPEG, PNG or WebP picture, damaged, moving, or of an unfit size.
    """
    file.seek(0, 2)
    if file.tell() > MAX_BYTES:
        raise ValidationError("This picture is larger than 10 MB. Save a smaller copy and choose that.")
    file.seek(0)
    if b"<svg" in file.read(4096).lower():
        raise ValidationError("SVG drawings can carry programs, so they cannot be uploaded. Save it as a PNG and choose that.")
    file.seek(0)
    try:
        image = Image.open(file, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(REFUSED_SIZE) from error
    except Exception as error:  # a hostile file can make a decoder fail in any way
        raise ValidationError(REFUSED_KIND) from error
    try:
        _refuse_unfit(image)
        image.draft("RGB", (KEPT_SIDE, KEPT_SIDE))  # lets a large JPEG be read at half its size; no other format minds
        return _only_pixels(image)
    except ValidationError:
        raise
    except Exception as error:  # as above
        raise ValidationError(REFUSED_PART) from error


def _refuse_unfit(image: Image.Image) -> None:
    """Look at what the file says of itself, before any of its pixels take up memory."""
    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
        raise ValidationError(REFUSED_SIZE)
    if image.format != "MPO" and getattr(image, "is_animated", False):  # MPO: a phone's JPEG with a second view in it
        raise ValidationError("This picture moves, which disturbs reading. Choose a still picture.")
    if _upright_width(image) < MIN_WIDTH:
        raise ValidationError(f"This picture is too small to look sharp. Choose one that is at least {MIN_WIDTH} pixels wide.")


def _upright_width(image: Image.Image) -> int:
    turned = image.getexif().get(0x0112, 1) >= 5  # Exif 2.3, orientation: from 5 on, rows are columns
    return image.height if turned else image.width


def _only_pixels(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    if upright.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off at white
        upright = upright.convert("I").point(lambda grey: grey / 256).convert("L")
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    pixels = _in_srgb(upright, profile, mode) if profile else upright.convert(mode)
    pixels.info.clear()  # or the encoders would write its comment, place and profile again
    return pixels


def _in_srgb(image: Image.Image, profile: bytes, mode: str) -> Image.Image:
    """Return the picture in the web's colours, as its colours would look wrong once their profile is gone."""
    if image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        image = image.convert(mode)
    try:
        srgb = ImageCms.createProfile("sRGB")
        new = ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(BytesIO(profile)), srgb, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):  # a profile of another kind of picture, or no profile
        new = None
    return new or image.convert(mode)


def draw_files(image: Image.Image) -> PictureFiles:
    """Return the files for a picture from `read_picture`: the original, its copies, and one for old browsers."""
    ending = "png" if image.mode == "RGBA" else "jpg"
    kind, options = ORIGINALS[ending]
    original = f"original.{ending}"
    files = {original: _encoded(image, kind, options)}
    widths = sorted({min(width, image.width) for width in WIDTHS})  # never larger than the original
    for width in widths:
        copy = image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)
        for name, copy_options in COPIES.items():
            files[f"{width}.{name}"] = _encoded(copy, name.upper(), copy_options)
        if width == fallback_width(widths):
            files[f"{width}.{ending}"] = _encoded(copy, kind, options)
    return PictureFiles(files, original, image.width, image.height, widths)


def _encoded(image: Image.Image, kind: str, options: dict[str, Any]) -> bytes:
    data = BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()
