"""The QR code (ISO/IEC 18004) of a page's address, for printed pages."""

from __future__ import annotations

from markupsafe import Markup

# To choose the best of the eight masks takes ten times as long as everything else, and phones read all of
# them.
_MASK = 0


def qr(address: str) -> Markup:
    """Return a QR code as inline SVG: black, without background. The style of the page sets its size."""
    import segno  # noqa: PLC0415 - only builds that render pages need it

    code = segno.make_qr(address, error="m", boost_error=False, mask=_MASK)
    drawing = code.svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawing.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704 - it holds no text
