"""Files behind URIs: object stores, web and file servers, by fsspec and its drivers.

A driver of the protocol has to be installed (``s3fs`` for ``s3://``); it takes addresses,
keys and passwords from the environment or fsspec's own settings, never from a URI.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from qa_engine.errors import MissingExtra, QAEngineError, UnreachableSource, UsageError
from qa_engine.text.patterns import later

_SCHEME = later(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_WEB = ("http", "https")
_GONE = (404, 410)  # status of what a web server does not have
_AT_ONCE = 16  # files looked at
# What drivers call a checksum and a time of change.
_SUMS = ("ETag", "etag", "md5Hash", "content_md5", "Content-MD5", "Digest", "checksum", "crc32c")
_TIMES = ("LastModified", "last_modified", "Last-Modified", "mtime", "updated", "modified")
_CREATED = ("created",)  # of stores whose objects are replaced, not changed


@dataclass(frozen=True, slots=True)
class Object:
    """A file as its store lists it. ``below`` is its path under what was listed, "" for that
    itself; ``size`` in bytes, 0 if unknown; ``mark`` is another one whenever the content is,
    "" where the store tells nothing that could serve."""

    uri: str
    below: str
    size: int
    mark: str


def is_uri(text: str) -> bool:
    return _SCHEME.match(text) is not None


def checked(uri: str) -> str:
    """The URI as it is kept: no slash at its end, but for folders of web servers, which
    differ from files by it. Raises UsageError for one that holds a secret, or may."""
    shown = public(uri)
    try:
        parts = urlsplit(uri)
    except ValueError:
        parts = None
    if parts is None or not is_uri(uri):
        raise UsageError(f"{shown} 不是地址。", "例如：s3://bucket/文件夹/文件.pdf")
    if parts.password:
        raise UsageError(
            f"{shown}：地址里不能写密码，索引会保存地址。",
            "请用环境变量或 fsspec 的配置给出账号，例如 AWS_PROFILE、FSSPEC_SFTP_PASSWORD。",
        )
    web = parts.scheme.lower() in _WEB
    if web and (parts.query or parts.fragment):
        raise UsageError(
            f"{shown}：不支持带 ? 或 # 的网址，它们多含签名，也不固定。", "请给出不带参数的网址。"
        )
    scheme, _, rest = uri.partition("://")
    folder = "/" if web and (rest.endswith("/") or "/" not in rest) else ""
    return f"{scheme.lower()}://{rest.rstrip('/')}{folder}"


def public(uri: str) -> str:
    """The URI without what may be a secret, for messages."""
    if not is_uri(uri):
        return uri
    scheme, _, rest = uri.partition("://")
    host, slash, path = re.split(r"[?#]", rest)[0].partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def path_of(uri: str) -> str:
    """Host or bucket and path, readable: what tells a URI of a list from the others."""
    scheme, _, rest = uri.partition("://")
    return (unquote(rest, errors="replace") if scheme in _WEB else rest).strip("/")


def name_of(uri: str) -> str:
    """The last part of a URI's path, or its host or bucket."""
    return path_of(uri).rpartition("/")[2]


def there(uri: str) -> bool:
    """Is there a file, or a folder that holds any? Raises UnreachableSource, MissingExtra."""
    try:
        with _telling(uri):
            fs, path = _open(uri)
            fs.invalidate_cache()
            fs.info(path)  # not `exists`, which is false whatever goes wrong
            return True
    except UnreachableSource as error:
        if error.gone:
            return False
        raise


def listed(uri: str) -> list[Object]:
    """The file there, or all files below. Raises UnreachableSource, also when there is
    nothing or when only a part could be listed: what is missing then is not known."""
    with _telling(uri):
        fs, path = _open(uri)
        fs.invalidate_cache()
        if not uri.endswith("/"):
            info = fs.info(path)
            if info["type"] == "file":
                return [_object(uri, "", info)]
        base = path.rstrip("/")
        web = urlsplit(uri).scheme in _WEB
        found: list[tuple[str, dict[str, Any]]] = []
        for info in _below(fs, path):
            name = str(info["name"])
            # A page's links may lead to itself in another order.
            if _inside(name, base) and not (web and ("?" in name or "#" in name)):
                found.append((name.removeprefix(f"{base}/"), info))
        if not found:
            raise FileNotFoundError
        start = uri.rstrip("/")
        objects = [_object(f"{start}/{below}", below, info) for below, info in found]
        if all(one.mark for one in objects):
            return objects
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(lambda one: one if one.mark else _looked(fs, one), objects))


