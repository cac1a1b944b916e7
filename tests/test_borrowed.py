"""What Kiosque borrows from inside its libraries is still there and still does the same.

Kiosque overrides Jinja's code generator, calls MarkupSafe's inner escape and imitates what feedparser does to
a text. None of the three is part of a public interface, so each may change with any release. `pyproject.toml`
therefore has an upper bound for them. Raise a bound only after these tests pass with the new release; where
one fails, its message says which module of Kiosque to look at.
"""

from __future__ import annotations

import html
import inspect
import io
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from typing import Any, NamedTuple

import feedparser
import feedparser.api
import feedparser.encodings
import feedparser.mixin
import jinja2
import jinja2.compiler
import jinja2.ext
import jinja2.runtime
import jinja2.utils
import markupsafe
import pytest
from conftest import REPOSITORY

from kiosque.harvest.read import long_texts, parse, xml_parser
from kiosque.i18n import translations
from kiosque.site.render import jinja as ours
from kiosque.site.render.filters import once

JINJA, ESCAPE, POP = (
    "plugins/kiosque/site/render/jinja.py",
    "plugins/kiosque/site/render/jinja.py (`_escape_inner`)",
    "plugins/kiosque/harvest/read/ (long_texts.py, xml_parser.py, parse.py)",
)


def changed(library: str, what: str, where: str) -> str:
    """Return the message of a test that fails: what a library changed, and where Kiosque relies on it."""
    return (
        f"{library} {version(library)} changed {what}: look at {where}, then raise the bound in "
        f"pyproject.toml"
    )


def parameters(function: Callable[..., object]) -> list[str]:
    """Return the names of a function's parameters, as a caller by position or by name sees them."""
    return list(inspect.signature(function).parameters)


class Borrowed(NamedTuple):
    """A function of a library, and the parameters that Kiosque takes or gives."""

    library: str
    holder: object
    name: str
    parameters: Sequence[str]
    where: str


_GENERATOR, _TEMPLATE, _ENVIRONMENT = jinja2.compiler.CodeGenerator, jinja2.Template, jinja2.Environment
BORROWED = [
    Borrowed("jinja2", _GENERATOR, "visit_Template", ["self", "node", "frame"], JINJA),
    Borrowed("jinja2", _GENERATOR, "_output_child_pre", ["self", "node", "frame", "finalize"], JINJA),
    Borrowed("jinja2", _GENERATOR, "_output_child_post", ["self", "node", "frame", "finalize"], JINJA),
    Borrowed("jinja2", _GENERATOR, "visit_Call", ["self", "node", "frame", "forward_caller"], JINJA),
    Borrowed("jinja2", _GENERATOR, "visit_Filter", ["self", "node", "frame"], JINJA),
    Borrowed("jinja2", _GENERATOR, "visit_Getattr", ["self", "node", "frame"], JINJA),
    Borrowed("jinja2", _GENERATOR, "visit_Test", ["self", "node", "frame"], JINJA),
    Borrowed("jinja2", _GENERATOR, "signature", ["self", "node", "frame", "extra_kwargs"], JINJA),
    Borrowed("jinja2", _GENERATOR, "write", ["self", "x"], JINJA),
    Borrowed("jinja2", _TEMPLATE, "_get_default_module", ["self", "ctx"], JINJA),
    Borrowed("jinja2", _TEMPLATE, "_from_namespace", ["environment", "namespace", "globals"], JINJA),
    Borrowed("jinja2", _ENVIRONMENT, "make_globals", ["self", "d"], JINJA),
    Borrowed("jinja2", _ENVIRONMENT, "get_template", ["self", "name", "parent", "globals"], JINJA),
    Borrowed("jinja2", jinja2.ext.Extension, "filter_stream", ["self", "stream"], JINJA),
    Borrowed(
        "feedparser", feedparser.mixin._FeedParserMixin, "pop", ["self", "element", "strip_whitespace"], POP
    ),
    Borrowed("feedparser", feedparser.encodings, "convert_to_utf8", ["http_headers", "data", "result"], POP),
]


@pytest.mark.parametrize("borrowed", BORROWED, ids=lambda borrowed: f"{borrowed.library}-{borrowed.name}")
def test_borrowed_functions_take_what_they_took(borrowed: Borrowed) -> None:
    """Each function that Kiosque overrides or calls is there, with the same parameters."""
    function = getattr(borrowed.holder, borrowed.name, None)
    assert function, changed(borrowed.library, f"`{borrowed.name}`, which is gone", borrowed.where)
    assert borrowed.parameters == parameters(function), changed(
        borrowed.library, f"the parameters of `{borrowed.name}`", borrowed.where
    )


