"""A bucket of object storage as a host, by Amazon's boto3.

Amazon's, Scaleway's, OVH's, Cloudflare's and others speak the same language, and so do MinIO and Garage.

An object appears whole and at once, so there are no drafts. Objects have no time that a client can set. The
service gives each content an ETag, and a note on the host keeps the ETags of what was sent: one list of the
bucket tells which files someone changed.

Object storage serves an object as it is, without a choice of encodings. Files that only browsers ask for are
stored compressed by gzip, which all browsers take, with the metadata that says so.
"""

from __future__ import annotations

import gzip
import ssl
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

import boto3
import botocore.exceptions
from botocore.config import Config

from kiosque.deploy.credentials import PASSWORD, Credentials
from kiosque.deploy.host import OWN_FOLDER, File, HostError, OnSent, digest_of
from kiosque.deploy.hosts import failures
from kiosque.deploy.state import MANIFEST, pack, unpack
from kiosque.settings.serving import ENCODINGS, lifetime, media_type
from kiosque.settings.targets import Target

T = TypeVar("T")

_SECONDS = 30
_AT_ONCE = 16
# The digests of the ETags of all files, by path.
_ETAGS = f"{OWN_FOLDER}/etags.json.gz"
# Files that only browsers and robots ask for. Feeds and data stay plain, for programs that take no gzip.
_FOR_BROWSERS = (".css", ".html", ".js", ".svg")
_COPY = ".gz"
# Error codes of S3 (API reference, “Error responses”) and of services that speak its language.
_MISSING = frozenset({"NoSuchKey", "404", "NotFound"})
_WRONG_KEY = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "401"})
_WRONG_REGION = frozenset({
    "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "PermanentRedirect", "301", "307",
})  # fmt: skip
_FULL = frozenset({
    "QuotaExceeded", "BucketQuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "507",
    "EntityTooLarge",
})  # fmt: skip
_FORBIDDEN = frozenset({"AccessDenied", "AllAccessDisabled", "AccountProblem", "UserSuspended", "403"})
_NO_ACCESS_LISTS = frozenset({"AccessControlListNotSupported", "InvalidBucketAclWithObjectOwnership"})
_CLAIMED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_NO_CONDITIONS = frozenset({"NotImplemented", "501"})


def connect(credentials: Credentials, root: Path, _cache: Path) -> S3Host:
    """Open the bucket of a target; raises HostError."""
    return S3Host(credentials, root)


