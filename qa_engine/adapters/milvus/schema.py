"""Collections and rows: fields, limits, terms as sparse vectors, long texts in parts.

A term's dimension is a hash, so that any number of writers agree without talking to each
other; two terms share one with a chance of about n²/2³³ pairs for n terms (7 pairs of
250,000), and then count as each other.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from qa_engine.adapters.facets import facets
from qa_engine.adapters.milvus.connection import milvus
from qa_engine.adapters.milvus.filters import LONGEST, marked
from qa_engine.models import Document, Passage
from qa_engine.ports import FIELDS, PassageTerms
from qa_engine.serialise import to_bytes

K1 = 1.2
B = 0.75
NEVER = 2**62  # ``died`` of a row that is still seen
PART = 60_000  # characters of packed text a row (ASCII)
MOST = 16_384  # rows of one search or query, Milvus' own limit
EXACT = 100_000  # passages up to which vectors are compared one by one

DENSE = "dense"
_NOTHING = 0  # the dimension of fields without terms: a vector must not be empty
_DIMENSIONS = 2**32 - 2  # 0 is ours, the largest number is reserved
_ASIDE = "@"  # before the key of a text that is kept in the ledger; not a base64 sign


@dataclass(frozen=True, slots=True)
class Names:
    """The two collections of a build, and the alias that points to the ledger."""

    alias: str
    ledger: str
    passages: str

    @classmethod
    def new(cls, alias: str) -> Names:
        stem = f"{alias}_{secrets.token_hex(6)}"
        return cls(alias, f"{stem}_ledger", f"{stem}_passages")


def hashed(*parts: str | int) -> str:
    """32 hex digits for a key: ids may hold any character, keys may not."""
    whole = "\x00".join(str(part) for part in parts)
    return hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@lru_cache(maxsize=200_000)
def dimension_of(term: str) -> int:
    """The dimension of a term in sparse vectors."""
    digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return 1 + int.from_bytes(digest) % _DIMENSIONS


def weights(terms: Sequence[str], average: float) -> dict[int, float]:
    """The passage's side of BM25: tf · (k1 + 1) / (tf + k1 · (1 - b + b · length / average)).

    The other side, idf and the term's weight in the query, is the query's vector, so that
    their inner product is the score (Robertson & Zaragoza 2009)."""
    if not terms:
        return {_NOTHING: 1.0}
    norm = K1 * (1 - B + B * len(terms) / (average or 1.0))
    result: dict[int, float] = {}
    for term, count in Counter(terms).items():
        at = dimension_of(term)
        result[at] = result.get(at, 0.0) + count * (K1 + 1) / (count + norm)
    return result


def pack(data: bytes) -> list[str]:
    """Bytes as texts that fit a row each; never empty."""
    text = base64.b64encode(zlib.compress(data, 3)).decode("ascii")
    return [text[at : at + PART] for at in range(0, len(text), PART)]


def unpack(parts: Sequence[str]) -> bytes:
    """The inverse of ``pack``."""
    return zlib.decompress(base64.b64decode("".join(parts)))


def wire(text: str) -> str:
    """A string as Milvus takes it, shortened to what a field holds: to be compared, not read."""
    data = text.encode("utf-8", "replace")
    return data[:LONGEST].decode("utf-8", "ignore")


def plain_id(id: str) -> str:
    """A passage id as a field's value: lone surrogates as hexadecimal digits."""
    try:
        id.encode("utf-8")
    except UnicodeEncodeError:
        return "\ue000" + id.encode("utf-8", "surrogatepass").hex()
    return id


def read_id(text: str) -> str:
    """The inverse of ``plain_id``."""
    if text.startswith("\ue000"):
        return bytes.fromhex(text[1:]).decode("utf-8", "surrogatepass")
    return text