def test_all_that_is_overridden_is_in_the_table() -> None:
    """No method of Jinja is overridden that the table above doesn't compare."""
    pairs = [(ours.Environment.code_generator_class, _GENERATOR), (ours.Template, _TEMPLATE)]
    pairs += [(ours.Environment, _ENVIRONMENT), (ours.ConstantMessages, jinja2.ext.Extension)]
    overridden = {
        (stock, name)
        for own, stock in pairs
        for name, member in vars(own).items()
        if inspect.isroutine(member) and hasattr(stock, name) and name != "__init__"
    }
    assert set() == overridden - {(one.holder, one.name) for one in BORROWED}


@pytest.mark.parametrize("library", ["feedparser", "jinja2", "markupsafe", "pelican"])
def test_libraries_that_lend_have_an_upper_bound(library: str) -> None:
    """No release that these tests haven't seen is installed by itself."""
    lines = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    (line,) = [line.strip() for line in lines if line.strip().startswith(f'"{library}>=')]
    assert ",<" in line, line


# Jinja: templates mean the same with Kiosque's code generator as with Jinja's own.

MACROS = """{% macro plain(a, b="«b»") %}<i>{{ a }}</i>{{ b }}{% endmacro %}
{% macro boxed(title) %}<p title="{{ title }}">{{ caller() }}</p>{% endmacro %}
{% macro any() %}{{ varargs|join("/") }}{{ kwargs.items()|list }}{% endmacro %}"""
TEMPLATES = {
    "text is escaped": "{{ hostile }} {{ safe }} {{ number }} {{ nothing }}",
    "a macro is put out": (
        '{% from "macros" import plain %}{{ plain(hostile) }}{{ plain(hostile, b=number) }}'
    ),
    "a macro is joined": '{% from "macros" import plain %}{{ plain(hostile) ~ hostile }}{{ plain(1)|upper }}',
    "a macro is kept": '{% from "macros" import plain %}{% set x = plain(hostile) %}{{ x }}{{ x ~ hostile }}',
    "a macro is renamed": '{% from "macros" import plain as other %}{{ other(hostile) }}',
    "a macro is called": (
        '{% from "macros" import boxed %}{% call boxed(hostile) %}<b>{{ hostile }}</b>{% endcall %}'
    ),
    "a macro takes all": '{% from "macros" import any %}{{ any(hostile, 2, key=hostile) }}',
    "a macro of the template": (
        "{% macro m(a) %}<b>{{ a }}</b>{% endmacro %}{% for a in list %}{{ m(a) }}{% endfor %}"
    ),
    "a name hides a macro": "{% macro m() %}<b>{% endmacro %}{% set m = shout %}{{ m(hostile) }}",
    "once": (
        '{% from "macros" import plain %}{{ hostile|once(plain, 1) }}{{ (hostile|once(plain, 1)) ~ hostile }}'
    ),
    "attributes": "{{ record.name }} {{ record.name|upper }} {{ record.inner.name ~ record.name }}",
    "what may be missing": (
        "{{ mapping.lost is defined }}{{ mapping.lost|default(hostile) }}{{ mapping.lost|d(1) }}"
    ),
    "tests and filters": "{{ list is iterable }}{{ list|map('upper')|join(', ') }}{{ list|length is odd }}",
    "loops": "{% for a in list recursive %}{{ loop.index }}{{ a }}{{ loop.last }}{% endfor %}",
    "blocks": (
        '{% extends "base" %}{% block body %}{{ super() }}{{ self.title() }}{{ hostile }}{% endblock %}'
    ),
    "a filter around a text": "{% filter upper %}a{{ hostile }}{% endfilter %}",
    "messages": "{{ _('Published') }}{{ _('%(n)s of', n=hostile) }}{{ _(hostile) }}",
    "an included template": '{% include "base" %}{% with hostile = "w" %}{{ hostile }}{% endwith %}',
}
OTHERS = {
    "macros": MACROS,
    "base": "{% block title %}<title>{% endblock %}{% block body %}base{% endblock %}",
}


class Record:
    """Something with attributes, as the hub's records are."""

    name = "<name>"

    @property
    def inner(self) -> Record:
        """Return another record."""
        return Record()


VALUES = {
    "hostile": "<script>&\"'</script>",
    "safe": markupsafe.Markup("<em>safe</em>"),
    "number": 12,
    "nothing": None,
    "list": ["a", "<b>", "c"],
    "record": Record(),
    "mapping": {"here": 1},
    "shout": lambda text: text.upper(),
}


