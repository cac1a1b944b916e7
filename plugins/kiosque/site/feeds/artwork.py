"""The square picture that podcast directories ask for, drawn: an awning, and below it a logo or initials.

Apple asks for 1400 to 3000 pixels, JPEG or PNG, in RGB (podcasters.apple.com/support/896-artwork-requirements), others
for less than 500 kB. The only face used is the one that Pillow carries, which has no accents: initials need none, and
the same picture comes out on every machine.
"""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFont, ImageStat

from kiosque.site.feeds.covers import Look

SIDE = 1400
_STRIPES = 7
_AWNING = 350
# Each edge is drawn at twice its size and shrunk, which smooths it.
_FINE = 2
# A logo is shown at most this large, and at most twice as large as it is; a smaller one would be a blot.
_LOGO = 800
_SMALLEST_LOGO = 200
_FRAME = 24
# What two colours on the edge of a logo may differ by, in each channel, and still be one ground.
_ALIKE = 12
_LETTERS = {1: 760, 2: 620, 3: 470}

Colour = tuple[int, int, int]


def draw(look: Look, letters: str, logo: Path | None = None) -> bytes:
    """Return a picture as JPEG: the logo where it can be shown, else the letters, else a sign for what is heard."""
    picture = (_with_logo(look, logo) if logo else None) or _with_letters(look, letters)
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=88, dpi=(72, 72))
    return written.getvalue()


def _with_letters(look: Look, letters: str) -> Image.Image:
    ink = _rgb(look.ink)
    picture = _ground(look, _rgb(look.ground)).copy()
    middle = (SIDE / 2, (SIDE + _AWNING) / 2)
    if not letters:
        _waves(picture, middle, ink)
        return picture
    size = _LETTERS[len(letters)]
    face = ImageFont.load_default(size)
    bold = size // 40
    widths = [face.getlength(letter) + 2 * bold for letter in letters]
    left, line = middle[0] - sum(widths) / 2, middle[1] - face.getbbox("H", anchor="ls")[1] / 2
    drawing = ImageDraw.Draw(picture)
    for letter, width in zip(letters, widths, strict=True):
        drawing.text((left, line), letter, ink, face, "ls", stroke_width=bold, stroke_fill=ink)
        left += width
    return picture


def _waves(picture: Image.Image, middle: tuple[float, float], ink: Colour) -> None:
    """Draw a point and the waves that go out from it."""
    x, y = middle
    side = 640
    layer = Image.new("L", (side * _FINE, side * _FINE))
    drawing = ImageDraw.Draw(layer)
    for radius in (0.15, 0.45, 0.7, 0.95):
        reach = radius * side * _FINE / 2
        box = [side * _FINE / 2 + sign * reach for sign in (-1, -1, 1, 1)]
        if radius < 0.2:
            drawing.ellipse(box, fill=255)
        else:
            for start in (-45, 135):
                drawing.arc(box, start, start + 90, fill=255, width=48 * _FINE)
    mask = layer.resize((side, side), Image.Resampling.LANCZOS)
    picture.paste(ink, (round(x - side / 2), round(y - side / 2)), mask)


def _with_logo(look: Look, file: Path) -> Image.Image | None:
    """Return the picture with a logo: on the logo's own ground where it has one, else framed on the light one."""
    try:
        with Image.open(file, formats=("WEBP",)) as opened:
            logo = opened.convert("RGBA")
    except (OSError, ValueError):
        # It has gone since the hub was gathered: the next build sees that.
        return None
    if max(logo.size) < _SMALLEST_LOGO:
        return None
    own = _own_ground(logo)
    picture = _ground(look, own or _rgb(look.light)).copy()
    room = _LOGO if own else _LOGO - 2 * _FRAME
    scale = min(room / max(logo.size), 2)
    size = (max(1, round(logo.width * scale)), max(1, round(logo.height * scale)))
    place = ((SIDE - size[0]) // 2, (SIDE + _AWNING - size[1]) // 2)
    large = logo.resize(size, Image.Resampling.LANCZOS)
    if not own and logo.getchannel("A").getextrema()[0] == 255:
        box = (place[0] - _FRAME, place[1] - _FRAME, place[0] + size[0] + _FRAME, place[1] + size[1] + _FRAME)
        ImageDraw.Draw(picture).rectangle(box, fill=_rgb(look.dark))
    picture.paste(large, place, large)
    return picture


def _own_ground(logo: Image.Image) -> Colour | None:
    """Return the one colour along the edge of a logo, where it is opaque and there is one."""
    edge = Image.new("L", logo.size, 255)
    edge.paste(0, (1, 1, logo.width - 1, logo.height - 1))
    *shades, opacity = ImageStat.Stat(logo, edge).extrema
    if opacity[0] < 255 or any(high - low > _ALIKE for low, high in shades):
        return None
    red, green, blue = ((low + high) // 2 for low, high in shades)
    return red, green, blue


@lru_cache(maxsize=4)
def _ground(look: Look, ground: Colour) -> Image.Image:
    """Return the empty ground below its awning."""
    light, dark = _rgb(look.light), _rgb(look.dark)
    cloth = light if abs(_brightness(light) - _brightness(ground)) > 60 else dark
    picture = Image.new("RGB", (SIDE, SIDE), ground)
    stripe = _stripe()
    for number in range(_STRIPES):
        shade = cloth if number % 2 else _rgb(look.stripe)
        picture.paste(shade, (number * stripe.width, 0), stripe)
    return picture


@lru_cache(maxsize=1)
def _stripe() -> Image.Image:
    """Return the shape of one stripe of the awning, round below."""
    width, height = SIDE // _STRIPES * _FINE, _AWNING * _FINE
    shape = Image.new("L", (width, height))
    drawing = ImageDraw.Draw(shape)
    drawing.rectangle((0, 0, width, height - width / 2), fill=255)
    drawing.ellipse((0, height - width, width - 1, height - 1), fill=255)
    return shape.resize((width // _FINE, _AWNING), Image.Resampling.LANCZOS)


def _brightness(shade: Colour) -> float:
    return 0.299 * shade[0] + 0.587 * shade[1] + 0.114 * shade[2]


def _rgb(written: str) -> Colour:
    red, green, blue = ImageColor.getrgb(written)[:3]
    return red, green, blue
