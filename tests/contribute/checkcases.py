"""One submission for each rule of `kiosque check`: the files that trigger it, and what is said of them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from PIL import Image

A = "content/articles/a.md"
R = "content/sources/radio.md"
HEAD = "title: Une fontaine\ndate: 2026-02-01\nlicence: CC0\n"
WORDS = "Une fontaine coule dans le village depuis que des voisines ont retiré les ronces trois samedis de suite. "
TERRITORY = """communes:
  - {code: "26113", name: Die, department: "26"}
  - {code: "26086", name: Châtillon-en-Diois, department: "26", former: [Treschenu-Creyers]}
  - {code: "69096", name: Grigny-sur-Rhône, department: "69"}
"""


def article(head: str = "", body: str = "Texte.\n") -> str:
    """Return an article that is in order but for what is given."""
    return f"---\n{HEAD}{head}---\n{body}"


def source(head: str) -> str:
    return f"---\nname: Radio\n{head}---\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **saved: object) -> bytes:
    """Return a small picture."""
    data = io.BytesIO()
    Image.new("RGB", size, "#3a7").save(data, kind, **saved)
    return data.getvalue()


def exif(*, gps: bool = False, artist: str = "", turned: int = 0) -> bytes:
    """Return EXIF as a phone writes it."""
    found = Image.Exif()
    if artist:
        found[0x013B] = artist
    if turned:
        found[0x0112] = turned
    if gps:
        found.get_ifd(0x8825).update({1: "N", 2: (44.0, 45.0, 12.0), 3: "E", 4: (5.0, 22.0, 9.0)})
    return found.tobytes()


def huge() -> bytes:
    """Return a PNG that says it has 40,000 × 40,000 pixels: 5 GB for who believes it, 200 bytes here."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    size = struct.pack(">LLBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


class Case(NamedTuple):
    """Files of a hub, and the findings of one rule among them, each as ``path:line:column: message``."""

    rule: str
    files: Mapping[str, str | bytes]
    said: tuple[str, ...]


def of_article(rule: str, text: str, *said: str) -> Case:
    return Case(rule, {A: text, "content/territory.yml": TERRITORY}, tuple(f"{A}{one}" for one in said))


def of_picture(rule: str, name: str, data: bytes, *said: str) -> Case:
    return Case(
        rule, {f"content/articles/{name}": data}, tuple(f"content/articles/{name}{one}" for one in said)
    )


