"""Measure `kiosque check`: all of a hub of N articles with pictures, and one file of it, each a whole
process.

make bench-check N=1000
"""

from __future__ import annotations

import io
import random
import sys
import tempfile
from pathlib import Path

from measure import measure
from PIL import Image

_KIOSQUE = str(Path(sys.executable).with_name("kiosque"))
_TEXT = """la rivière descend vers le village où des voisines réparent un mur de pierre sèche avec des enfants
de l’école pendant que le boulanger range les paniers du marché et qu’une radio raconte la crue de l’hiver
dernier aux gens"""
_WORDS = _TEXT.split()


def main(number: int) -> None:
    """Print a line for each case."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write(root, number)
        one = "content/articles/article-7/index.md"
        for name, arguments in (("whole hub", []), ("one file", [one]), ("the rules", ["--rules"])):
            result = measure([_KIOSQUE, "check", *arguments], root, 5, lambda: None)
            print(
                f"{name:10} {result.seconds:6.2f} s   {result.cpu:6.2f} s of work   {result.peak / 1e6:5.0f} "
                f"MB"
            )


def _write(root: Path, number: int) -> None:
    made_up = random.Random(7)
    communes = "\n".join(
        f'  - {{code: "26{n:03}", name: Village {n}, department: "26"}}' for n in range(1, 100)
    )
    (root / "content/articles").mkdir(parents=True)
    (root / "content/territory.yml").write_text(f"communes:\n{communes}\n")
    data = io.BytesIO()
    Image.effect_noise((1200, 800), 40).convert("RGB").save(data, "JPEG", quality=60)
    for n in range(number):
        place = root / f"content/articles/article-{n}"
        place.mkdir()
        (place / "photo.jpg").write_bytes(data.getvalue())
        (place / "index.md").write_text(_article(n, number, made_up))


def _article(n: int, number: int, made_up: random.Random) -> str:
    paragraphs = [" ".join(made_up.choices(_WORDS, k=90)).capitalize() + "." for _ in range(6)]
    links = (
        f"Voir [l’autre]({{filename}}../article-{made_up.randrange(number)}/index.md) et [le "
        f"site](https://x.example/a?id={n})."
    )
    return (
        f"---\ntitle: Article {n} du village\ndate: 2026-02-{n % 28 + 1:02} 18:30\n"
        f"authors: [Awa, Les Amis du lavoir]\n"
        f'tags: [eau, village {n % 50}]\ncommune: "26{n % 99 + 1:03}"\nsummary: {paragraphs[0][:150]}\n'
        "image: {file: photo.jpg, alt: Un village, credit: Awa, licence: CC BY-SA 4.0}\n"
        "licence: CC BY-SA 4.0\n---\n" + f"\n\n## Un intertitre\n\n{links}\n\n".join(paragraphs)
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1000)