class S3Host:
    """The objects of a bucket below the folder of the target."""

    def __init__(self, credentials: Credentials, root: Path) -> None:
        """Check that the bucket lists its objects; raises HostError."""
        self._credentials, self._target = credentials, credentials.target
        self._bucket = self._target.host
        self._prefix = f"{self._target.path}/" if self._target.path else ""
        self._etags: dict[str, str] | None = None
        with self._host_errors(""):
            self._client = _client(credentials, root)
        with self._host_errors(self._bucket):
            self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)

    def read(self, path: str) -> bytes | None:
        """Return a small file."""
        with self._host_errors(path):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + path)
                data: bytes = answer["Body"].read()
            except botocore.exceptions.ClientError as error:
                if _code(error) in _MISSING:
                    return None
                raise
        is_compressed = answer.get("ContentEncoding") == "gzip" and not path.endswith(_COPY)
        return _unzipped(data) if is_compressed else data

    def write(self, path: str, data: bytes) -> None:
        """Write a small file. The ETags of all files go before the manifest."""
        if path == MANIFEST:
            self._put_object(_ETAGS, pack(self._known_etags()))
        self._put_object(path, data)

    def claim(self, path: str, data: bytes) -> bool:
        """Create a small file where there is none.

        Some services don't know the condition, and either refuse it or take no notice of it. There the file
        is looked for before and read again afterwards.
        """
        if self.read(path) is not None:
            return False
        with self._host_errors(path):
            try:
                self._put_object(path, data, IfNoneMatch="*")
            except botocore.exceptions.ClientError as error:
                if _code(error) in _CLAIMED:
                    return False
                if _code(error) not in _NO_CONDITIONS:
                    raise
                self._put_object(path, data)
        return self.read(path) == data

    def release(self, path: str) -> None:
        """Remove a claimed file."""
        self.delete([path])

    def clear(self) -> None:
        """Do nothing: there are no drafts."""

    def differing(self, expected: Mapping[str, File], *, deep: bool) -> set[str]:
        """Compare the ETag of each file with that of the file that was sent; with ``deep`` read its content.

        A deployment that was cut off leaves files without a known ETag. They are whole, so they count.
        """
        etags, known = self._listed(), self._known_etags()
        differing = {
            path for path in expected if path not in etags or known.get(path, etags[path]) != etags[path]
        }
        if deep:
            same = [path for path in expected if path not in differing]
            contents = _each(same, lambda path: digest_of(self.read(path) or b""))
            differing |= {path for path, digest in contents if digest != expected[path].digest}
        return differing

    def put(self, folder: Path, files: Mapping[str, File], on_sent: OnSent) -> None:
        """Send files, several at the same time."""
        known = self._known_etags()
        for path, etag in _each(files, lambda path: self._send(folder, path)):
            known[path] = etag
            on_sent(path)

    def delete(self, paths: Collection[str]) -> None:
        """Remove files. There are no folders.

        Each is a request of its own: not all services know the request that removes many.
        """
        for path, _done in _each(paths, self._delete_object):
            self._known_etags().pop(path, None)

    def finish(self) -> None:
        """Do nothing: each change is online at once."""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _send(self, folder: Path, path: str) -> str:
        """Send a file of the site with its metadata; return the digest of its ETag."""
        file = folder / path
        plain, encoding = path, ""
        for suffix, name in ENCODINGS.items():
            if path.endswith(suffix):
                plain, encoding = path.removesuffix(suffix), name
        copy = file.with_name(f"{file.name}{_COPY}")
        if path.endswith(_FOR_BROWSERS) and copy.is_file():
            file, encoding = copy, ENCODINGS[_COPY]
        metadata = {"ContentType": media_type(plain), "CacheControl": lifetime(plain)}
        if encoding:
            metadata["ContentEncoding"] = encoding
        if self._target.acl:
            metadata["ACL"] = self._target.acl
        with file.open("rb") as data:
            return self._put_object(path, data, **metadata)

    def _put_object(self, path: str, body: object, **options: str) -> str:
        """Write an object; return the digest of its ETag."""
        with self._host_errors(path):
            answer = self._client.put_object(
                Bucket=self._bucket, Key=self._prefix + path, Body=body, **options
            )
        return _digest(answer.get("ETag", ""))

    def _delete_object(self, path: str) -> None:
        with self._host_errors(path):
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + path)

    def _known_etags(self) -> dict[str, str]:
        if self._etags is None:
            self._etags = unpack(self.read(_ETAGS), dict[str, str]) or {}
        return self._etags

    def _listed(self) -> dict[str, str]:
        """Return the digests of the ETags of all objects, by path."""
        pages = self._client.get_paginator("list_objects_v2")
        with self._host_errors(self._bucket):
            return {
                entry["Key"].removeprefix(self._prefix): _digest(entry["ETag"])
                for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix)
                for entry in page.get("Contents", ())
            }

    @contextmanager
    def _host_errors(self, path: str) -> Iterator[None]:
        """Turn errors of boto3 into a HostError about ``path``."""
        try:
            yield
        except botocore.exceptions.ClientError as error:
            if _code(error) in _CLAIMED | _NO_CONDITIONS:
                raise
            raise self._refusal(path, error) from error
        except (botocore.exceptions.BotoCoreError, OSError) as error:
            raise self._failure(error) from error

    def _refusal(self, path: str, error: botocore.exceptions.ClientError) -> HostError:
        """Return the error that an answer of the service means."""
        code = _code(error)
        if failure := self._refusal_of_bucket(code, error):
            return failure
        if code in _FULL:
            return failures.full(path)
        return failures.forbidden(path) if code in _FORBIDDEN else failures.refused(path, code)

    def _refusal_of_bucket(self, code: str, error: botocore.exceptions.ClientError) -> HostError | None:
        """Return the error of settings that fit no request; ``None`` for all others."""
        if code == "NoSuchBucket":
            return failures.no_bucket(self._bucket)
        if code in _WRONG_KEY:
            return failures.wrong_access_key(self._bucket, self._credentials.name_of(PASSWORD))
        if code in _WRONG_REGION:
            return failures.wrong_region(self._bucket, str(error.response["Error"].get("Region", "")))
        if code == "RequestTimeTooSkewed":
            return failures.wrong_clock(_service(self._target))
        return failures.no_access_lists(self._bucket) if code in _NO_ACCESS_LISTS else None

    def _failure(self, error: Exception) -> HostError:
        """Return the error of a request without an answer."""
        known = botocore.exceptions
        service = _service(self._target)
        if isinstance(error, known.SSLError):
            return failures.wrong_certificate(service, error)
        if isinstance(error, known.EndpointConnectionError | known.ConnectTimeoutError):
            return failures.unreachable(service, _port(self._target), error)
        if isinstance(error, known.NoCredentialsError | known.PartialCredentialsError):
            return failures.no_access_key(self._bucket, PASSWORD)
        if isinstance(error, known.HTTPClientError | known.IncompleteReadError | OSError):
            return failures.cut(service, error)
        return failures.no_profile(self._target.profile)


