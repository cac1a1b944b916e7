"""The look of a hub: its Jinja environment, a digest of each template, and its style and scripts.

A hub's own theme overrides the default one file by file.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import cast

import jinja2
from markupsafe import Markup

from kiosque.code_digest import code_digest
from kiosque.i18n import translations
from kiosque.settings.pelicanconf import HubSettings
from kiosque.site.hub import companion_files
from kiosque.site.output.processes import Child
from kiosque.site.output.wanted import Copy, Data, Output
from kiosque.site.render import contribution_forms, kind_filters
from kiosque.site.render.filters import filters
from kiosque.site.render.jinja import ConstantMessages, Environment

# What a template extends, includes or imports. Jinja's own parser would tell too, in ten times the time, and that is
# the time of a build after which nothing changed. What isn't one plain name counts as all templates.
_REFERENCE = re.compile(r"{%[-+]?\s*(?:extends|include|import|from)\s(.*?)[-+]?%}", re.DOTALL)
_PLAIN_NAME = re.compile(r"""["']([^"']+)["']\s*(?:(?:import|as|ignore|with|without)\s.*)?""", re.DOTALL)
# Only whole lines: what stands behind code could be part of a text.
_REMARK = re.compile(rb"^[ \t]*(?://[^\n]*|/\*\*.*?\*/[ \t]*)\n", re.DOTALL | re.MULTILINE)
_XML = (".atom", ".rss", ".xml", ".opml")
_FORBIDDEN = bytes(code for code in range(32) if chr(code) not in "\t\n\r")
_NO_CHARACTER = re.compile(b"\xef\xbf[\xbe\xbf]")
# The archive documents of feeds, which don't change with the look, name their style sheet too.
_FIXED = {"flux.css": "flux.css"}
LAYERS = ("reset", "tokens", "base", "layout", "component", "utility")


class Theme:
    """The theme of one build. ``digest(template)`` changes with whatever could change what it renders."""

    def __init__(self, settings: HubSettings) -> None:
        """Open the templates of the hub's theme, then the default one's; nothing is compiled yet."""
        self._themes = settings.themes
        self._settings = settings
        self.environment = _environment(settings)
        self._engine = _engine_digest(settings)
        self._digests: dict[str, bytes] = {}
        self._sources: dict[str, str] = {}

    def digest(self, template: str) -> bytes:
        """Return a digest of a template, all that it includes, and the code and catalogues that render it."""
        if template not in self._digests:
            digest = hashlib.blake2b(self._engine, digest_size=16)
            for name in sorted(self._closure(template, set())):
                digest.update(name.encode() + b"\0" + self._source(name).encode())
            self._digests[template] = digest.digest()
        return self._digests[template]

    @contextmanager
    def compiled_ahead(self) -> Iterator[None]:
        """Let a child compile all templates while its parent goes on, where no build has kept them yet."""
        kept = self.environment.bytecode_cache
        if not isinstance(kept, _BytecodeCache) or kept.has_any() or (os.cpu_count() or 1) == 1:
            yield
            return
        with Child(self._compile):
            yield

    def _compile(self) -> bytes:
        for name in self.environment.list_templates():
            # Whoever renders it says what is wrong.
            with suppress(jinja2.TemplateError):
                self.environment.get_template(name)
        return b""

    def render(self, template: str, values: Mapping[str, object]) -> bytes:
        """Return a rendered page in UTF-8; of XML without what it can't hold, which a file edited by hand may."""
        data = self.environment.get_template(template).render(values).encode()
        return _allowed_in_xml(data) if template.endswith(_XML) else data

    def _source(self, name: str) -> str:
        if name not in self._sources:
            loader = cast("jinja2.BaseLoader", self.environment.loader)
            self._sources[name] = loader.get_source(self.environment, name)[0]
        return self._sources[name]

    def _closure(self, name: str, seen: set[str]) -> set[str]:
        """Add ``name`` and whatever it extends, includes or imports; a name only known at run time adds all."""
        if name in seen:
            return seen
        seen.add(name)
        for statement in _REFERENCE.findall(self._source(name)):
            plain = _PLAIN_NAME.fullmatch(statement.strip())
            for found in [plain[1]] if plain else self.environment.list_templates():
                self._closure(found, seen)
        return seen

    def assets(self) -> tuple[str, tuple[Output, ...]]:
        """Return the folder of style and scripts, named after their content, and the files that go there."""
        files = self._static_files()
        others = {name: path for name, path in files.items() if not name.startswith("css/")}
        alone = {name: self._alone(files, path) for name, path in others.items() if _is_alone(name)}
        scripts = {
            name: _without_remarks(path.read_bytes())
            for name, path in others.items()
            if name.endswith(".js") and not name.startswith("js/vendor/")
        }
        made = {**alone, "style.css": b"".join(self._style(files)), **scripts}
        copied = {name: path for name, path in others.items() if name not in made}
        digest = hashlib.blake2b(digest_size=6)
        for name, what in (made | copied).items():
            digest.update(name.encode() + b"\0" + (what if isinstance(what, bytes) else what.read_bytes()))
        folder = f"theme/{digest.hexdigest()}"
        written = [Data(_FIXED.get(name, f"{folder}/{name}"), data) for name, data in made.items()]
        return folder, (*written, *(Copy(f"{folder}/{name}", path) for name, path in copied.items()))

    def _static_files(self) -> dict[str, Path]:
        """Return the default theme's files by name, then those that only the hub has: its style has the last word."""
        found: dict[str, Path] = {}
        for theme in reversed(self._themes):
            folder = theme / "static"
            files = sorted(path for path in folder.rglob("*") if path.is_file())
            found |= {path.relative_to(folder).as_posix(): path for path in files}
        return found

    @staticmethod
    def _style(files: Mapping[str, Path]) -> Iterator[bytes]:
        """Yield the one style sheet: the files of each folder of ``css/`` inside the layer of its name."""
        yield f"@layer {','.join(LAYERS)};\n".encode()
        for layer in LAYERS:
            for name, path in files.items():
                if name.startswith(f"css/{layer}/"):
                    yield b"@layer " + layer.encode() + b"{\n" + _without_comments(path.read_bytes()) + b"}\n"

    @staticmethod
    def _alone(files: Mapping[str, Path], sheet: Path) -> bytes:
        """Return a style sheet for pages that need little, and the tokens; first what it says itself, as @namespace must."""
        tokens = [path for name, path in files.items() if name.startswith("css/tokens/")]
        return b"".join(_without_comments(path.read_bytes()) for path in (sheet, *tokens))


