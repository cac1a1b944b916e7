"""The theme of a hub: its Jinja environment, the digests of its templates, its style and scripts.

A hub's own theme overrides the default theme file by file.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import cast

import jinja2
from markupsafe import Markup

from kiosque.code_digest import code_digest
from kiosque.files import replace_file
from kiosque.i18n import translations
from kiosque.model import OutputError
from kiosque.settings.pelicanconf import HubSettings
from kiosque.site.hub import companion_files
from kiosque.site.output.processes import Child
from kiosque.site.output.wanted import Copy, Data, Output
from kiosque.site.render import contribution_forms, kind_filters
from kiosque.site.render.filters import filters
from kiosque.site.render.jinja import ConstantMessages, Environment

logger = logging.getLogger(__name__)

# The statements by which a template uses others. Jinja's own parser takes ten times as long to find them, and
# this search is most of the time of a build without changes. An expression instead of a plain name counts as
# all templates.
_REFERENCE = re.compile(r"{%[-+]?\s*(?:extends|include|import|from)\s(.*?)[-+]?%}", re.DOTALL)
_PLAIN_NAME = re.compile(r"""["']([^"']+)["']\s*(?:(?:import|as|ignore|with|without)\s.*)?""", re.DOTALL)
# A comment of JavaScript on lines of its own. Behind code, the same characters could be part of a string.
_JS_COMMENT = re.compile(rb"^[ \t]*(?://[^\n]*|/\*\*.*?\*/[ \t]*)\n", re.DOTALL | re.MULTILINE)
_XML_SUFFIXES = (".atom", ".rss", ".xml", ".opml")
_NOT_IN_XML = bytes(code for code in range(32) if chr(code) not in "\t\n\r")
_NONCHARACTER = re.compile(b"\xef\xbf[\xbe\xbf]")
# Files at an address that stays. Archive documents of feeds name their style sheet, and don't change with the
# theme.
_FIXED_PATHS = {"flux.css": "flux.css"}
# The folder of pictures and sounds that only the style guide shows.
_GUIDE = "charte/"
LAYERS = ("reset", "tokens", "base", "layout", "component", "utility")


class Theme:
    """The theme of a build: it renders pages, and tells by digests whether they would change."""

    def __init__(self, settings: HubSettings) -> None:
        """Prepare the environment. Templates come from the hub's theme first; none is compiled yet."""
        start = time.perf_counter()
        self._themes = settings.themes
        self._settings = settings
        self.environment = _environment(settings)
        self._renderer_digest = _renderer_digest(settings)
        logger.debug(
            "theme from %s in %.3f s; digest of code and catalogues %s",
            [str(theme) for theme in self._themes],
            time.perf_counter() - start,
            self._renderer_digest.hex()[:12],
        )
        self._digests: dict[str, bytes] = {}
        self._sources: dict[str, str] = {}

    def digest(self, template: str) -> bytes:
        """Return a digest of a template, of all templates that it uses, and of the code and catalogues."""
        if template not in self._digests:
            digest = hashlib.blake2b(self._renderer_digest, digest_size=16)
            for name in sorted(self._closure(template, set())):
                digest.update(name.encode() + b"\0" + self._source(name).encode())
            self._digests[template] = digest.digest()
        return self._digests[template]

    @contextmanager
    def compiled_ahead(self) -> Iterator[None]:
        """Compile all templates in a child process during the ``with`` block, unless the cache has some."""
        compiled = self.environment.bytecode_cache
        if not isinstance(compiled, _BytecodeCache) or compiled.has_any() or (os.cpu_count() or 1) == 1:
            logger.debug("templates are compiled when they are rendered")
            yield
            return
        logger.debug("no compiled templates: a child compiles them")
        with Child(self._compile_all):
            yield

    def _compile_all(self) -> bytes:
        for name in self.environment.list_templates():
            # The error comes again, and is reported, when the template is rendered.
            with suppress(jinja2.TemplateError):
                self.environment.get_template(name)
        return b""

    def render(self, template: str, values: Mapping[str, object]) -> bytes:
        """Return a rendered page in UTF-8; XML without the characters that it forbids.

        Such characters may come from files that somebody edited by hand.
        """
        data = self.environment.get_template(template).render(values).encode()
        return _allowed_in_xml(data) if template.endswith(_XML_SUFFIXES) else data

    def _source(self, name: str) -> str:
        if name not in self._sources:
            loader = cast("jinja2.BaseLoader", self.environment.loader)
            self._sources[name] = loader.get_source(self.environment, name)[0]
        return self._sources[name]

    def _closure(self, name: str, seen: set[str]) -> set[str]:
        """Add to ``seen`` a template and all that it uses, directly or not; return ``seen``.

        An expression in the place of a name adds all templates of the theme.
        """
        if name in seen:
            return seen
        seen.add(name)
        for statement in _REFERENCE.findall(self._source(name)):
            plain_name = _PLAIN_NAME.fullmatch(statement.strip())
            for used in [plain_name[1]] if plain_name else self.environment.list_templates():
                self._closure(used, seen)
        return seen

    def assets(self) -> tuple[str, tuple[Output, ...]]:
        """Return the folder of style and scripts, which is named by their content, and the files in it."""
        files = self._static_files()
        others = {name: path for name, path in files.items() if not name.startswith("css/")}
        separate_sheets = {
            name: self._separate_sheet(files, path)
            for name, path in others.items()
            if name.endswith(".css") and "/" not in name
        }
        scripts = {
            name: _without_js_comments(path.read_bytes())
            for name, path in others.items()
            if name.endswith(".js") and not name.startswith("js/vendor/")
        }
        generated = {**separate_sheets, "style.css": b"".join(self._style(files)), **scripts}
        copied = {name: path for name, path in others.items() if name not in generated}
        digest = hashlib.blake2b(digest_size=6)
        for name, data in generated.items():
            digest.update(name.encode() + b"\0" + data)
        for name, path in copied.items():
            digest.update(name.encode() + b"\0" + path.read_bytes())
        folder = f"theme/{digest.hexdigest()}"
        logger.debug("style and scripts in %s: %d generated, %d copied", folder, len(generated), len(copied))
        return folder, (
            *(Data(_FIXED_PATHS.get(name, f"{folder}/{name}"), data) for name, data in generated.items()),
            *(Copy(f"{folder}/{name}", path) for name, path in copied.items()),
        )

    def _static_files(self) -> dict[str, Path]:
        """Return the static files by name: the default theme's, then those that only the hub has.

        In this order the hub's own style comes last, and so overrides the default.
        """
        files: dict[str, Path] = {}
        for theme in reversed(self._themes):
            folder = theme / "static"
            paths = sorted(path for path in folder.rglob("*") if path.is_file())
            files |= {path.relative_to(folder).as_posix(): path for path in paths}
        if not self._settings.style_guide:
            # Only its pages show these pictures and sounds.
            files = {name: path for name, path in files.items() if not name.startswith(_GUIDE)}
        return files

    @staticmethod
    def _style(files: Mapping[str, Path]) -> Iterator[bytes]:
        """Yield the main style sheet: the files of each folder of ``css/``, in the layer of its name."""
        yield f"@layer {','.join(LAYERS)};\n".encode()
        for layer in LAYERS:
            for name, path in files.items():
                if name.startswith(f"css/{layer}/"):
                    css = _without_css_comments(path.read_bytes())
                    yield b"@layer " + layer.encode() + b"{\n" + css + b"}\n"

    @staticmethod
    def _separate_sheet(files: Mapping[str, Path], sheet: Path) -> bytes:
        """Return a style sheet for pages that need little of the style, followed by the tokens.

        The sheet itself comes first, since it may begin with ``@namespace``.
        """
        tokens = [path for name, path in files.items() if name.startswith("css/tokens/")]
        return b"".join(_without_css_comments(path.read_bytes()) for path in (sheet, *tokens))


