"""Problems of outputs that can't be made: they name the template or file at fault, and the line."""

from __future__ import annotations

import jinja2

from kiosque.content.guarded import CpuLimitError
from kiosque.i18n import _
from kiosque.model import Problem
from kiosque.site.output.wanted import Copy, Output, Page
from kiosque.wording.reasons import in_own_words


class DamagedFileError(OSError):
    """Raised when a file of a cache doesn't match its checksum."""


def problem_of(output: Output, error: Exception) -> Problem:
    """Return the problem that tells people why an output couldn't be made."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        message = _("this template can't be read: {reason}").format(reason=in_own_words(error.message or ""))
        return Problem(path=f"theme/templates/{error.name}", line=error.lineno, message=message)
    if isinstance(error, jinja2.TemplateNotFound):
        message = _("this template is missing from the theme").format()
        return Problem(path=f"theme/templates/{error.name}", message=message)
    if isinstance(error, CpuLimitError):
        message = _("this page takes too long to be made: shorten what it shows")
        return Problem(path=output.path, message=message)
    if isinstance(output, Page):
        message = _("the page /{path} can't be made with this template: {reason}")
        reason = ": ".join(
            [*getattr(error, "__notes__", ()), in_own_words(str(error) or type(error).__name__)]
        )
        template, line = _place_in_template(error) or (output.template, None)
        return Problem(
            path=f"theme/templates/{template}",
            line=line,
            message=message.format(path=output.path, reason=reason),
        )
    origin = str(output.origin) if isinstance(output, Copy) else output.path
    if isinstance(error, DamagedFileError):
        message = _(
            "the disk had damaged this file: it is removed, and the next build or harvest makes it again"
        )
        return Problem(path=origin, message=message)
    return Problem(path=origin, message=_("this file can't be read: put it back, or mend its permissions"))


def _place_in_template(error: Exception) -> tuple[str, int] | None:
    """Return the template and the line at which rendering failed: Jinja's stack frames name them."""
    place, trace = None, error.__traceback__
    while trace:
        _theme, is_template, name = trace.tb_frame.f_code.co_filename.rpartition("/templates/")
        if is_template and not name.endswith(".py"):
            place = (name, trace.tb_lineno)
        trace = trace.tb_next
    return place