ENTRY = '{"id":"1","source":"radio","slug":"a","first_seen":"2026-01-01T00:00:00Z"}\n'
CASES = (
    of_article("encoding", article().replace("fontaine", "fontainé").encode("latin-1"), ":2: this file is not text in UTF-8: save it again with that encoding"),
    of_article("head-unreadable", "---\ntitle: [a\n---\n", ":2:10: the head of this file can't be read (a comma, a bracket or a brace is missing): put values with “: ” or “#” between quotes, and indent with spaces"),
    of_article("value-quotes", "---\ntitle: Le bal: un récit\nsummary: 'Oui' dit-elle\n---\n", ":2:8: this value can't be read (it holds a “: ”): put it between quotes, title: 'Le bal: un récit'", ":3:10: this value can't be read (words stand behind its closing sign): put it between quotes, summary: \"'Oui' dit-elle\""),
    of_article("value-cut", article("summary: Le bal #3 des voisines\n"), ":5:10: summary: “#3 des voisines” is left out, since a “#” begins a remark: put the whole value between quotes if this belongs to it"),
    of_article("head-unsafe", "---\ntitle: &a [x]\nauthors: *a\n---\n", ":2:8: & and * have a meaning of their own in YAML: put this value between quotes"),
    of_article("head-unsafe", "---\ntitle: !!python/object/apply:os.system [id]\n---\n", ":2:8: ! has a meaning of its own in YAML: put this value between quotes"),
    of_article("key-twice", article("licence: CC BY\n"), ":5:1: “licence” stands on line 4 already: keep one of the two; only this one counts"),
    of_article("key-unknown", article("sumary: Un samedi.\n"), ":5:1: the key “sumary” is not known and is left aside (did you mean “summary”?)"),
    of_article("key-elsewhere", "Title: Une fontaine\nDate: 2026-02-01\nLayout: post\nSubtitle: Trois samedis\nSeries: Eau\n\nTexte.\n", ":4:1: “Subtitle”, “Series”: the hub shows nothing of this: bring what readers need into the text or its summary"),
    Case("not-public", {R: source("homepage: https://radio.example/\ndraft: true\n")}, ("content/sources/radio.md:4: “draft” says that this isn't to be published, so it is left out: remove the line, or the file", )),
    of_article("field-missing", "---\ntitle: Carte\nlicence: CC0\n---\nTexte\n", ":1: “date” is missing: add a line such as “date: 2026-02-01”"),
    of_article("value-wrong", article("featured: peut-être\n"), ":5:11: featured: “peut-être” is neither yes nor no: write true or false"),
    of_article("date-wrong", article().replace("2026-02-01", "2026-02-31"), ":3:7: date: “2026-02-31” is not a date: write it as 2026-02-01, or 2026-02-01 18:30"),
    of_article("address-invalid", article("slug: ../../index\n"), ":5:7: slug: “../../index” can't be an address: use small letters, digits and hyphens only"),
    of_article("text-long", article(body="Texte. " * 80_000), ":1: this file has 560 kB, and a text at most 500: cut it into several"),
    of_article("file-outside", article("image: {file: ../../carte.jpg, alt: Une carte, licence: CC0}\n"), ":5:15: file: “../../carte.jpg” leaves its folder: name a file that lies beside this one"),
    Case("source-without-feed", {R: source("type: radio\n")}, ("content/sources/radio.md:1: this source has neither feeds nor a homepage: add “feeds:” with the address of its feed", )),
    Case("feed-address", {R: source("feeds: [../../etc/passwd]\nhomepage: https://radio.example/\n")}, ("content/sources/radio.md:3: “../../etc/passwd” is neither a web address nor a file of this hub: write https://… or demo/feeds/…", )),
    Case("address-taken", {A: article(), "content/articles/b.md": article("slug: a\n")}, ("content/articles/b.md:5:7: the address “/articles/a/” is taken by content/articles/a.md: rename this file, or give it a “slug:” of its own", )),
    Case("address-taken", {A: article(), "content/articles/b.md": article("aliases: [/articles/a/]\n")}, ("content/articles/b.md:5:10: the address “/articles/a/” is taken by content/articles/a.md: rename this file, or give it a “slug:” of its own", )),
    of_article("alias-taken", article("aliases: [/sw.js, /recherche/, /articles/autrefois/]\n"), ":5:10: the former address /sw.js/ is taken by /sw.js: take it out, or write the address that the text really had", ":5:10: the former address /recherche/ is taken by /recherche/: take it out, or write the address that the text really had"),
    of_article("commune-code", article("commune: Die\n"), ':5:10: “Die” is not the code of a commune: write commune: "26113" for Die'),
    of_article("commune-code", article("commune: Dye\n"), ':5:10: “Dye” is not the code of a commune: this hub doesn’t cover Dye, which may be Dyé ("89149"): write the code of a commune that it covers, or add this one to content/territory.yml'),
    of_article("commune-code", article("commune: Chatillon en Diois\n"), ':5:10: “Chatillon en Diois” is not the code of a commune: write commune: "26086" for Châtillon-en-Diois'),
    of_article("commune-code", article("commune: Grigny\n"), ':5:10: “Grigny” is not the code of a commune: write commune: "69096", since Grigny is today Grigny-sur-Rhône'),
    of_article("commune-code", article("commune: Treschenu-Creyers\n"), ':5:10: “Treschenu-Creyers” is not the code of a commune: write commune: "26086", since Treschenu-Creyers is today Châtillon-en-Diois'),
    of_article("commune-code", article("commune: Rennes\n"), ':5:10: “Rennes” is not the code of a commune: this hub doesn’t cover Rennes, which may be Rennes ("35238"): write the code of a commune that it covers, or add this one to content/territory.yml'),
    of_article("commune-code", article("commune: Xyzzy\n"), ':5:10: “Xyzzy” is not the code of a commune: write its official code between quotes, as "26113" for Die'),
    of_article("commune-unknown", article('commune: "26354"\n'), ':5:10: the commune 26354 is not one that this hub covers: this code is a former one: today it is Châtillon-en-Diois, commune: "26086"'),
    of_article("commune-unknown", article('commune: "35238"\n'), ":5:10: the commune 35238 is not one that this hub covers: 35238 is Rennes: mend the code, or add this commune to content/territory.yml"),
    of_article("commune-unknown", article('commune: "99999"\n'), ":5:10: the commune 99999 is not one that this hub covers: mend the code, or add the commune to content/territory.yml"),
    of_article("date-odd", article().replace("2026-02-01", "1970-01-01"), ":3:7: date: 1 January 1970 is a date that can hardly be meant: make sure of the year"),
    of_article("date-odd", article().replace("2026-02-01", "2206-02-01"), ":3:7: date: 1 February 2206 is a date that can hardly be meant: make sure of the year"),
    of_article("date-odd", article("updated: 2025-02-01\n"), ":5:10: updated: 1 February 2025 is a date that can hardly be meant: make sure of the year"),
    of_article("expires-early", article("expires: 2026-01-31\n"), ":5:10: it is shown until 31 January 2026, which is before its date, 1 February 2026: mend one of the two dates"),
    of_article("expired", article("expires: 2026-02-28\n"), ":5:10: it was to be shown until 28 February 2026: give “expires” a later day if it still holds; there is nothing to do if it doesn’t"),
    of_article("title-capitals", article().replace("Une fontaine", "UNE FONTAINE RETROUVÉE"), ":2:8: the title is in capitals: write it as a sentence, such as Une fontaine retrouvée"),
    of_article("licence-missing", "---\ntitle: Carte\ndate: 2026-02-01\n---\nTexte\n", ":1: nothing says under which licence this text may be shared: add “licence: CC BY-SA 4.0”, or the licence that its authors chose"),
    of_article("licence-missing", article("image: {file: a.jpg, alt: Une carte}\n"), ":5:8: nothing says under which licence the picture “a.jpg” may be shared: add “image.licence: CC BY-SA 4.0”, or the licence that its authors chose"),
    Case("logo-missing", {R: source("homepage: https://radio.example/\nlogo: logo.png\n")}, ("content/sources/radio.md:4:7: the logo “logo.png” isn’t there: put it beside this file, or mend its name", )),
    Case("logo-missing", {R: source("homepage: https://radio.example/\nlogo: logo.png\n"), "content/sources/Logo.webp": picture("WEBP")}, ("content/sources/radio.md:4:7: the logo “logo.png” isn’t there: write “Logo.webp”, the file that is there", )),
    Case("feed-missing", {R: source("feeds: [demo/feeds/radio.rss]\n"), "demo/Radio.RSS": b"<rss/>"}, ("content/sources/radio.md:3: the feed “demo/feeds/radio.rss” isn’t among the files of this hub: write “demo/Radio.RSS”, the file that is there", )),
    Case("feed-missing", {R: source("feeds: [demo/feeds/nowhere.xml]\n")}, ("content/sources/radio.md:3: the feed “demo/feeds/nowhere.xml” isn’t among the files of this hub: mend its path, which begins at the hub’s folder", )),
    Case("feed-twice", {R: source("feeds: [https://r.example/f]\n"),
                        "content/sources/b.md": source("feeds: [https://r.example/f]\n")}, ("content/sources/radio.md:3: the feed https://r.example/f is named by content/sources/b.md too: leave it in one of the two files", )),
    Case("agreement-bare", {R: source("homepage: https://radio.example/\nagreement: {scope: full}\n")}, ("content/sources/radio.md:4:12: the agreement to show whole texts doesn’t say since when, or who gave it: add “since:” and “by:” to the agreement", )),
    of_article("text-empty", article(body="\n"), ":7: there is no text below the head: write the text below the second line of hyphens"),
    Case("text-alike", {A: article(body=WORDS * 2), "content/articles/b.md": article(body=WORDS * 2 + "Fin.")}, ("content/articles/b.md:1: this text is nearly the same as content/articles/a.md (95% alike): keep one, or make one lead to the other", )),
    Case("text-published", {A: article().replace("Une fontaine", "Une fontaine retrouvée sous les ronces"), "archive/radio/2026.jsonl": ENTRY.replace("{", '{"title":"Une fontaine, retrouvée sous les ronces !",')}, ("content/articles/a.md:2: /medias/radio/2026/a/ already has this title: make sure that it isn’t the same text; if it is, keep one",)),
    of_article("heading-skipped", article(body="## Un\n\n#### Deux\n"), ":8:1: the heading “Deux” is of level 4, below one of level 2: begin it with ###"),
    of_article("heading-space", article(body="Avant.\n\n##Un titre\n\n`##Du code` et #mot\n"), ":8:1: “##” begins no heading without a space behind it: write “## ”"),
    of_article("link-space", article(body="Voir [le plan]({attach}plan de la salle.pdf), [ici](voir plus bas) et [là](<{attach}b c.pdf>).\n"),
               ":6:16: an address with spaces makes no link: “{attach}plan de la salle.pdf”: put it between angle brackets, <{attach}plan de la salle.pdf>"),
    of_article("html-removed", article(body="Avant <script>alert(1)</script>\n"), ":6:7: <script> is HTML that the hub doesn’t keep: say it in Markdown, or leave it out; a sound or video is a link on a line of its own"),
    of_article("html-attribute", article(body='Un <b onclick="alert(1)">mot</b>\n'), ":6:4: the attribute “onclick” of <b> is left out: leave it out"),
    Case("directive-removed",
         {"content/articles/r.rst": "Titre\n#####\n\n:date: 2026-02-01\n:licence: CC0\n\n.. include:: /etc/passwd\n"}, ("content/articles/r.rst:7:4: the directive “include” isn’t allowed, and the text would be left out with it: say it in plain reStructuredText", )),
    Case("link-gone", {A: article(body="Voir [là]({filename}b.md), [là](/articles/b/) et [là](/medias/radio/2026/bal/).\n"),
                       "content/articles/b.md": article("expires: 2026-02-10\n"),
                       "content/takedowns.yml": "- {date: 2026-02-02, address: /medias/radio/2026/bal/, reason: Une demande.}\n"},
         tuple(f"{A}:6:{column}: the link “{link}” leads to what the hub doesn’t show any more: take the link out, or say in words what was there"
               for column, link in ((11, "{filename}b.md"), (33, "/articles/b/"), (55, "/medias/radio/2026/bal/")))),
    of_article("link-broken", article(body="Voir [là]({filename}absent.md).\n"), ":6:11: the link “{filename}absent.md” leads nowhere: check its name and folder"),
    of_article("link-broken", article(body="Voir [là](/articles/absent/).\n"), ":6:11: the link “/articles/absent/” leads nowhere: check its name and folder"),
    of_article("link-broken", article(body="Voir [là](carte.pdf).\n"), ":6:11: the link “carte.pdf” leads nowhere: check its name and folder"),
    of_article("link-broken", article(body="Voir [là](/content/articles/absent.md).\n"), ":6:11: the link “/content/articles/absent.md” leads nowhere: write {attach}/articles/absent.md for a file, or {filename}/articles/absent.md for another text"),
    Case("link-broken", {A: article(body="Voir [là]({filename}Autre.md) et [là](../plans/2026/plan%20b.pdf).\n"), "content/articles/autre.md": article("title: Autre chose\n"), "content/plans/plan b.pdf": b""},
         ("content/articles/a.md:6:11: the link “{filename}Autre.md” leads nowhere: write “{filename}autre.md”, the file that is there",
          "content/articles/a.md:6:39: the link “../plans/2026/plan%20b.pdf” leads nowhere: write “../plans/plan%20b.pdf”, the file that is there")),
    of_article("link-broken", article(body="Voir [là]({attach}programme.exe).\n"), ":6:11: the link “{attach}programme.exe” leads nowhere: check its name and folder"),
    Case("link-broken", {A: article(body="Voir [là]({filename}b.md).\n"),
                         "content/articles/b.md": article("status: draft\n")}, ("content/articles/a.md:6:11: the link “{filename}b.md” leads nowhere: it leads to a text that the hub doesn’t show yet: publish that one first, or take the link out", )),
    of_article("anchor-broken", article(body="## Le début\n\nVoir [plus bas](#la-fin).\n"), ":8:17: the link “#la-fin” leads to a part of the page that isn’t there: take the name of a heading: #le-debut"),
    of_article("link-unsafe", article(body="Voir [là](javascript:alert(1)).\n"), ":6:11: the link “javascript:alert(1)” is not one that a page may have: link to an address that begins with https://"),
    of_article("link-tracking", article(body="Voir [là](https://x.example/a?id=1&utm_source=lettre).\n"), ":6:11: the link “https://x.example/a?id=1&utm_source=lettre” tells others who follows it: write https://x.example/a?id=1"),
    of_article("image-missing", article("image: {file: Carte.JPG, alt: Une carte, licence: CC0}\n"), ":5:15: the picture “Carte.JPG” isn’t there: put it beside this file, or mend its name; capitals count"),
    Case("image-missing", {A: article("image: {file: Carte.JPG, alt: Une carte, licence: CC0}\n", "![Une carte]({attach}carte.png)\n\n![Un plan](plan.webp)\n"),
                           "content/articles/carte.jpg": picture(), "content/pages/plan.webp": picture("WEBP")},
         ("content/articles/a.md:5:15: the picture “Carte.JPG” isn’t there: write “carte.jpg”, the file that is there",
          "content/articles/a.md:7:14: the picture “carte.png” isn’t there: write “{attach}carte.jpg”, the file that is there",
          "content/articles/a.md:9:12: the picture “plan.webp” isn’t there: write “../pages/plan.webp”, the file that is there")),
    of_article("image-missing", article(body="![Une carte]({attach}carte.jpg)\n"), ":6:14: the picture “carte.jpg” isn’t there: put it beside this file, or mend its name; capitals count"),
    Case("image-alt", {A: article("image: {file: a.jpg, licence: CC0}\n"), "content/articles/a.jpg": picture()}, ("content/articles/a.md:5:8: the picture “a.jpg” has no description: say in a sentence what it shows: image.alt: …", )),
    Case("image-alt", {A: article(body="![]({attach}a.jpg)\n"), "content/articles/a.jpg": picture()}, ("content/articles/a.md:6:5: the picture “a.jpg” has no description: say in a sentence what it shows: ![…]({attach}a.jpg)", )),
    of_article("image-remote", article(body="![Une carte](https://x.example/carte.jpg)\n"), ":6:14: the picture https://x.example/carte.jpg lies on another site: put the picture beside this file, if its licence allows it"),
    of_picture("image-refused", "a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", ": “a.svg” is no picture that can be shown (an SVG may hold programs): save it again as JPEG, PNG or WebP"),
    of_picture("image-refused", "a.jpg", b"<html><script>alert(1)</script></html>", ": “a.jpg” is no picture that can be shown (its bytes are not those of a picture): save it again as JPEG, PNG or WebP"),
    of_picture("image-refused", "a.png", picture(), ": “a.png” is no picture that can be shown (its name doesn’t say that it is JPEG): save it again as JPEG, PNG or WebP"),
    of_picture("image-refused", "a.png", huge(), ": “a.png” is no picture that can be shown (this picture has far too many pixels): save it again as JPEG, PNG or WebP"),
    of_picture("image-heavy", "a.jpg", picture(size=(2600, 20)), ": the picture “a.jpg” is heavy: 2 kB, 2600 × 20 pixels: shrink it to 2000 pixels wide"),
    of_picture("image-position", "a.jpg", picture(exif=exif(gps=True)), ": the picture “a.jpg” says where it was taken: save it again without its metadata"),
    of_picture("image-names", "a.jpg", picture(exif=exif(artist="Awa Diallo")), ": the picture “a.jpg” names someone in its metadata (Awa Diallo): save it again without its metadata, and name its author under “credit” if they wish"),
    of_article("personal-phone", article(body="Appelez Awa au 06 12 34 56 78.\n"), ":6:16: “06 12 34 56 78” looks like the phone number of a private person: make sure that they agree, or give the contact of their group"),
    of_article("personal-email", article(body="Écrivez à awa.diallo@orange.fr.\n"), ":6:11: “awa.diallo@orange.fr” looks like the e-mail address of a private person: make sure that they agree, or give the contact of their group"),
    Case("file-name", {"content/articles/Mon Été.md": article()}, ("content/articles/Mon Été.md: the name of this file has capitals, spaces or accents: rename it to mon-ete.md", )),
    Case("file-control", {"content/articles/a\x1b[31m.md": article()}, ("content/articles/a\x1b[31m.md: the name of this file holds signs that nobody sees: rename it to a-31m.md", )),
    Case("file-lost", {"content/notes/un/deux.md": article(), "content/notes.md": "Rien"}, ("content/notes.md: nothing reads a file of this folder: move it to content/articles/, content/dossiers/, content/pages/, content/sources/", "content/notes/un/deux.md: nothing reads a file of this folder: move it to content/articles/, content/dossiers/, content/pages/, content/sources/" )),
    Case("file-kind", {"content/articles/a.docx": b"PK"}, ("content/articles/a.docx: the hub doesn’t serve files that end in “.docx”: save it as PDF, or as plain text", )),
    Case("territory", {"content/territory.yml": "communes:\n  - Die\n"}, ('content/territory.yml:2: this commune can\'t be read: write it as - {code: "26113", name: Die, department: "26", lat: 44.75, lon: 5.37}', )),
    Case("territory-code", {"content/territory.yml": "communes:\n  - {code: '26113', name: Crest}\n"}, ("content/territory.yml:2: 26113 is the code of Die, not of Crest: write 26108 Crest", )),
    Case("ledger", {"content/curation.yml": "- hide: true\n"}, ("content/curation.yml:1: “publication” is missing: add a line such as “publication: /medias/radio-du-fleuve/2026/une-chronique/”", "content/curation.yml:1: “date” is missing: add a line such as “date: 2026-03-15”" )),
    Case("ledger-unmatched", {"content/curation.yml": "- {publication: /articles/b/, hide: true, date: 2026-03-01, reason: x}\n", A: article()}, ("content/curation.yml:1: no publication has the address /articles/b/ (near it: /articles/a/)",)),
    Case("ledger-unmatched", {"content/works.yml": "same:\n  - [https://a.example/b, https://c.example/d]\n"}, ("content/works.yml:2: “https://a.example/b” is the address of no entry: take it from the entry's page on this hub, or remove it here", "content/works.yml:2: “https://c.example/d” is the address of no entry: take it from the entry's page on this hub, or remove it here")),
    Case("archive", {"archive/radio/2026.jsonl": "{\n"}, ("archive/radio/2026.jsonl:1: this line of the archive can't be read (it stops before its end): take it back from git, or remove it", )),
    Case("archive-twice", {R: source("homepage: https://r.example/\n"), "archive/radio/2026.jsonl": ENTRY + ENTRY}, ("archive/radio/2026.jsonl: the entry 1 stands twice in this archive: remove one of the two lines", )),
    Case("archive-lost", {"archive/radio/2026.jsonl": ENTRY}, ("archive/radio: no source file belongs to this archive: bring content/sources/radio.md back, or remove the folder if the medium left for good", )),
)  # fmt: skip
