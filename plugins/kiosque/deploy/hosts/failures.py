"""The errors of hosts, as messages that say what to do."""

from __future__ import annotations

import errno
import re

from kiosque.deploy.host import HostError
from kiosque.i18n import _
from kiosque.wording.reasons import meaning_of, reason_of

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_IN_THE_WAY = frozenset({errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY})


def full(path: str) -> HostError:
    """Return the error of a host without room."""
    message = _("the host has no room left for {path}: free some, or ask for more, then deploy again")
    return HostError(message.format(path=path))


def forbidden(path: str) -> HostError:
    """Return the error of a path where this account may not write."""
    message = _(
        "the host doesn't allow {path} to be written: check the folder in publishconf.py, and that this "
        "account may write there, then deploy again"
    )
    return HostError(message.format(path=path))


def in_the_way(path: str) -> HostError:
    """Return the error of a path where something else lies, such as a folder in the place of a file."""
    message = _("something else lies on the host where {path} must be: move it away, then deploy again")
    return HostError(message.format(path=path))


def cut(host: str, reason: object) -> HostError:
    """Return the error of a connection that was lost."""
    message = _(
        "the connection to {host} was cut ({reason}): deploy again; the next deployment goes on from there"
    )
    return HostError(message.format(host=host, reason=_one_line(reason)))


def unreachable(host: str, port: int, reason: object) -> HostError:
    """Return the error of a host that doesn't answer."""
    message = _("{host} doesn't answer on port {port} ({reason}): check the address in publishconf.py")
    return HostError(message.format(host=host, port=port, reason=_one_line(reason)))


def refused(path: str, reason: object) -> HostError:
    """Return the error of any other refusal of a host."""
    message = _("the host refused {path} ({reason})")
    return HostError(message.format(path=path, reason=_one_line(reason)))


def branch_refused(branch: str, reason: object) -> HostError:
    """Return the error of a branch that this account may not replace, or that is protected."""
    message = _(
        "the host doesn't allow the branch “{branch}” to be replaced ({reason}): check in its settings that "
        "this account may write there, and that nothing protects the branch from force-pushes, "
        "then deploy again"
    )
    return HostError(message.format(branch=branch, reason=_one_line(reason)))


def no_repository(address: str, reason: object) -> HostError:
    """Return the error of a repository that doesn't exist, or that this account may not read."""
    message = _(
        "{address} shows this account no repository ({reason}): make it there, or check the address in "
        "publishconf.py and that this account may read it, then deploy again"
    )
    return HostError(message.format(address=address, reason=_one_line(reason)))


def no_folder(folder: str, host: str, landing: str) -> HostError:
    """Return the error of a target's folder that doesn't exist.

    ``landing`` is the folder in which a connection starts.
    """
    message = _(
        "the folder “{folder}” isn't there on {host}: make it, or name another in publishconf.py; this "
        "account lands in “{landing}”"
    )
    return HostError(message.format(folder=folder, host=host, landing=landing))


def wrong_certificate(host: str, reason: object) -> HostError:
    """Return the error of a certificate that doesn't prove the identity of the host."""
    message = _(
        "the certificate of {host} isn't good ({reason}), so nothing was sent: check the name in "
        "publishconf.py; where the host has an authority of its own, name its file with “certificate”"
    )
    return HostError(message.format(host=host, reason=_one_line(reason)))


def unreadable_certificate(file: str, reason: object) -> HostError:
    """Return the error of a certificate file that can't be used."""
    message = _("the file “{file}”, named with “certificate”, can't be used ({reason})")
    return HostError(message.format(file=file, reason=_one_line(reason)))


def no_encryption(host: str) -> HostError:
    """Return the error of an FTP server without TLS."""
    message = _(
        "{host} has no encrypted FTP: ask the host for it, or for SFTP. If it really has neither, "
        'write ftp://, with "unencrypted": True'
    )
    return HostError(message.format(host=host))


def wrong_password(user: str, host: str, variable: str) -> HostError:
    """Return the error of a wrong password; ``variable`` is the environment variable that holds it."""
    message = _(
        "{host} doesn't accept the password of {user}: check {variable}, and the name in publishconf.py"
    )
    return HostError(message.format(host=host, user=user, variable=variable))


def no_password(user: str, host: str, variable: str) -> HostError:
    """Return the error of a missing password.

    ``variable`` is the environment variable that should hold it.
    """
    message = _("the password of {user} on {host} is missing: put it into the environment, as {variable}")
    return HostError(message.format(host=host, user=user, variable=variable))


class RefusedLoginError(HostError):
    """The host has refused the keys and passwords so far. Another attempt may have more."""


def wrong_key(user: str, host: str, tried: str) -> HostError:
    """Return the error of a host that accepts no key and no password of this account.

    ``tried`` is what was tried, in words.
    """
    message = _(
        "{host} accepts neither key nor password of {user} (tried: {tried}): give the host your public key, "
        "name the private one with “key” or put it into KIOSQUE_DEPLOY_KEY, or put a password into "
        "KIOSQUE_DEPLOY_PASSWORD"
    )
    return HostError(message.format(host=host, user=user, tried=tried))


def unreadable_key(reason: object) -> HostError:
    """Return the error of a private key that can't be used."""
    message = _(
        "the private key can't be used ({reason}): check the file that “key” names, or KIOSQUE_DEPLOY_KEY; "
        "what opens it goes into KIOSQUE_DEPLOY_PASSPHRASE"
    )
    return HostError(message.format(reason=_one_line(reason)))