def stock_environment() -> jinja2.Environment:
    """Return Jinja as it comes; its ``once`` calls the macro each time."""
    environment = jinja2.Environment(autoescape=True, extensions=["jinja2.ext.i18n"], **_options())
    environment.install_gettext_translations(translations("fr"), newstyle=True)
    environment.filters["once"] = lambda record, macro, *arguments: macro(record, *arguments)
    return environment


def own_environment() -> jinja2.Environment:
    """Return Jinja as Kiosque renders with it."""
    catalogue = translations("fr")
    environment = ours.Environment(
        catalogue, autoescape=True, extensions=[ours.ConstantMessages], **_options()
    )
    environment.install_gettext_translations(catalogue, newstyle=True)
    environment.filters["once"] = once()
    return environment


def _options() -> dict[str, Any]:
    return {"loader": jinja2.DictLoader(TEMPLATES | OTHERS), "undefined": jinja2.StrictUndefined}


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_give_what_jinja_gives(name: str) -> None:
    """Whatever a template does, Kiosque's code generator puts out the same as Jinja's own."""
    expected = stock_environment().get_template(name).render(VALUES)
    assert expected == own_environment().get_template(name).render(VALUES), changed(
        "jinja2", f"what templates compile to ({name})", JINJA
    )


@pytest.mark.parametrize("call", ["plain()", "plain(1, 2, 3)", "plain(1, c=2)", "plain(1, a=2)"])
def test_wrong_calls_of_macros_fail_as_in_jinja(call: str) -> None:
    """A macro that gets too few or too many arguments says the same, and doesn't give half a page."""
    source = f'{{% from "macros" import plain %}}{{{{ {call} }}}}'
    said = []
    for environment in (stock_environment(), own_environment()):
        with pytest.raises((TypeError, jinja2.UndefinedError)) as raised:
            environment.from_string(source).render(VALUES)
        said.append((raised.type, str(raised.value)))
    assert said[0] == said[1], changed("jinja2", "how macros are called", JINJA)


def test_generated_code_takes_the_short_ways() -> None:
    """Calls of macros, ``once`` and attributes are written as Kiosque wants them: Jinja still asks the
    overridden methods.
    """
    source = '{% from "macros" import plain %}{{ plain(record.name) }}{{ hostile|once(plain) }}{{ hostile }}'
    code = own_environment().compile(source, raw=True)
    found = {
        piece: piece in code for piece in ("escaped_call(", ".name", "context.call(", "environment.getattr(")
    }
    expected = {"escaped_call(": True, ".name": True, "context.call(": False, "environment.getattr(": False}
    assert expected == found, changed("jinja2", "which methods of its code generator it calls", JINJA)
    assert 1 == code.count("yield escape("), changed("jinja2", "the name of the function that escapes", JINJA)


def test_a_macro_is_made_of_the_same_parts() -> None:
    """What ``escaped_call`` reads of a macro is there: a function, its arguments, and what else it takes."""
    module: Any = own_environment().get_template("macros").make_module(VALUES)
    parts = [
        (macro.arguments, macro.caller, macro.catch_kwargs, macro.catch_varargs, callable(macro._func))
        for macro in (module.plain, module.boxed, module.any)
    ]
    assert [
        (("a", "b"), False, False, False, True),
        (("title",), True, False, False, True),
        ((), False, True, True, True),
    ] == parts, changed("jinja2", "what a macro consists of", JINJA)
    assert module.plain("<") == module.plain._func("<", jinja2.utils.missing), changed(
        "jinja2", "the mark for an argument that isn't given", JINJA
    )


# MarkupSafe: its inner escape gives the text of the public one, without the mark.

TEXTS = [
    "",
    "plain",
    "<a href=\"x\">&amp; 'y'</a>",
    "é<œ>\u202f»&",
    "\x00<\x1f",
    "𝔘>nicode",
    "a" * 5000 + "&",
]


def test_the_inner_escape_is_the_public_one_without_its_mark() -> None:
    """The inner function takes a text, and gives a plain text of the same characters."""
    inner = getattr(markupsafe, "_escape_inner", None)
    assert inner, changed(
        "markupsafe", "`_escape_inner`, which is gone: templates render, but slower", ESCAPE
    )
    given = [inner(text) for text in TEXTS]
    assert [str(markupsafe.escape(text)) for text in TEXTS] == given, changed(
        "markupsafe", "what `_escape_inner` gives", ESCAPE
    )
    assert [str] * len(TEXTS) == [type(text) for text in given], changed(
        "markupsafe", "the type of what `_escape_inner` gives", ESCAPE
    )