def _is_alone(name: str) -> bool:
    return name.endswith(".css") and "/" not in name


def _allowed_in_xml(data: bytes) -> bytes:
    """Return UTF-8 without the characters that XML forbids (XML 1.0, section 2.2)."""
    data = data.translate(None, _FORBIDDEN)
    return _NO_CHARACTER.sub(b"", data) if b"\xef\xbf" in data else data


def _without_comments(css: bytes) -> bytes:
    return re.sub(rb"\n\s*\n+", b"\n", re.sub(rb"/\*.*?\*/", b"", css, flags=re.DOTALL)).lstrip()


def _without_remarks(script: bytes) -> bytes:
    """Return a script without its indents and the lines that are only a comment: a quarter of what phones would load."""
    return re.sub(rb"^\s+", b"", _REMARK.sub(b"", script), flags=re.MULTILINE)


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
    # Jinja's own wrapper of gettext formats each message at each call, a fifth of the time of a page.
    environment.globals |= {"gettext": _translate(catalogue), "_": _translate(catalogue)}
    environment.filters |= filters(settings.site, settings.zone, catalogue)
    environment.filters |= companion_files.filters(settings.root)
    environment.filters |= contribution_forms.filters(settings, catalogue)
    environment.filters |= kind_filters.filters(catalogue)
    return environment


def _translate(catalogue: NullTranslations) -> Callable[..., Markup]:
    """Return ``gettext`` for templates: each message is looked up once; values are escaped."""

    @cache
    def look_up(message: str) -> tuple[Markup, Markup]:
        found = Markup(catalogue.gettext(message))  # noqa: S704 - our own catalogues may carry markup
        return found, found % {} if "%(" not in found else found

    def translate(message: str, /, **values: object) -> Markup:
        pattern, plain = look_up(message)
        return pattern % values if values else plain

    return translate


def _bytecode_cache(settings: HubSettings) -> jinja2.BytecodeCache | None:
    folder = settings.cache / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    # Compiled templates hold what filters gave for constants: other filters need others.
    made_by = hashlib.blake2b(
        _engine_digest(settings) + repr(settings.site).encode(), digest_size=6
    ).hexdigest()
    return _BytecodeCache(str(folder), f"{made_by}-%s.cache")


class _BytecodeCache(jinja2.FileSystemBytecodeCache):
    """Jinja's, which tells whether it holds anything."""

    def has_any(self) -> bool:
        """Whether a template was ever kept."""
        return any(Path(self.directory).glob(self.pattern % "*"))


def _engine_digest(settings: HubSettings) -> bytes:
    """Return a digest of what renders besides templates: the code, its libraries, the catalogues."""
    digest = hashlib.blake2b(repr((settings.site.language, str(settings.zone))).encode())
    digest.update(code_digest(__name__))
    for theme in settings.themes:
        for catalogue in sorted(theme.glob("translations/*/LC_MESSAGES/*.po")):
            digest.update(catalogue.read_bytes())
    return digest.digest()