def other_host_key(host: str) -> HostError:
    """Return the error of a host whose key isn't the known one."""
    message = _(
        "{host} shows another key than the one that is known: someone may stand between you and the host. "
        "Nothing was sent. If the host says that it has a new key, put it in the place of the old one"
    )
    return HostError(message.format(host=host))


def unknown_host_key(host: str, fingerprint: str, key: str) -> HostError:
    """Return the error of a host whose key nobody has confirmed yet, with the key and its fingerprint."""
    message = _(
        "{host} isn't known yet: compare the fingerprint of its key, {fingerprint}, "
        "with what the host's help pages "
        'say, then write beside its address in publishconf.py: "host_key": "{key}"'
    )
    return HostError(message.format(host=host, fingerprint=fingerprint, key=key))


def unconfirmed_host_key(host: str, port: int) -> HostError:
    """Return the error of a host whose key nobody has confirmed yet, where ssh doesn't show the key."""
    message = _(
        "{host} isn't known yet: run once “{command}”, compare the fingerprint that it shows with what the "
        "host's help pages say, and say yes; or write “host_key” beside its address in publishconf.py"
    )
    return HostError(message.format(host=host, command=f"ssh -p {port or 22} {host}"))


def no_bucket(bucket: str) -> HostError:
    """Return the error of a bucket that doesn't exist."""
    message = _(
        "there is no bucket “{bucket}”: make it on the pages of the host, or check the address in "
        'publishconf.py, which is s3://bucket/folder with "endpoint" beside it'
    )
    return HostError(message.format(bucket=bucket))


def wrong_access_key(bucket: str, variable: str) -> HostError:
    """Return the error of an access key of S3 that the service refuses; ``variable`` may hold its secret."""
    message = _(
        "the host of “{bucket}” doesn't accept this access key: check the key in publishconf.py and its "
        "secret in {variable}, or those of ~/.aws/credentials"
    )
    return HostError(message.format(bucket=bucket, variable=variable))


def no_access_key(bucket: str, variable: str) -> HostError:
    """Return the error of an access key of S3 that nobody has given."""
    message = _(
        "the access key for “{bucket}” is missing: write s3://access-key@{bucket} in publishconf.py and put "
        "its secret into the environment, as {variable}; or fill in ~/.aws/credentials"
    )
    return HostError(message.format(bucket=bucket, variable=variable))


def no_profile(profile: str) -> HostError:
    """Return the error of a profile of ``~/.aws`` that can't be used."""
    message = _("“{profile}”, named with “profile”, leads to no access key: check the files in ~/.aws")
    return HostError(message.format(profile=profile or "default"))


def wrong_region(bucket: str, region: str) -> HostError:
    """Return the error of a bucket in another region.

    ``region`` is the right one, where the service tells it.
    """
    message = _(
        "“{bucket}” is in another region ({region}): write it into publishconf.py as “region”, and check "
        "“endpoint”"
    )
    return HostError(message.format(bucket=bucket, region=region or "?"))


def wrong_clock(host: str) -> HostError:
    """Return the error of a machine whose clock is wrong: signatures hold for minutes only."""
    message = _(
        "the clock of this machine is wrong, so {host} refuses its signatures: set it, then deploy again"
    )
    return HostError(message.format(host=host))


def no_access_lists(bucket: str) -> HostError:
    """Return the error of a bucket that takes no access control lists."""
    message = _(
        "“{bucket}” takes no access control lists: leave “acl” out of publishconf.py, and open the bucket to "
        "readers by its policy"
    )
    return HostError(message.format(bucket=bucket))


def no_webdav(address: str, reason: object) -> HostError:
    """Return the error of an address where no WebDAV answers."""
    message = _("{address} doesn't speak WebDAV ({reason}): check the address in publishconf.py")
    return HostError(message.format(address=address, reason=_one_line(reason)))


def no_program(program: str) -> HostError:
    """Return the error of a program that isn't installed."""
    message = _(
        "{program} isn't installed here: install it, or choose a target of another kind, such as sftp://"
    )
    return HostError(message.format(program=program))


def from_output(output: str, path: str) -> HostError | None:
    """Return the error that the output of a system program means.

    ``None`` where the output is none of the known ones.
    """
    if re.search(r"No space left|Disk quota exceeded|File too large", output):
        return full(path or _first_line(output))
    if re.search(r"Permission denied|Operation not permitted|Read-only file system", output):
        return forbidden(path or _first_line(output))
    if re.search(r"Is a directory|Not a directory|Directory not empty|File exists", output):
        return in_the_way(path or _first_line(output))
    return None


def _first_line(output: str) -> str:
    lines = [line for line in output.splitlines() if ": " in line]
    return _one_line(lines[0]) if lines else _one_line(output)


def from_os_error(path: str, error: OSError) -> HostError:
    """Return the error that an error of the operating system means."""
    if error.errno in _NO_ROOM:
        return full(path)
    if error.errno in _FORBIDDEN:
        return forbidden(path)
    if error.errno in _IN_THE_WAY:
        return in_the_way(path)
    return refused(path, error)


def _one_line(reason: object) -> str:
    """Return the meaning of an error, or the words of a host, in one line of at most 200 characters.

    A host may send anything: without this, it could fill the terminal or move its cursor.
    """
    return reason_of(reason) if isinstance(reason, BaseException) else meaning_of(str(reason))
