"""The wheel of Kiosque, the origin of what is installed, and the requirements of a hub."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

import pytest

from kiosque import DISTRIBUTION, __version__, i18n
from kiosque.archive.format import UPGRADES
from kiosque.model import KiosqueError
from kiosque.setup.distribution.installed import Origin, OriginKind, labelled, origin_of, without_credentials
from kiosque.setup.distribution.requirements import (
    HubPackage,
    Requirement,
    origin_in,
    parsed,
    requirements_text,
)
from kiosque.setup.distribution.wheel import pack_wheel, read_wheel
from kiosque.setup.upgrade.release import release_that_runs

INFO = "kiosque_hub-0.1.0.dist-info"
FILES = {
    "kiosque/__init__.py": b"",
    "kiosque/setup/lock.txt": b"a==1 \\\n    --hash=sha256:" + b"1" * 64 + b"\n",
    f"{INFO}/METADATA": b"Metadata-Version: 2.4\nName: kiosque-hub\nVersion: 0.1.0\n\nVersion: of the text\n",
    f"{INFO}/licenses/LICENSE": b"AGPL",
    f"{INFO}/RECORD": b"old",
}


@pytest.fixture(autouse=True)
def _in_english() -> None:
    i18n.use("en")


def test_the_same_files_make_the_same_wheel_and_it_is_read_back() -> None:
    """The version is that of name, folder and metadata; RECORD has the digest of each file."""
    wheel = pack_wheel(FILES, "0.1.0+gabc")
    info = "kiosque_hub-0.1.0+gabc.dist-info"
    again = read_wheel(wheel.data)
    assert (wheel, "0.1.0+gabc", "kiosque_hub-0.1.0+gabc-py3-none-any.whl") == (
        again,
        again.version,
        again.filename,
    )
    assert wheel.data == pack_wheel(dict(reversed(FILES.items())), "0.1.0+gabc").data
    assert (
        FILES[f"{INFO}/METADATA"].replace(b"Version: 0.1.0", b"Version: 0.1.0+gabc")
        == wheel.files[f"{info}/METADATA"]
    )
    assert [
        "kiosque/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0",
        f"{info}/RECORD,,",
    ] == [wheel.text(f"{info}/RECORD").splitlines()[number] for number in (0, -1)]


def test_the_label_of_a_version_follows_the_commit_or_the_contents() -> None:
    """Another state of the files has another version; a label takes the place of an older one."""
    wheel = pack_wheel(FILES, "0.1.0+old")
    other = pack_wheel({**FILES, "kiosque/new.py": b""}, "0.1.0")
    assert "0.1.0+g0123456789ab" == labelled(wheel, "0123456789abcdef").version
    assert labelled(wheel).version == labelled(pack_wheel(FILES, "0.1.0")).version != labelled(other).version


def zipped(files: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"nothing", "this isn't a wheel: its archive can't be read"),
        (zipped({}), "this isn't a wheel of Kiosque: its name is “”, not “kiosque-hub”"),
        (
            zipped({**FILES, f"{INFO}/METADATA": b"Name: kiosque\nVersion: 0.2.0\n"}),
            "this isn't a wheel of Kiosque: its name is “kiosque”, not “kiosque-hub”",
        ),
    ],
)
def test_anything_but_a_wheel_of_kiosque_is_an_error(data: bytes, expected: str) -> None:
    """Somebody else's package is told by its name."""
    with pytest.raises(KiosqueError) as error:
        read_wheel(data)
    assert expected == str(error.value)


