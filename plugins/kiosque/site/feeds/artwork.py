"""The square picture that podcast directories ask for: an awning, and below it a logo or initials.

Apple asks for 1400 to 3000 pixels, JPEG or PNG, in RGB
(podcasters.apple.com/support/896-artwork-requirements). Other directories ask for less than 500 kB. The font
is Pillow's own, so that every machine draws the same picture. It has no accents, which initials don't need.
"""

from __future__ import annotations

import io
import logging
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFont, ImageStat

from kiosque.site.feeds.palette import Palette

logger = logging.getLogger(__name__)

SIDE = 1400
_STRIPES = 7
_AWNING = 350
# Shapes are drawn at twice their size and shrunk, which smooths their edges.
_OVERSAMPLING = 2
# The longer side of a logo, in pixels: its size in the picture at most, and the least size that is used at
# all. A logo is enlarged to twice its size at most: a small logo would be a blot.
_LOGO = 800
_SMALLEST_LOGO = 200
_FRAME = 24
# The colours on the edge of a logo make one background where they differ by at most this much in each
# channel.
_SAME_COLOUR = 12
# The size of the letters, by their number.
_LETTER_SIZES = {1: 760, 2: 620, 3: 470}

Colour = tuple[int, int, int]


def draw(palette: Palette, letters: str, logo: Path | None = None) -> bytes:
    """Return a picture as JPEG: with the logo, else with the letters, else with a sign for sound.

    A logo that can't be read or is too small is left out. ``letters`` are at most three.
    """
    picture = (_with_logo(palette, logo) if logo else None) or _with_letters(palette, letters)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88, dpi=(72, 72))
    return buffer.getvalue()


def _with_letters(palette: Palette, letters: str) -> Image.Image:
    ink = _rgb(palette.ink)
    picture = _background(palette, _rgb(palette.ground)).copy()
    middle = (SIDE / 2, (SIDE + _AWNING) / 2)
    if not letters:
        _waves(picture, middle, ink)
        return picture
    size = _LETTER_SIZES[len(letters)]
    font = ImageFont.load_default(size)
    bold = size // 40
    widths = [font.getlength(letter) + 2 * bold for letter in letters]
    left, baseline = middle[0] - sum(widths) / 2, middle[1] - font.getbbox("H", anchor="ls")[1] / 2
    drawing = ImageDraw.Draw(picture)
    for letter, width in zip(letters, widths, strict=True):
        drawing.text((left, baseline), letter, ink, font, "ls", stroke_width=bold, stroke_fill=ink)
        left += width
    return picture


def _waves(picture: Image.Image, middle: tuple[float, float], ink: Colour) -> None:
    """Draw a sign for sound: a point and the waves that go out from it."""
    x, y = middle
    side = 640
    layer = Image.new("L", (side * _OVERSAMPLING, side * _OVERSAMPLING))
    drawing = ImageDraw.Draw(layer)
    for radius in (0.15, 0.45, 0.7, 0.95):
        reach = radius * side * _OVERSAMPLING / 2
        box = [side * _OVERSAMPLING / 2 + sign * reach for sign in (-1, -1, 1, 1)]
        if radius < 0.2:
            drawing.ellipse(box, fill=255)
        else:
            for start in (-45, 135):
                drawing.arc(box, start, start + 90, fill=255, width=48 * _OVERSAMPLING)
    mask = layer.resize((side, side), Image.Resampling.LANCZOS)
    picture.paste(ink, (round(x - side / 2), round(y - side / 2)), mask)


def _with_logo(palette: Palette, file: Path) -> Image.Image | None:
    """Return the picture with a logo; ``None`` where the file can't be read or is too small.

    The background is that of the logo itself where it has one. An opaque logo without one gets a frame.
    """
    try:
        with Image.open(file, formats=("WEBP",)) as opened:
            logo = opened.convert("RGBA")
    except (OSError, ValueError) as error:
        logger.debug("logo %s can't be read: %s", file.name, error)
        # Somebody removed the file after the hub was gathered: the next build sees that.
        return None
    if max(logo.size) < _SMALLEST_LOGO:
        logger.debug("logo %s is too small: %d × %d pixels", file.name, *logo.size)
        return None
    own_background = _background_of(logo)
    picture = _background(palette, own_background or _rgb(palette.light)).copy()
    room = _LOGO if own_background else _LOGO - 2 * _FRAME
    scale = min(room / max(logo.size), 2)
    size = (max(1, round(logo.width * scale)), max(1, round(logo.height * scale)))
    left, top = (SIDE - size[0]) // 2, (SIDE + _AWNING - size[1]) // 2
    resized = logo.resize(size, Image.Resampling.LANCZOS)
    if not own_background and logo.getchannel("A").getextrema()[0] == 255:
        frame = (left - _FRAME, top - _FRAME, left + size[0] + _FRAME, top + size[1] + _FRAME)
        ImageDraw.Draw(picture).rectangle(frame, fill=_rgb(palette.dark))
    picture.paste(resized, (left, top), resized)
    return picture


def _background_of(logo: Image.Image) -> Colour | None:
    """Return the colour of a logo's edge; ``None`` where the edge has several colours or isn't opaque."""
    edge = Image.new("L", logo.size, 255)
    edge.paste(0, (1, 1, logo.width - 1, logo.height - 1))
    *channels, opacity = ImageStat.Stat(logo, edge).extrema
    if opacity[0] < 255 or any(high - low > _SAME_COLOUR for low, high in channels):
        return None
    red, green, blue = ((low + high) // 2 for low, high in channels)
    return red, green, blue


@lru_cache(maxsize=4)
def _background(palette: Palette, colour: Colour) -> Image.Image:
    """Return a picture of one colour with an awning at its top."""
    light, dark = _rgb(palette.light), _rgb(palette.dark)
    second = light if abs(_brightness(light) - _brightness(colour)) > 60 else dark
    picture = Image.new("RGB", (SIDE, SIDE), colour)
    stripe = _stripe()
    for number in range(_STRIPES):
        stripe_colour = second if number % 2 else _rgb(palette.stripe)
        picture.paste(stripe_colour, (number * stripe.width, 0), stripe)
    return picture


@lru_cache(maxsize=1)
def _stripe() -> Image.Image:
    """Return the shape of a stripe of the awning, whose lower end is round."""
    width, height = SIDE // _STRIPES * _OVERSAMPLING, _AWNING * _OVERSAMPLING
    shape = Image.new("L", (width, height))
    drawing = ImageDraw.Draw(shape)
    drawing.rectangle((0, 0, width, height - width / 2), fill=255)
    drawing.ellipse((0, height - width, width - 1, height - 1), fill=255)
    return shape.resize((width // _OVERSAMPLING, _AWNING), Image.Resampling.LANCZOS)


def _brightness(colour: Colour) -> float:
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def _rgb(css: str) -> Colour:
    red, green, blue = ImageColor.getrgb(css)[:3]
    return red, green, blue
