"""What goes wrong on the way to a host, in words that say what to do."""

from __future__ import annotations

import errno
import re

from kiosque.deploy.host import HostError
from kiosque.i18n import _

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_IN_THE_WAY = frozenset({errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY})


def full(path: str) -> HostError:
    """Return the error of a host without room."""
    message = _("the host has no room left for {path}: free some, or ask for more, then deploy again")
    return HostError(message.format(path=path))


def forbidden(path: str) -> HostError:
    """Return the error of a host that lets nobody write there."""
    message = _(
        "the host doesn't allow {path} to be written: check the folder in publishconf.py, and that this account may "
        "write there, then deploy again"
    )
    return HostError(message.format(path=path))


def in_the_way(path: str) -> HostError:
    """Return the error of something that lies where a file or folder must be."""
    message = _("something else lies on the host where {path} must be: move it away, then deploy again")
    return HostError(message.format(path=path))


def cut(host: str, reason: object) -> HostError:
    """Return the error of a connection that ended too early."""
    message = _(
        "the connection to {host} was cut ({reason}): deploy again; the next deployment goes on from there"
    )
    return HostError(message.format(host=host, reason=_one_line(reason)))


def unreachable(host: str, port: int, reason: object) -> HostError:
    """Return the error of a host that doesn't answer at all."""
    message = _("{host} doesn't answer on port {port} ({reason}): check the address in publishconf.py")
    return HostError(message.format(host=host, port=port, reason=_one_line(reason)))


def refused(path: str, reason: object) -> HostError:
    """Return the error of anything else that a host says no to."""
    message = _("the host refused {path} ({reason})")
    return HostError(message.format(path=path, reason=_one_line(reason)))


def branch_refused(branch: str, reason: object) -> HostError:
    """Return the error of a repository whose branch may not be replaced by this account, or by any."""
    message = _(
        "the host doesn't allow the branch “{branch}” to be replaced ({reason}): check in its settings that this account "
        "may write there, and that nothing protects the branch from force-pushes, then deploy again"
    )
    return HostError(message.format(branch=branch, reason=_one_line(reason)))


def no_repository(address: str, reason: object) -> HostError:
    """Return the error of a repository that isn't there, or isn't shown to this account."""
    message = _(
        "{address} shows this account no repository ({reason}): make it there, or check the address in publishconf.py and "
        "that this account may read it, then deploy again"
    )
    return HostError(message.format(address=address, reason=_one_line(reason)))


def no_folder(folder: str, host: str, landing: str) -> HostError:
    """Return the error of a target's folder that isn't there; ``landing`` is where a connection begins."""
    message = _(
        "the folder “{folder}” isn't there on {host}: make it, or name another in publishconf.py; this account lands in "
        "“{landing}”"
    )
    return HostError(message.format(folder=folder, host=host, landing=landing))


def wrong_certificate(host: str, reason: str) -> HostError:
    """Return the error of a certificate that doesn't prove that this is the host."""
    message = _(
        "the certificate of {host} isn't good ({reason}), so nothing was sent: check the name in publishconf.py; where "
        "the host has an authority of its own, name its file with “certificate”"
    )
    return HostError(message.format(host=host, reason=reason))


def unreadable_certificate(file: str, reason: object) -> HostError:
    """Return the error of a file of certificates that can't be used."""
    message = _("the file “{file}”, named with “certificate”, can't be used ({reason})")
    return HostError(message.format(file=file, reason=_one_line(reason)))


def no_encryption(host: str) -> HostError:
    """Return the error of a server that has FTP only without TLS."""
    message = _(
        "{host} has no encrypted FTP: ask the host for it, or for SFTP. If it really has neither, write ftp://, with "
        '"unencrypted": True'
    )
    return HostError(message.format(host=host))