def _client(credentials: Credentials, root: Path) -> Any:
    """Return boto3's client of a target.

    The secret of the access key that the address names is the target's password. Without an access key,
    boto3 looks where all tools of AWS keep theirs: the environment, ``~/.aws``, the role of the machine.
    """
    target = credentials.target
    keys: dict[str, str] = {}
    if target.user:
        secret = credentials.password or credentials.asked_password()
        if not secret:
            raise failures.no_password(target.user, target.host, PASSWORD)
        keys = {"aws_access_key_id": target.user, "aws_secret_access_key": secret}
    certificate = _certificate(target, root)
    session = boto3.session.Session(
        profile_name=target.profile or None, region_name=target.region or None, **keys
    )
    config = Config(
        connect_timeout=_SECONDS,
        read_timeout=2 * _SECONDS,
        retries={"mode": "standard"},
        max_pool_connections=_AT_ONCE,
        # Buckets are named in the path where an endpoint is given: certificates of services of one's own
        # hold for one name.
        s3={"addressing_style": "path" if target.endpoint else "auto"},
        # Other services than Amazon's don't know its newer checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return session.client(
        "s3",
        endpoint_url=target.endpoint or None,
        config=config,
        verify=certificate,
    )


def _certificate(target: Target, root: Path) -> str | None:
    """Return the file with the target's own authority; ``None`` where those of the system are trusted."""
    if not target.certificate:
        return None
    file = root / Path(target.certificate).expanduser()
    try:
        ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError) as error:
        raise failures.unreadable_certificate(target.certificate, error) from None
    return str(file)


def _each(items: Iterable[str], work: Callable[[str], T]) -> Iterator[tuple[str, T]]:
    """Yield each item with the result of ``work``, in order; the first failure ends all."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            results = [(item, pool.submit(work, item)) for item in items]
            for item, result in results:
                yield item, result.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _code(error: botocore.exceptions.ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _service(target: Target) -> str:
    return target.endpoint.partition("//")[2].partition(":")[0] or "Amazon S3"


def _port(target: Target) -> int:
    port = target.endpoint.partition("//")[2].partition(":")[2]
    return int(port) if port.isdecimal() else 443


def _digest(etag: str) -> str:
    """Return 8 hexadecimal digits: enough to tell that a file was changed, and a note half as large."""
    return blake2b(etag.strip('"').encode(), digest_size=4).hexdigest()


def _unzipped(data: bytes) -> bytes:
    """Return unpacked data; empty where it isn't gzip's."""
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return b""