def looked_at(uris: list[str]) -> list[Object | QAEngineError]:
    """Each file as it is now, or why that is not known. A file that is gone is an
    UnreachableSource with ``gone``."""

    def look(uri: str) -> Object | QAEngineError:
        try:
            with _telling(uri):
                fs, path = _open(uri)
                fs.invalidate_cache()
                return _object(uri, "", fs.info(path))
        except QAEngineError as error:
            return error

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(look, uris))


@contextmanager
def fetched(uri: str) -> Iterator[Path]:
    """A copy of the file, gone afterwards. Raises UnreachableSource."""
    with tempfile.TemporaryDirectory(prefix="qa-engine-") as folder:
        copy = Path(folder, "copy")
        with _telling(uri):
            fs, path = _open(uri)
            fs.get_file(path, str(copy))
        yield copy


def size_of(uri: str) -> int:
    """In bytes, 0 if the store does not tell. Raises UnreachableSource."""
    with _telling(uri):
        fs, path = _open(uri)
        return int(fs.info(path).get("size") or 0)


def _open(uri: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs
    from fsspec.registry import known_implementations

    scheme = urlsplit(uri).scheme
    try:
        fs, path = url_to_fs(uri)
    except ImportError as error:
        known = known_implementations.get(scheme, {})
        driver = str(known.get("class", scheme)).partition(".")[0]
        package = f"fsspec[{scheme}]" if driver == "fsspec" else driver
        raise MissingExtra(
            f"读取 {scheme}:// 需要另装驱动（{known.get('err') or error}）。",
            f'请运行：pip install "{package}"',
        ) from error
    except ValueError as error:
        if scheme in known_implementations:
            raise
        raise UsageError(
            f"不认识 {scheme}:// 这种地址。", "可用的见 fsspec 的文档，例如 s3、gs、abfs、https。"
        ) from error
    return fs, str(path)


def _below(fs: Any, path: str) -> Iterator[dict[str, Any]]:
    """Every file, or an error: fsspec's own walk leaves out folders that it cannot list."""
    from fsspec.asyn import AsyncFileSystem

    if isinstance(fs, AsyncFileSystem) and type(fs)._find is not AsyncFileSystem._find:
        # Object stores list a prefix at once.
        yield from fs.find(path, detail=True).values()
        return
    waiting, seen = [path], {path.rstrip("/")}
    while waiting:
        for info in fs.ls(waiting.pop(), detail=True):
            name = str(info["name"])
            if info.get("islink"):
                continue
            if info["type"] == "file":
                yield info
            elif info["type"] == "directory" and name.rstrip("/") not in seen:
                seen.add(name.rstrip("/"))
                if _inside(name.rstrip("/"), path.rstrip("/")):
                    waiting.append(name)


def _inside(name: str, base: str) -> bool:
    """Whether a name is one of a file below; a page of links may lead anywhere."""
    parts = unquote(name.removeprefix(base)).split("/")
    return name.startswith(f"{base}/") and not name.endswith("/") and not {".", ".."} & {*parts}


def _looked(fs: Any, one: Object) -> Object:
    return _object(one.uri, one.below, fs.info(_open(one.uri)[1]))


def _object(uri: str, below: str, info: dict[str, Any]) -> Object:
    size = int(info.get("size") or 0)
    mark = next((f"{key} {info[key]}" for key in _SUMS if info.get(key)), "")
    if not mark:
        times = (f"{key} {info[key]} {size}" for key in (*_TIMES, *_CREATED) if info.get(key))
        mark = next(times, "")
    return Object(uri, below, size, mark)


@contextmanager
def _telling(uri: str) -> Iterator[None]:
    """What a driver raises, as an error of ours that names the address."""
    shown = public(uri)
    try:
        yield
    except QAEngineError:
        raise
    except Exception as error:  # drivers raise what their libraries do
        if isinstance(error, FileNotFoundError):
            # fsspec's driver for the web says this of every failure, and why behind it.
            why = error.__cause__ if urlsplit(uri).scheme in _WEB else None
            if why is None or getattr(why, "status", 0) in _GONE:
                raise UnreachableSource(f"找不到 {shown}。", "请检查地址。", gone=True) from error
            error = why if isinstance(why, Exception) else error
        said = " ".join(str(error).split())[:200]
        raise UnreachableSource(
            f"读不到 {shown}：{type(error).__name__} {said}".rstrip() + "。",
            "请检查网络、地址和账号（由环境变量或驱动自己的配置给出）。",
        ) from error
