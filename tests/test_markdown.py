"""Markdown is what previews of editors show: each text beside its HTML."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.html.markdown import markdown_html
from kiosque.html.sanitizer import clean_html

CASES = {
    "a list straight after a line": (
        "Au menu :\n- soupe\n- tarte",
        "<p>Au menu :</p><ul><li>soupe</li><li>tarte</li></ul>",
    ),
    "a table straight after a line": (
        "Les prix :\n| quoi | prix |\n|---|--:|\n| pain | 2 |",
        (
            "<p>Les prix :</p><table><thead><tr><th>quoi</th><th>prix</th></tr></thead>"
            "<tbody><tr><td>pain</td><td>2</td></tr></tbody></table>"
        ),
    ),
    "a list in a list by two spaces": (
        "- fruits\n  - pommes\n- légumes",
        "<ul><li>fruits<ul><li>pommes</li></ul></li><li>légumes</li></ul>",
    ),
    "a fence in a list": (
        "1. Écrire :\n\n   ```html\n   <b>x</b>\n   ```\n2. Enregistrer.",
        (
            "<ol><li><p>Écrire :</p><pre><code>&lt;b&gt;x&lt;/b&gt;</code></pre></li>"
            "<li><p>Enregistrer.</p></li></ol>"
        ),
    ),
    "a table in a list": (
        "- Prix\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |",
        (
            "<ul><li><p>Prix</p><table><thead><tr><th>a</th><th>b</th></tr></thead>"
            "<tbody><tr><td>1</td><td>2</td></tr></tbody></table></li></ul>"
        ),
    ),
    "Markdown in details": (
        "<details>\n<summary>Voir</summary>\n\nDu **gras**.\n\n</details>",
        "<details><summary>Voir</summary><p>Du <strong>gras</strong>.</p></details>",
    ),
    "bare addresses": (
        "Voir https://moulin.example/a?b=1. Écrire à fete@moulin.example, ou www.moulin.example !",
        (
            '<p>Voir <a href="https://moulin.example/a?b=1">https://moulin.example/a?b=1</a>. Écrire à '
            '<a href="mailto:fete@moulin.example">fete@moulin.example</a>, ou '
            '<a href="http://www.moulin.example">www.moulin.example</a> !</p>'
        ),
    ),
    "struck words": ("Le ~~lundi~~ mardi", "<p>Le <s>lundi</s> mardi</p>"),
    "tasks": ("- [ ] balayer\n- [x] peindre", "<ul><li>☐ balayer</li><li>☑ peindre</li></ul>"),
    "notes, one of them twice": (
        "Une[^a], deux[^b], une[^a].\n\n[^a]: Première.\n[^b]: Seconde.",
        (
            '<p>Une<sup id="fnref:1"><a href="#fn:1">1</a></sup>, deux'
            '<sup id="fnref:2"><a href="#fn:2">2</a></sup>, une'
            '<sup id="fnref2:1"><a href="#fn:1">1</a></sup>.</p>'
            '<div><hr><ol><li id="fn:1"><p>Première.\xa0<a href="#fnref:1">↩</a>'
            '\xa0<a href="#fnref2:1">↩</a></p></li>'
            '<li id="fn:2"><p>Seconde.\xa0<a href="#fnref:2">↩</a></p></li></ol></div>'
        ),
    ),
    "definitions": ("Bief\n: Canal d’un moulin.", "<dl><dt>Bief</dt><dd>Canal d’un moulin.</dd></dl>"),
    "abbreviations": (
        "L’AMAP livre ; `AMAP` reste.\n\n*[AMAP]: Association pour le maintien d’une agriculture paysanne",
        (
            '<p>L’<abbr title="Association pour le maintien d’une agriculture paysanne">AMAP</abbr> livre ; '
            "<code>AMAP</code> reste.</p>"
        ),
    ),
    "the id of a heading": ("## Les dates {#dates}", '<h2 id="dates">Les dates</h2>'),
    "attributes of Python-Markdown": (
        "![Un pont](pont.jpg){: .large }\n\nFin.\n{: .note }",
        '<p><img src="pont.jpg" alt="Un pont"></p><p>Fin.</p>',
    ),
    "Pelican’s links": (
        "[a]({filename}../b/é.md) [c](<{attach}d e.pdf>)",
        '<p><a href="{filename}../b/é.md">a</a> <a href="{attach}d e.pdf">c</a></p>',
    ),
    "addresses that run": ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
}


def flat(html: str) -> str:
    """Return HTML without what only its source shows: line ends at tags, classes, closing slashes."""
    dropped = (" />", ">"), (' style="text-align:right"', ""), ("\n<", "<"), (">\n", ">")
    html = re.sub(r' class="[^"]*"', "", html.strip())
    for old, new in dropped:
        html = html.replace(old, new)
    return html


@pytest.mark.parametrize("name", CASES)
def test_markdown_is_what_previews_show(name: str) -> None:
    """Each text becomes the HTML beside it."""
    text, expected = CASES[name]
    assert expected == flat(markdown_html(text))


def test_what_nests_too_deep_says_so() -> None:
    """Nothing is left out without a word: quotes in quotes a thousand deep are refused."""
    assert "x" in markdown_html(f"{30 * '> '}x")
    with pytest.raises(RecursionError):
        markdown_html(f"{1000 * '> '}x")


@given(st.text(alphabet=st.sampled_from("ab \n*_`[](){}<>#|:-~^!\\&0.1@/"), max_size=80))
def test_any_text_is_converted_and_cleaned(text: str) -> None:
    """Whatever signs a text has, it becomes HTML that a second cleaning leaves as it is."""
    clean = clean_html(markdown_html(text))
    assert clean == clean_html(clean)
