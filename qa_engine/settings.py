"""Where things are and which adapters are used: argument > environment > default."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from qa_engine.errors import UsageError

INDEX = "QA_ENGINE_INDEX"
MODEL = "QA_ENGINE_MODEL"
STORE = "QA_ENGINE_STORE"
MILVUS_URI = "QA_ENGINE_MILVUS_URI"
MILVUS = "QA_ENGINE_MILVUS_"  # how the variables of MilvusSettings start
CACHE = "QA_ENGINE_CACHE"
READER = "QA_ENGINE_READER"
READINGS_KEPT = "QA_ENGINE_READINGS_KEPT"
RERANKER = "QA_ENGINE_RERANKER"
ALIASES = "QA_ENGINE_ALIASES"
DICTIONARY = "QA_ENGINE_DICTIONARY"
COLUMNS = "QA_ENGINE_COLUMNS"
GENERATOR = "QA_ENGINE_GENERATOR_"  # how the variables of GeneratorSettings start
READING = "QA_ENGINE_READING"
READING_SECONDS = "QA_ENGINE_READING_SECONDS"
READING_MB = "QA_ENGINE_READING_MB"

DEFAULT_INDEX = "index"
DEFAULT_MODEL = "default"  # multilingual-e5-small, unpacked from an installed package
DEFAULT_STORE = "embedded"
DEFAULT_READER = "default"
DEFAULT_RERANKER = "none"
READER_RERANKER = "reader"
APART = "apart"  # files are read in a process of their own, with limits …
INSIDE = "inside"  # … or in this one, without: for debuggers

MAX_QUESTION = 500  # characters


@dataclass(frozen=True, slots=True)
class MilvusSettings:
    """What a Milvus server needs to be told. Secrets don't show in ``repr``.

    ``index`` is the index's name there (several may live on one server), ``timeout`` the
    seconds that a lookup may take in all, tries again included; writing may take longer."""

    index: str = "qa_engine"
    timeout: float = 10.0
    database: str = ""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    ca: str = ""  # PEM files
    server_certificate: str = ""
    client_certificate: str = ""
    client_key: str = ""
    server_name: str = ""


@dataclass(frozen=True, slots=True)
class GeneratorSettings:
    """An endpoint that may phrase answers; off when no address is given. The address may
    hold a password, the key is one: neither shows in ``repr``. ``seconds`` is all the time
    that one answer may wait for it."""

    url: str = field(default="", repr=False)
    model: str = ""
    key: str = field(default="", repr=False)
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Names and paths; wiring turns them into adapters."""

    index: Path
    model: str = DEFAULT_MODEL
    store: str = DEFAULT_STORE
    uri: str | None = field(default=None, repr=False)  # may hold a password
    milvus: MilvusSettings = MilvusSettings()
    reader: str = DEFAULT_READER
    readings_kept: int = 4096  # of the reader, in memory; 0: none
    reranker: str = DEFAULT_RERANKER
    generator: GeneratorSettings = GeneratorSettings()
    aliases: Path | None = None
    dictionary: Path | None = None
    columns: Path | None = None  # names of table columns, beside data/columns.toml
    reading: str = APART
    reading_seconds: float = 300  # for one file or member, more for large ones; 0: no limit
    reading_mb: int = 4096  # address space of the process that reads; 0: no limit


def cache_folder() -> Path:
    """The folder for unpacked models (``QA_ENGINE_CACHE`` or the user's cache folder)."""
    named = os.environ.get(CACHE)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("qa-engine")


def settings(
    index: str | Path | None = None,
    *,
    model: str | None = None,
    store: str | None = None,
    uri: str | None = None,
    reader: str | None = None,
    reranker: str | None = None,
    aliases: str | Path | None = None,
    dictionary: str | Path | None = None,
    columns: str | Path | None = None,
) -> Settings:
    """Fill what is not given from the environment, then from the defaults."""

    def chosen(value: str | Path | None, variable: str, default: str | None) -> str | None:
        return str(value) if value is not None else os.environ.get(variable) or default

    alias_file = chosen(aliases, ALIASES, None)
    dictionary_file = chosen(dictionary, DICTIONARY, None)
    columns_file = chosen(columns, COLUMNS, None)
    return Settings(
        index=Path(chosen(index, INDEX, DEFAULT_INDEX) or DEFAULT_INDEX),
        model=chosen(model, MODEL, DEFAULT_MODEL) or DEFAULT_MODEL,
        store=chosen(store, STORE, DEFAULT_STORE) or DEFAULT_STORE,
        uri=chosen(uri, MILVUS_URI, None),
        milvus=milvus_settings(),
        reader=chosen(reader, READER, DEFAULT_READER) or DEFAULT_READER,
        readings_kept=int(_number(READINGS_KEPT, 4096)),
        reranker=chosen(reranker, RERANKER, DEFAULT_RERANKER) or DEFAULT_RERANKER,
        generator=generator_settings(),
        aliases=Path(alias_file) if alias_file else None,
        dictionary=Path(dictionary_file) if dictionary_file else None,
        columns=Path(columns_file) if columns_file else None,
        reading=os.environ.get(READING) or APART,
        reading_seconds=_number(READING_SECONDS, 300),
        reading_mb=int(_number(READING_MB, 4096)),
    )


def _number(variable: str, default: float) -> float:
    """Raises UsageError."""
    text = os.environ.get(variable)
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value < float("inf"):
        hint = f"例如：{variable}={default:.0f}（0 为不限）"
        raise UsageError(f"{variable} 不是数字：{text}", hint)
    return value


def generator_settings() -> GeneratorSettings:
    """From ``QA_ENGINE_GENERATOR_URL``, ``…_MODEL``, ``…_KEY``, ``…_SECONDS``. Raises
    UsageError."""
    return GeneratorSettings(
        url=os.environ.get(f"{GENERATOR}URL", "").strip(),
        model=os.environ.get(f"{GENERATOR}MODEL", "").strip(),
        key=os.environ.get(f"{GENERATOR}KEY", "").strip(),
        seconds=_number(f"{GENERATOR}SECONDS", 20) or 20,
    )


def milvus_settings() -> MilvusSettings:
    """From ``QA_ENGINE_MILVUS_COLLECTION``, ``…_TIMEOUT``, ``…_DATABASE``, ``…_USER``,
    ``…_PASSWORD``, ``…_TOKEN``, ``…_CA``, ``…_SERVER_CERTIFICATE``,
    ``…_CLIENT_CERTIFICATE``, ``…_CLIENT_KEY``, ``…_SERVER_NAME``. Raises UsageError."""

    def value(name: str) -> str:
        return os.environ.get(MILVUS + name, "")

    default = MilvusSettings()
    try:
        timeout = float(value("TIMEOUT") or default.timeout)
        if not timeout > 0:
            raise ValueError
    except ValueError:
        raise UsageError(
            f"{MILVUS}TIMEOUT 要大于 0 的秒数。", f"例如：{MILVUS}TIMEOUT=10"
        ) from None
    return MilvusSettings(
        index=value("COLLECTION") or default.index,
        timeout=timeout,
        database=value("DATABASE"),
        user=value("USER"),
        password=value("PASSWORD"),
        token=value("TOKEN"),
        ca=value("CA"),
        server_certificate=value("SERVER_CERTIFICATE"),
        client_certificate=value("CLIENT_CERTIFICATE"),
        client_key=value("CLIENT_KEY"),
        server_name=value("SERVER_NAME"),
    )