@pytest.mark.parametrize(
    ("noted", "expected"),
    [
        (None, Origin(kind=OriginKind.INDEX)),
        (
            {"url": "https://me:secret@forge.example/k.git", "vcs_info": {"vcs": "git", "commit_id": "ab"}},
            Origin(kind=OriginKind.REPOSITORY, address="git+https://forge.example/k.git", commit="ab"),
        ),
        (
            {"url": "file:///home/me/k%20k", "dir_info": {"editable": True}},
            Origin(kind=OriginKind.CHECKOUT, address="/home/me/k k", is_editable=True),
        ),
        ({"url": "file:///k", "dir_info": {}}, Origin(kind=OriginKind.CHECKOUT, address="/k")),
        (
            {"url": "file:///k.whl", "archive_info": {"hash": "sha256=aa", "hashes": {"sha256": "aa"}}},
            Origin(kind=OriginKind.WHEEL, address="/k.whl", sha256="aa"),
        ),
        (
            {"url": "https://host.example/k.whl", "archive_info": {"hash": "sha256=aa"}},
            Origin(kind=OriginKind.WHEEL, address="https://host.example/k.whl", sha256="aa"),
        ),
        ({"url": "https://host.example/k.whl", "archive_info": {}}, Origin(kind=OriginKind.WHEEL, address="https://host.example/k.whl")),
    ],
)  # fmt: skip
def test_the_origin_is_what_the_installer_has_noted(noted: object, expected: Origin) -> None:
    """PEP 610 has a form for repositories, folders and archives; without a note it was an index."""
    assert expected == origin_of(json.dumps(noted) if noted else "")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://token@forge.example/k.git", "https://forge.example/k.git"),
        ("git+ssh://git@forge.example/k.git", "git+ssh://git@forge.example/k.git"),
        ("git+ssh://git:secret@forge.example/k.git", "git+ssh://forge.example/k.git"),
        ("https://forge.example:8443/k.git", "https://forge.example:8443/k.git"),
    ],
)
def test_no_password_gets_into_a_hub(address: str, expected: str) -> None:
    """A hub's requirements are read by others."""
    assert expected == without_credentials(address)


def test_requirements_are_read_as_pip_reads_them() -> None:
    """Continued lines, comments, markers, extras, paths and addresses; options aren't requirements."""
    one, two = "1" * 64, "2" * 64
    text = (
        "--require-hashes\n# words\nA_b.c==1.0 \\\n    --hash=sha256:"
        + one
        + " \\\n    --hash=sha256:"
        + two
        + "\n"
        'x[bin]==2 ; python_version < "3.14" --hash=sha256:' + one + "\n"
        "free>=1  # why\nkiosque\n./paquets/k.whl\n.\nhub @ git+https://forge.example/k.git\n"
    )
    assert [
        ("a-b-c", "1.0", (one, two), ""),
        ("x", "2", (one,), 'python_version < "3.14"'),
        ("free", "", (), ""),
        ("kiosque", "", (), ""),
        ("", "", (), ""),
        ("", "", (), ""),
        ("hub", "", (), ""),
    ] == [(found.name, found.version, found.sha256, found.marker) for found in parsed(text)]


def test_a_hubs_requirements_are_kiosque_its_lock_and_what_people_added() -> None:
    """Each with its digest; where the wheel lies in the hub, pip is told the folder."""
    wheel = pack_wheel(FILES, "0.1.0")
    own = Requirement(text="mine==1 --hash=sha256:2")
    text = requirements_text(HubPackage(wheel=wheel, origin="git+https://forge.example/k.git@ab"), [own])
    lines = [line for line in text.splitlines() if line and (not line.startswith("# ") or "@" in line)]
    assert [
        "--require-hashes",
        "--find-links paquets",
        "# kiosque-hub @ git+https://forge.example/k.git@ab",
        "kiosque-hub==0.1.0 \\",
        f"    --hash=sha256:{wheel.sha256}",
        "a==1 \\",
        "    --hash=sha256:" + "1" * 64,
        "mine==1 --hash=sha256:2",
    ] == lines
    assert "git+https://forge.example/k.git@ab" == origin_in(text)
    assert ("", False) == (
        origin_in("a==1\n"),
        "paquets" in requirements_text(HubPackage(wheel=wheel, is_published=True)),
    )


def test_what_a_release_says_of_itself_is_what_its_code_does() -> None:
    """The format that its data name is the one that its code writes; every line of its lock has digests."""
    release = release_that_runs()
    lock = parsed(release.lock)
    assert (len(UPGRADES) + 1, True) == (release.archive_format, len(lock) > 30)
    assert [] == [found.name for found in lock if not (found.version and found.sha256)]
    assert (True, "kiosque-hub") == (bool(__version__), DISTRIBUTION)