def _allowed_in_xml(data: bytes) -> bytes:
    """Return UTF-8 without the characters that XML forbids (XML 1.0, section 2.2)."""
    data = data.translate(None, _NOT_IN_XML)
    return _NONCHARACTER.sub(b"", data) if b"\xef\xbf" in data else data


def _without_css_comments(css: bytes) -> bytes:
    return re.sub(rb"\n\s*\n+", b"\n", re.sub(rb"/\*.*?\*/", b"", css, flags=re.DOTALL)).lstrip()


def _without_js_comments(script: bytes) -> bytes:
    """Return a script without indents and comment lines, which are a quarter of its bytes."""
    return re.sub(rb"^\s+", b"", _JS_COMMENT.sub(b"", script), flags=re.MULTILINE)


def _environment(settings: HubSettings) -> jinja2.Environment:
    catalogue = translations(settings.site.language, settings.themes)
    loader = jinja2.FileSystemLoader([theme / "templates" for theme in settings.themes])
    environment = Environment(
        catalogue,
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=[ConstantMessages],
        bytecode_cache=_bytecode_cache(settings),
    )
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    # Jinja's own wrapper of gettext formats each message at each call: a fifth of the time of a page.
    environment.globals |= {"gettext": _gettext(catalogue), "_": _gettext(catalogue)}
    environment.filters |= filters(settings.site, settings.zone, catalogue)
    environment.filters |= companion_files.filters(settings.root)
    environment.filters |= contribution_forms.filters(settings, catalogue)
    environment.filters |= kind_filters.filters(catalogue)
    return environment


def _gettext(catalogue: NullTranslations) -> Callable[..., Markup]:
    """Return ``gettext`` for templates: it looks each message up once, and escapes the values put into it."""

    @cache
    def look_up(message: str) -> tuple[Markup, Markup]:
        translated = Markup(catalogue.gettext(message))  # noqa: S704 - our own catalogues may have markup
        return translated, translated % {} if "%(" not in translated else translated

    def translate(message: str, /, **values: object) -> Markup:
        pattern, plain = look_up(message)
        return pattern % values if values else plain

    return translate


def _bytecode_cache(settings: HubSettings) -> jinja2.BytecodeCache | None:
    folder = settings.cache / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        logger.debug("compiled templates can't be kept: %s", error)
        return None
    # Compiled templates contain the results of filters on constants, so they depend on the filters and the
    # settings.
    key = hashlib.blake2b(
        _renderer_digest(settings) + repr(settings.site).encode(), digest_size=6
    ).hexdigest()
    return _BytecodeCache(str(folder), f"{key}-%s.cache")


class _BytecodeCache(jinja2.FileSystemBytecodeCache):
    """Jinja's cache of compiled templates, which also tells whether it is empty.

    Jinja gives each draft another name, which would stay where a build is killed.
    """

    def has_any(self) -> bool:
        """Whether the cache holds a template."""
        return any(Path(self.directory).glob(self.pattern % "*"))

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep a compiled template, if it can be kept."""
        with suppress(OutputError):
            replace_file(Path(self._get_cache_filename(bucket)), bucket.bytecode_to_string())


def _renderer_digest(settings: HubSettings) -> bytes:
    """Return a digest of what renders besides templates: code, libraries, catalogues, language, time zone."""
    digest = hashlib.blake2b(repr((settings.site.language, str(settings.zone))).encode())
    digest.update(code_digest(__name__))
    for theme in settings.themes:
        for catalogue in sorted(theme.glob("translations/*/LC_MESSAGES/*.po")):
            digest.update(catalogue.read_bytes())
    return digest.digest()
