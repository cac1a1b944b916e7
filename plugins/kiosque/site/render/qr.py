"""A page's address for paper, as a QR code (ISO/IEC 18004) that a telephone reads."""

from __future__ import annotations

from markupsafe import Markup

# Choosing the best of the eight masks takes ten times as long as all the rest, and readers read each of them.
_MASK = 0


def qr(address: str) -> Markup:
    """Return a drawing of a QR code, of which a page says how large it is shown; black on what lies below."""
    import segno  # noqa: PLC0415 - only where a page is rendered

    code = segno.make_qr(address, error="m", boost_error=False, mask=_MASK)
    drawing = code.svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawing.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704 - segno draws, and no words
