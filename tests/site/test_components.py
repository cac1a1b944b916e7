"""Every component says what it takes and shows it; what is wrong with what it says is named with its
place.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import msgspec
import pytest
from conftest import built
from jinja2 import nodes
from lxml import html

from kiosque import i18n
from kiosque.settings.pelicanconf import check
from kiosque.site.hub.records import Card, Link
from kiosque.site.pelican_host import load_settings
from kiosque.site.render.theme import Theme
from kiosque.site.styleguide.components import Component, Example, load_components, signature, type_of
from kiosque.site.styleguide.examples import source

THEME = Path(__file__).parents[2] / "theme"
FOLDER = THEME / "templates" / "components"
COMPONENTS, PROBLEMS = load_components([THEME], "/theme/0")
EXAMPLES = [(component, example) for component in COMPONENTS for example in component.examples]
NOTE = """{# A note. text: what it says; kind: of what kind. #}
{% macro note(text, kind="plain") %}
<p class="note" id="note">{{ text }} {{ kind }}</p>
{% endmacro %}
"""
DATA = {
    "description": "A note.",
    "parameters": [
        {"name": "text", "type": "str", "description": "What it says"},
        {"name": "kind", "type": "str", "default": "plain", "description": "Of what kind"},
    ],
    "examples": [{"name": "Ordinaire", "arguments": {"text": "Le pont est fermé."}}],
}
Hub = Callable[..., Path]


def named(value: Any) -> str:
    return value.name if isinstance(value, Component | Example) else ""


@pytest.fixture(scope="module")
def theme(tmp_path_factory: pytest.TempPathFactory) -> Theme:
    """Return the default theme, as a hub without its own uses it."""
    root = tmp_path_factory.mktemp("theme")
    (root / "content").mkdir()
    return Theme(check(load_settings(root), root))


def said(files: dict[str, object], tmp_path: Path) -> list[str]:
    """Return what is wrong with a theme of the components given by file name."""
    i18n.use("en")
    folder = tmp_path / "theme" / "templates" / "components"
    folder.mkdir(parents=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content, indent=2, ensure_ascii=False)
        (folder / name).write_text(text, encoding="utf-8")
    return [str(problem) for problem in load_components([tmp_path / "theme"], "/theme/0")[1]]


def changed(**fields: object) -> dict[str, object]:
    return {**DATA, **fields}


def test_every_component_has_a_data_file_with_examples() -> None:
    """Nothing is wrong with the default theme's components, and each shows itself at least once."""
    assert [] == [str(problem) for problem in PROBLEMS]
    assert sorted(path.stem for path in FOLDER.glob("*.html")) == [one.name for one in COMPONENTS]
    assert [] == [one.name for one in COMPONENTS if not one.examples]


@pytest.mark.parametrize(("component", "example"), EXAMPLES, ids=named)
def test_every_example_renders_alone(theme: Theme, component: Component, example: Example) -> None:
    """A macro takes the arguments of each of its examples, and the style guide can show it."""
    template = (
        "{% import component.file as module %}{{ module[component.macro]|example(example, 'exemple-1') }}"
    )
    shown = theme.environment.from_string(template).render(component=component, example=example)
    assert "" != theme.environment.from_string("{{ example|example_source(component) }}").render(
        component=component, example=example
    )
    html.fragments_fromstring(shown)


@pytest.mark.parametrize(("component", "example"), EXAMPLES, ids=named)
def test_every_field_of_an_example_is_one_of_its_record(component: Component, example: Example) -> None:
    """A field that no record has would be dropped in silence: an example says nothing that isn't shown."""

    def unknown(written: Any, value: Any, where: str) -> list[str]:
        if isinstance(value, msgspec.Struct) and isinstance(written, dict):
            lost = [f"{where}.{name}" for name in written if name not in value.__struct_fields__]
            known = [name for name in written if name in value.__struct_fields__]
            return [
                *lost,
                *(x for n in known for x in unknown(written[n], getattr(value, n), f"{where}.{n}")),
            ]
        if isinstance(value, list | tuple):
            return [
                x
                for n, pair in enumerate(zip(written, value, strict=True))
                for x in unknown(*pair, f"{where}[{n}]")
            ]
        if isinstance(value, dict):
            return [
                x
                for name, one in zip(written, value.values(), strict=True)
                for x in unknown(written[name], one, name)
            ]
        return []

    written = {name: json.loads(one) for name, one in example.as_json.items()}
    assert [] == [x for name in written for x in unknown(written[name], example.arguments[name], name)]


@pytest.mark.parametrize("component", COMPONENTS, ids=named)
def test_a_macro_takes_what_its_data_file_says(component: Component) -> None:
    """Names, their order and their defaults are the same, as Jinja itself reads them."""
    tree = jinja2.Environment(extensions=["jinja2.ext.i18n"]).parse(
        (FOLDER / f"{component.name}.html").read_text("utf-8")
    )
    macro = next(one for one in tree.find_all(nodes.Macro) if one.name == component.macro)
    defaults = [None] * (len(macro.args) - len(macro.defaults)) + [one.as_const() for one in macro.defaults]
    taken = [(argument.name, default) for argument, default in zip(macro.args, defaults, strict=True)]
    assert taken == [(one.name, _of_jinja(one.default)) for one in component.parameters]


def _of_jinja(default: str) -> object:
    """Return a default of a data file as a template has it, where a list that stays empty is a tuple."""
    value = json.loads(default) if default else None
    return () if value == [] else value


@pytest.mark.parametrize(
    ("head", "taken"),
    [
        ("note()", []),
        ("note(a)", [("a", False)]),
        ("note( a, b = 2,c=None )", [("a", False), ("b", True), ("c", True)]),
        ('note(a, sizes="(min-width: 60rem) 20rem, 100vw", lazy=True)',
         [("a", False), ("sizes", True), ("lazy", True)]),
        ("note(a, b=(1, (2, 3)), c={'x': 1, 'y': 2}, d=[1, 2])",
         [("a", False), ("b", True), ("c", True), ("d", True)]),
        ("another(a)", None),
    ],
)  # fmt: skip
def test_what_a_macro_takes_is_read(head: str, taken: list[tuple[str, bool]] | None) -> None:
    """Names and whether they may be left out, whatever their defaults hold."""
    assert taken == signature(f"{{% macro {head} -%}}\n{{% endmacro %}}", "note")


@pytest.mark.parametrize(
    ("written", "type_"),
    [
        ("str", str),
        ("Card", Card),
        ("list[Link]", list[Link]),
        ("Link | None", Link | None),
        ("str | int | None", str | int | None),
        ("tuple[Link, ...]", tuple[Link, ...]),
        ("dict[str, list[Link]]", dict[str, list[Link]]),
    ],
)
def test_a_type_is_written_as_in_python(written: str, type_: object) -> None:
    """Plain types and the site's records, in lists, tuples, mappings and unions."""
    assert type_ == type_of(written)


@pytest.mark.parametrize(
    "written",
    ["", "Carte", "list[", "__import__('os')", "str()", "Link.name", "1", "list[Carte]", "set[str]"],
)
def test_a_type_runs_nothing(written: str) -> None:
    """What is no type is refused, not run."""
    with pytest.raises(ValueError):
        type_of(written)


def test_a_good_data_file_has_no_problem(tmp_path: Path) -> None:
    """The data file that the others here differ from is right."""
    assert [] == said({"note.html": NOTE, "note.json": DATA}, tmp_path)


PLACE = "theme/templates/components/note"


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"note.html": NOTE},
         (f"{PLACE}.html: this component has no data file: write note.json beside it, which says what it "
          f"takes")),
        ({"note.json": DATA},
         f"{PLACE}.json: this data file has no component: write note.html beside it, or remove it"),
        (
            {"note.html": NOTE, "note.json": '{\n  "description": "A note.",\n  oops\n}'},
            f"{PLACE}.json:3: this data file can't be read: this is not JSON from sign 33 on",
        ),
        (
            {"note.html": NOTE, "note.json": changed(exemples=[])},
            f"{PLACE}.json:1: this data file can't be read: the key “exemples” is not known",
        ),
        (
            {"note.html": NOTE, "note.json": changed(examples=[{"name": 1, "arguments": {}}])},
            f"{PLACE}.json:18: this data file can't be read: “examples[0].name” has a value of another kind",
        ),
        (
            {"note.html": NOTE, "note.json": changed(parameters=DATA["parameters"][:1])},
            f"{PLACE}.json:3: the macro takes (text, kind=) but “parameters” says (text): mend one of them",
        ),
        (
            {"note.html": "{% macro notes(text) %}{% endmacro %}", "note.json": DATA},
            f"{PLACE}.html: this file must hold the macro note, named like the file",
        ),
        (
            {"note.html": NOTE, "note.json": changed(parameters=[{**DATA["parameters"][0], "type": "Texte"},
                                                                 DATA["parameters"][1]])},
            f"{PLACE}.json:6: the type of “text” is not known: Texte",
        ),
        (
            {"note.html": NOTE,
             "note.json": changed(examples=[{"name": "Vide", "arguments": {"genre": "alerte"}}])},
            (f"{PLACE}.json:18: the arguments of the example “Vide” don't fit: “text” is missing, “genre” is "
             f"not a parameter"),
        ),
        (
            {"note.html": NOTE,
             "note.json": changed(examples=[{"name": "Nombre", "arguments": {"kind": "x", "text": 3}}])},
            (f"{PLACE}.json:21: “text” of the example “Nombre” is wrong: in its own words: “Expected `str`, "
             "got `int`”"),
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(files: dict[str, object], problem: str, tmp_path: Path) -> None:
    """Each mistake in a data file is one line that names the file, the line and the mend."""
    assert [problem] == said(files, tmp_path)


def test_a_field_of_a_record_is_found_in_its_example(tmp_path: Path) -> None:
    """The line is that of the field which has the wrong value, inside the example that gives it."""
    template = "{% macro note(links) %}{% endmacro %}"
    good = {"name": "Die", "address": "/die/"}
    data = {
        "description": "Links.",
        "parameters": [{"name": "links", "type": "list[Link]", "description": "The links"}],
        "examples": [
            {"name": "Ordinaire", "arguments": {"links": [good]}},
            {"name": "Fautif", "arguments": {"links": [{**good, "address": 7}]}},
        ],
    }
    reason = "in its own words: “Expected `str`, got `int` - at `$[0].address`”"
    assert [f"{PLACE}.json:28: “links” of the example “Fautif” is wrong: {reason}"] == said(
        {"note.html": template, "note.json": data}, tmp_path
    )


def test_the_source_to_copy_is_what_a_template_writes(tmp_path: Path) -> None:
    """Plain values stand in the call, records by name, and a macro that is named like its parameter gets
    another.
    """
    link, card = Link(name="Die", address="/die/"), next(one for one in COMPONENTS if one.name == "named")
    example = Example(name="x", arguments={"link": link, "rel": "author"}, as_json={})
    assert '{% from "components/named.html" import named %}\n\n{{ named(link, rel="author") }}' == source(
        example, card
    )
    tags = next(one for one in COMPONENTS if one.name == "tags")
    written = source(Example(name="x", arguments={"tags": [link]}, as_json={}), tags)
    assert '{% from "components/tags.html" import tags as show_tags %}\n\n{{ show_tags(tags) }}' == written


def test_a_hub_overrides_and_adds_components(hub: Hub) -> None:
    """A hub's own macro and its data file stand in the place of the default ones; new ones join the style
    guide.
    """
    folder = "theme/templates/components"
    tags = {
        "description": "Tags in one line.",
        "parameters": [{"name": "tags", "type": "list[Link]", "description": "The tags"}],
        "examples": [{"name": "À nous", "arguments": {"tags": [{"name": "eau", "address": "/eau/"}]}}],
    }
    root = hub(
        {
            f"{folder}/tags.html": (
                "{% macro tags(tags) %}<p>{% for one in tags %}#{{ one.name }}{% endfor %}</p>{% endmacro %}"
            ),
            f"{folder}/tags.json": json.dumps(tags),
            f"{folder}/note.html": NOTE,
            f"{folder}/note.json": json.dumps(DATA),
        }
    )
    assert () == built(root).problems
    page = html.document_fromstring((root / "output/charte/tags/index.html").read_bytes())
    assert ["À nous"] == [one.text for one in page.xpath("//section[@class='example']/h2")]
    assert ["#eau"] == page.xpath("//div[@class='example__shown']/p/text()")
    note = html.document_fromstring((root / "output/charte/note/index.html").read_bytes())
    assert ["Le pont est fermé. plain"] == note.xpath("//p[@class='note']/text()")


def test_the_style_guide_lists_every_component(hub: Hub) -> None:
    """Its index leads to a page for each; all are kept from search engines and the site map; no id is there
    twice.
    """
    root = hub({"pelicanconf.py": 'SITEURL = "https://hub.example"\nDEFAULT_LANG = "en"\n'})
    assert () == built(root).problems
    guide = html.document_fromstring((root / "output/charte/index.html").read_bytes())
    assert [f"/charte/{one.name}/" for one in COMPONENTS] == guide.xpath("//dt/a/@href")
    assert {"--paper", "--accent", "--step-0", "--font"} <= {*guide.xpath("//li/code/text()")}
    for file in [*(root / "output/charte").rglob("index.html")]:
        page = html.document_fromstring(file.read_bytes())
        assert ["noindex"] == page.xpath("//meta[@name='robots']/@content")
        assert {} == {id_: count for id_, count in Counter(page.xpath("//@id")).items() if count > 1}
    assert "/charte/" not in (root / "output/sitemap.xml").read_text("utf-8")


def test_an_example_that_cannot_be_shown_is_a_problem_that_names_it(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The component's file and line, the page and the example are said, at every build until it is mended."""
    broken = NOTE.replace("{{ kind }}", "{{ text.nowhere }}")
    folder = "theme/templates/components"
    root = hub({f"{folder}/note.html": broken, f"{folder}/note.json": json.dumps(DATA)})
    monkeypatch.setenv("LANGUAGE", "en")
    problem = (
        f"{PLACE}.html:3: the page /charte/note/index.html can't be made with this template: "
        "in the example “Ordinaire” of its data file: in its own words: “'str' object has no attribute "
        "'nowhere'”"
    )
    assert [problem] == [str(one) for one in built(root).problems]
    assert [problem] == [str(one) for one in built(root).problems]
    (root / folder / "note.html").write_text(NOTE, encoding="utf-8")
    assert () == built(root).problems
    assert (root / "output/charte/note/index.html").is_file()