# feedparser: a text that bypasses it comes out as feedparser would have given it, and its parser is ours.

LONG = "<p>Une longue émission sur l’eau &amp; les vergers.</p> " * 6
# Each of them is what one step of `pop` is about.
POPPED = {
    "white space at both ends": f" \n\t{LONG}\r\n ",
    "line ends of other systems": LONG.replace("> <", ">\r\n<").replace("é", "\r"),
    "UTF-8 taken for Latin-1": "Ã©tÃ© Ã  la fÃªte " * 20,
    "characters of Windows": "l\x92été\x85 \x93fête\x94 " * 20,
    "references": LONG + "&#233; &#8217; &#x92; &nbsp; &lt;b&gt; &amp;amp;",
    "relative addresses": f'<a href="/page">page</a> <img src="image.png">{LONG}',
    "what could run": f"<script>alert(1)</script>{LONG}",
    "plain text": "Une ligne sans balise, longue et simple. " * 10,
}
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
<channel><title>Radio</title><link>https://radio.example/</link><description>{text}</description>
<item xml:lang="fr"><title>Un &amp; deux</title><guid isPermaLink="false">1</guid><link>https://radio.example/1?a=1&amp;b=2</link>
<description>{text}</description><content:encoded>{text}</content:encoded><dc:creator>Ana</dc:creator>
<category domain="d">Tag</category><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate><itunes:duration>61</itunes:duration>
<enclosure url="https://radio.example/1.mp3" length="12" type="audio/mpeg"/></item>
</channel></rss>"""  # noqa: E501 - a document as it is
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://radio.example/"><title>Radio</title>
<subtitle type="html">{text}</subtitle>
<entry><id>1</id><title type="html">Un</title><link rel="alternate" href="/1"/><updated>2026-03-02T10:00:00Z</updated>
<summary type="html">{text}</summary><content type="html">{text}</content>
<author><name>Ana</name><uri>/ana</uri></author></entry>
<entry><id>2</id><title>Deux</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>court</p></div></content></entry>
</feed>"""  # noqa: E501 - a document as it is


def feeds() -> Iterator[Any]:
    """Yield each text in each kind of feed, written in each of the two ways."""
    for name, text in POPPED.items():
        for kind, feed in (("RSS", RSS), ("Atom", ATOM)):
            for way, written in (("escaped", html.escape(text)), ("CDATA", f"<![CDATA[{text}]]>")):
                yield pytest.param(feed.format(text=written).encode(), id=f"{name}, {kind}, {way}")


def read(data: bytes) -> Any:
    """Return what feedparser makes of a feed, with the options that Kiosque gives it."""
    return feedparser.parse(
        io.BytesIO(data),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def facts(document: Any) -> tuple[object, ...]:
    """Return what a document says; ``bozo`` tells whether feedparser found it broken."""
    return document.bozo, document.version, document.feed, document.entries


@pytest.mark.parametrize("data", list(feeds()))
def test_long_texts_come_back_as_feedparser_s_pop_gives_them(data: bytes) -> None:
    """A text that is set aside and put back is the text that feedparser makes of it by itself."""
    light, texts = long_texts.set_aside(data)
    document = read(light)
    long_texts.put_back(document, texts)
    assert texts
    assert facts(read(data)) == facts(document), changed("feedparser", "what `pop` does to a text", POP)


@pytest.mark.parametrize("data", list(feeds()))
def test_the_own_xml_parser_hands_over_what_the_stock_one_does(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """feedparser reads the same through Kiosque's parser as through Python's own."""
    own = facts(read(data))
    monkeypatch.setattr(feedparser.api, "PREFERRED_XML_PARSERS", [])
    assert facts(read(data)) == own, changed("feedparser", "what it asks of an XML parser", POP)


def test_feedparser_takes_the_own_xml_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list by which feedparser finds a parser is still asked, and names Kiosque's alone."""
    made = []
    create = xml_parser.create_parser
    monkeypatch.setattr(xml_parser, "create_parser", lambda: made.append(create()) or made[-1])
    read(RSS.format(text="court").encode())
    assert ([parse.xml_parser.__name__], 1) == (feedparser.api.PREFERRED_XML_PARSERS, len(made)), changed(
        "feedparser", "how it finds its XML parser", POP
    )