def passage_row(
    passage: Passage, document: Document, terms: PassageTerms, vector: Any, born: int
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A row of the passages (without its sparse vectors), and what of it the ledger keeps."""
    f = facets(passage, document)
    key = hashed(passage.id, born)
    aside: list[dict[str, Any]] = []
    row: dict[str, Any] = {
        "key": key,
        "name": hashed(passage.id),
        "passage": plain_id(passage.id),
        "owner": hashed(passage.document),
        "document": wire(marked(f.document)),
        "ordinal": passage.ordinal,
        "record": int(passage.record is not None),
        "title": wire(marked(f.title)),
        "kind": wire(marked(f.kind)),
        "document_kind": wire(marked(f.document_kind)),
        "speaker": wire(marked(f.speaker)),
        "departments": wire(marked(f.departments)),
        "date_low": f.date_low,
        "date_high": f.date_high,
        "born": born,
        "died": NEVER,
        DENSE: vector,
    }
    held = to_bytes({name: list(getattr(terms, name)) for name in FIELDS})
    for field, data in (("data", to_bytes(passage)), ("terms", held)):
        parts = pack(data)
        if len(parts) == 1:
            row[field] = parts[0]
        else:
            name = f"{field}-{key}"
            row[field] = _ASIDE + name
            aside += ledger_rows(name, "aside", parts, born, owner=row["owner"])
    return row, aside


def kept_aside(text: str) -> str | None:
    """The key of the ledger's rows that hold this field; None if the field holds it."""
    return text[1:] if text.startswith(_ASIDE) else None


def ledger_rows(
    name: str, kind: str, parts: Sequence[str], born: int, *, owner: str = ""
) -> list[dict[str, Any]]:
    """One text of the ledger: ``kind`` head, manifest, statistics, document, listing, aside."""
    return [
        {
            "key": part_key(name, number),
            "kind": kind if number == 0 else f"{kind}-part",
            "owner": owner,
            "parts": len(parts),
            "data": text,
            "born": born,
            "died": NEVER,
            "none": [1.0, 0.0],
        }
        for number, text in enumerate(parts)
    ]


def part_key(name: str, number: int) -> str:
    return name if number == 0 else f"{name}.{number}"


def with_sparse(
    row: dict[str, Any], terms: Mapping[str, Sequence[str]], average: Mapping[str, float]
) -> dict[str, Any]:
    """The row with its sparse vectors."""
    return {**row, **{f: weights(terms[f], average[f]) for f in FIELDS}}


_TEXTS = (
    ("name", 32),
    ("passage", LONGEST),
    ("owner", 32),
    ("document", LONGEST),
    ("title", LONGEST),
    ("kind", LONGEST),
    ("document_kind", LONGEST),
    ("speaker", LONGEST),
    ("departments", LONGEST),
    ("date_low", 32),
    ("date_high", 32),
    ("data", LONGEST),
    ("terms", LONGEST),
)
SCALARS = [name for name, _ in _TEXTS] + ["ordinal", "record", "born", "died"]


def passages_schema(client: Any, dimension: int) -> Any:
    kinds = milvus().DataType
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", kinds.VARCHAR, is_primary=True, max_length=32)
    for name, longest in _TEXTS:
        schema.add_field(name, kinds.VARCHAR, max_length=longest)
    for name in ("ordinal", "record", "born", "died"):
        schema.add_field(name, kinds.INT64)
    schema.add_field(DENSE, kinds.FLOAT_VECTOR, dim=dimension)
    for name in FIELDS:
        schema.add_field(name, kinds.SPARSE_FLOAT_VECTOR)
    return schema


def passages_indexes(client: Any, passages: int) -> Any:
    """Exact comparison while there are few passages, a graph (HNSW) beyond."""
    found = client.prepare_index_params()
    if passages <= EXACT:
        found.add_index(DENSE, index_type="FLAT", metric_type="COSINE")
    else:
        graph = {"M": 16, "efConstruction": 200}
        found.add_index(DENSE, index_type="HNSW", metric_type="COSINE", params=graph)
    for name in FIELDS:
        found.add_index(name, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    return found


def ledger_schema(client: Any) -> Any:
    kinds = milvus().DataType
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", kinds.VARCHAR, is_primary=True, max_length=128)
    schema.add_field("kind", kinds.VARCHAR, max_length=32)
    schema.add_field("owner", kinds.VARCHAR, max_length=32)
    schema.add_field("parts", kinds.INT64)
    schema.add_field("data", kinds.VARCHAR, max_length=LONGEST)
    schema.add_field("born", kinds.INT64)
    schema.add_field("died", kinds.INT64)
    # Every collection must have a vector.
    schema.add_field("none", kinds.FLOAT_VECTOR, dim=2)
    return schema


def ledger_indexes(client: Any) -> Any:
    found = client.prepare_index_params()
    found.add_index("none", index_type="FLAT", metric_type="L2")
    return found
