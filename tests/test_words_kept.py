"""What a text doesn't keep takes no words along, and what browsers hide stays hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.html.plain_text import plain_text
from kiosque.html.sanitizer import clean_html

REST = "<p>Et voici le reste.</p>"
AWAY = (
    "annotation", "applet", "article", "button", "canvas", "center", "datalist", "dialog", "embed",
    "fieldset", "form", "iframe", "input", "label", "math", "menu", "nav", "noembed", "noframes",
    "noscript", "object", "optgroup", "option", "output", "param", "plaintext", "script", "section",
    "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
)  # fmt: skip


@pytest.mark.parametrize("tag", AWAY)
@pytest.mark.parametrize(
    "written",
    [
        "<{tag}/>",
        "<{tag} class='a' />",
        "<{tag} class=a>b",
        "<{tag}>",
        "<p>Ici <{tag}>b</p>",
        "<ul><li>Ici <{tag} id=c></li></ul>",
        "<{tag}><{tag}>b</{tag}>",
        "<{tag}></{tag}>",
        "<{tag} src=//tube.example/embed/1/>",
    ],
)
def test_an_element_never_takes_the_rest_along(written: str, tag: str) -> None:
    """Whether it has an end or not, what follows at the next block is kept."""
    source = f"<p>Avant.</p>{written.format(tag=tag)}{REST}"
    assert clean_html(source).endswith(REST)
    assert plain_text(source).startswith("Avant.")
    assert plain_text(source).endswith("Et voici le reste.")


@pytest.mark.parametrize(
    ("source", "clean", "text"),
    [
        ("<form action=/x><label>Nom</label><input name=q><p>Dites-le.</p></form>",
         "Nom<p>Dites-le.</p>", "Nom Dites-le."),
        ("Lire <button>plus</button>loin", "Lire  plus loin", "Lire plus loin"),
        ("<textarea>Un <b>mot\n&amp; un autre</textarea>ici",
         "Un &lt;b&gt;mot\n&amp; un autre ici", "Un <b>mot & un autre ici"),
        ("<xmp>a &amp; <i></xmp>b", "a &amp;amp; &lt;i&gt; b", "a &amp; <i> b"),
        ("<noscript><p>Sans script.</p></noscript>", "<p>Sans script.</p>", "Sans script."),
        ("<object data=a.swf><param name=b><p>Sinon, <a href=/c>le fichier</a>.</p></object>",
         '<p>Sinon, <a href="/c" rel="noopener">le fichier</a>.</p>', "Sinon, le fichier."),
        ("<math><semantics><mrow><mi>x</mi><mo>=</mo><mn>2</mn></mrow><annotation>x=2</annotation></math>",
         "x  =  2", "x = 2"),
        ("<section>Un</section><section>deux</section>", "Un  deux", "Un deux"),
        ("a<!-->b<!--->c<!-- d --!>e", "abce", "abce"),
        ("a<!-- b <p>c</p>", "a<p>c</p>", "a c"),
    ],
)  # fmt: skip
def test_words_stay_where_a_browser_shows_them(source: str, clean: str, text: str) -> None:
    """Words in forms, formulas and what stands in for an object are words of the text."""
    assert (clean, text) == (clean_html(source), plain_text(source))


@pytest.mark.parametrize(
    "unseen",
    [
        "<p hidden>Non</p>",
        "<p HIDDEN=''>Non<p>",
        "<p hidden>Non<br>non <b>non</b></p>",
        '<div hidden="until-found">Non<div>Non</div> non</div>',
        "<div class='a' style='display:none'>Non<p>Non</p></div>",
        '<span style="color: red; Display : none !important">Non</span>',
        "<DIV STYLE='DISPLAY:NONE'>Non</DIV>",
        "<b style=display:none>Non</b>",
        "<p style='display:none;display:/* a */none'>Non</p>",
        "<p style='display:none!important;display:block'>Non</p>",
        "<ul><li hidden>Non<li hidden>Non</ul>",
        "<table><tr hidden><td>Non<td>Non<tr hidden><td>Non</table>",
        "<div hidden>Non",
        "<template><b>Non</b></template>",
        "<select><option>Non<option selected>Non</select>",
        "<datalist><option>Non</datalist>",
        "<dialog>Non</dialog>",
        "<svg><title>Non</title><text>Non</text></svg>",
        "<noembed>Non</noembed><noframes>Non</noframes><title>Non</title>",
        "<img hidden src=a.png alt=Non>",
        "<iframe hidden src=https://non.example/></iframe>",
    ],
)
def test_what_browsers_hide_is_not_shown(unseen: str) -> None:
    """Neither a text nor its summary shows what its author hid."""
    source = f"<p>Avant.</p>{unseen}{REST}"
    assert "on" not in clean_html(source).lower().replace(REST, "")
    assert plain_text(source) == "Avant. Et voici le reste."


@pytest.mark.parametrize(
    "seen",
    [
        '<p aria-hidden="true">Oui</p>',
        "<p data-hidden>Oui</p>",
        "<p style='display:block'>Oui</p>",
        "<p style='display:none;display:block'>Oui</p>",
        "<p style='overflow: hidden'>Oui</p>",
        "<p style='--display:none'>Oui</p>",
        "<p title='hidden display:none'>Oui</p>",
        "<dialog open>Oui</dialog>",
        "<p>Oui<span hidden></span></p>",
        "<p hidden>Non<div>Oui</div></p>",
        "<p>a <b hidden>Non</p><p>Oui</p>",
    ],
)
def test_what_browsers_show_is_shown(seen: str) -> None:
    """What is only hidden from screen readers, or only looks hidden, stays."""
    assert "Oui" in clean_html(seen)
    assert "Oui" in plain_text(seen)


def test_a_picture_written_twice_for_browsers_without_scripts_is_shown_once() -> None:
    """What ``<noscript>`` repeats is left out; what only stands there is shown."""
    picture = '<img src="https://a.example/1.png" alt="">'
    other = picture.replace("1", "2")
    frame = "<iframe src=https://a.example/c></iframe>"
    source = f"<p>{picture}{frame}<noscript>{picture}{frame}{other}</noscript></p>"
    clean = clean_html(source)
    assert [1, 1, 1] == [clean.count(address) for address in ("1.png", "2.png", '/c"')]


@given(
    st.lists(st.sampled_from(AWAY), max_size=12), st.sampled_from(["<{}>", "<{}/>", "</{}>", "<{} hidden/>"])
)
def test_no_row_of_tags_takes_the_rest_along(tags: list[str], written: str) -> None:
    """However many elements are left open before it, a block is shown."""
    source = "".join(f"{written.format(tag)}<hr>" for tag in tags) + REST
    assert plain_text(source).endswith("Et voici le reste.")
    assert clean_html(source).endswith(REST)