def wrong_password(user: str, host: str, variable: str) -> HostError:
    """Return the error of a password that isn't the right one."""
    message = _(
        "{host} doesn't accept the password of {user}: check {variable}, and the name in publishconf.py"
    )
    return HostError(message.format(host=host, user=user, variable=variable))


def no_password(user: str, host: str, variable: str) -> HostError:
    """Return the error of a password that nobody gave."""
    message = _("the password of {user} on {host} is missing: put it into the environment, as {variable}")
    return HostError(message.format(host=host, user=user, variable=variable))


def wrong_key(user: str, host: str) -> HostError:
    """Return the error of keys and passwords none of which opens."""
    message = _(
        "{host} accepts neither key nor password of {user}: give the host your public key, name the private one with "
        "“key” or put it into KIOSQUE_DEPLOY_KEY, or put a password into KIOSQUE_DEPLOY_PASSWORD"
    )
    return HostError(message.format(host=host, user=user))


def unreadable_key(reason: object) -> HostError:
    """Return the error of a private key that can't be used."""
    message = _(
        "the private key can't be used ({reason}): check the file that “key” names, or KIOSQUE_DEPLOY_KEY; what opens "
        "it goes into KIOSQUE_DEPLOY_PASSPHRASE"
    )
    return HostError(message.format(reason=_one_line(reason)))


def other_host_key(host: str) -> HostError:
    """Return the error of a host that shows another key than the one that is known."""
    message = _(
        "{host} shows another key than the one that is known: someone may stand between you and the host. Nothing "
        "was sent. If the host says that it has a new key, put it in the place of the old one"
    )
    return HostError(message.format(host=host))


def unknown_host_key(host: str, fingerprint: str, key: str) -> HostError:
    """Return the error of a host whose key nobody has confirmed yet."""
    message = _(
        "{host} isn't known yet: compare the fingerprint of its key, {fingerprint}, with what the host's help pages "
        'say, then write beside its address in publishconf.py: "host_key": "{key}"'
    )
    return HostError(message.format(host=host, fingerprint=fingerprint, key=key))


def unconfirmed_host_key(host: str, port: int) -> HostError:
    """Return the error of a host whose key nobody has confirmed yet, where it isn't at hand."""
    message = _(
        "{host} isn't known yet: run once “{command}”, compare the fingerprint that it shows with what the host's help "
        "pages say, and say yes; or write “host_key” beside its address in publishconf.py"
    )
    return HostError(message.format(host=host, command=f"ssh -p {port or 22} {host}"))


def no_program(program: str) -> HostError:
    """Return the error of a program that isn't installed."""
    message = _(
        "{program} isn't installed here: install it, or choose a target of another kind, such as sftp://"
    )
    return HostError(message.format(program=program))


def of_words(said: str, path: str) -> HostError | None:
    """Return what the words of a program of the system mean; nothing where they are others."""
    if re.search(r"No space left|Disk quota exceeded|File too large", said):
        return full(path or _first_line(said))
    if re.search(r"Permission denied|Operation not permitted|Read-only file system", said):
        return forbidden(path or _first_line(said))
    if re.search(r"Is a directory|Not a directory|Directory not empty|File exists", said):
        return in_the_way(path or _first_line(said))
    return None


def _first_line(said: str) -> str:
    lines = [line for line in said.splitlines() if ": " in line]
    return _one_line(lines[0]) if lines else _one_line(said)


def of_system(path: str, error: OSError) -> HostError:
    """Return what an error of the operating system means."""
    if error.errno in _FULL:
        return full(path)
    if error.errno in _FORBIDDEN:
        return forbidden(path)
    if error.errno in _IN_THE_WAY:
        return in_the_way(path)
    return refused(path, error.strerror or error)


def _one_line(reason: object) -> str:
    """Return what a host or library said; hosts may say anything, so it is kept short and in one line."""
    text = re.sub(r"[\s\x00-\x1f\x7f]+", " ", str(reason)).strip()
    return text[:200] or type(reason).__name__
