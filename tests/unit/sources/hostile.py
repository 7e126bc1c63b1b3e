"""Broken and hostile files, made on the spot: (name, content)."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

from synthetic import FORMATS, make_plan

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SUFFIXES = ("txt", "docx", "xlsx", "pptx", "pdf", "html", "md", "csv", "jsonl", "zip", "eml", "doc")


def hostile_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """About three hundred files; ``folder`` is for writing the sound ones they start from."""
    sound = dict(sound_files(folder))
    for name, data in sound.items():
        stem, suffix = name.split(".")
        for part in range(1, 8):
            yield f"truncated-{stem}-{part}.{suffix}", data[: len(data) * part // 8]
        rng = random.Random(name)
        for turn in range(9):
            yield f"damaged-{stem}-{turn}.{suffix}", damaged(data, rng)
        for other in SUFFIXES:
            if other != suffix:
                yield f"renamed-{stem}.{other}", data
    for suffix in SUFFIXES:
        yield f"empty.{suffix}", b""
        yield f"blank.{suffix}", b" \r\n\t\n"
        yield f"random.{suffix}", random.Random(suffix).randbytes(20_000)
        yield f"zeros.{suffix}", bytes(50_000)
        yield f"short.{suffix}", b"P"
    yield from single_files()


def sound_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    plan = make_plan(5)
    for format in ("docx", "xlsx", "pptx", "pdf", "html", "md", "csv", "tab cells"):
        name, write, _ = FORMATS[format]
        path = folder / name
        write(plan, path)
        yield f"{format.replace(' ', '')}.{path.suffix[1:]}", path.read_bytes()


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The file with a few dozen bytes changed."""
    changed = bytearray(data)
    for _ in range(40):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def single_files() -> Iterator[tuple[str, bytes]]:
    yield "bomb.zip", zipped({"a.txt": b"0" * 400_000_000})
    yield (
        "bomb.docx",
        zipped({"[Content_Types].xml": b"<a/>", "word/document.xml": b" " * 350_000_000}),
    )
    yield (
        "bomb.xlsx",
        zipped({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b" " * 350_000_000}),
    )
    nested = b"end"
    for depth in range(12):
        nested = zipped({f"level{depth}.zip" if depth else "a.txt": nested})
    yield "nested.zip", nested
    yield "many.zip", zipped({f"{n}.txt": b"" for n in range(11_000)})
    yield "outside.zip", zipped({"../../outside.txt": "甲乙丙丁".encode(), "/root.txt": b"abc def"})
    yield "locked.docx", OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(900)
    yield "old.doc", OLE + bytes(2_000)
    yield "picture.png", b"\x89PNG\r\n\x1a\n" + bytes(500)
    yield "picture.docx", b"\xff\xd8\xff\xe0" + random.Random(1).randbytes(3_000)
    yield "program.exe", b"MZ" + bytes(900)
    yield "huge-cell.csv", ("序号,任务\n1," + "长" * 3_000_000 + "\n").encode()
    yield "quote.csv", ('序号,任务\n1,"没有结尾\n' + "行\n" * 50_000).encode()
    yield "wide.csv", (",".join(["列"] * 20_000) + "\n").encode() * 3
    yield "wide.txt", ("\t".join(["甲"] * 5_000) + "\n").encode() * 20
    yield "long-line.txt", ("这是没有标点的一行" * 300_000).encode()
    yield "many-lines.txt", "序号\n任务\n责任单位\n".encode() * 20_000
    yield "pipes.txt", b"|" * 200_000 + b"\n" + b"|" * 200_000
    yield "brackets.txt", ("（" * 50_000 + "市教育局负责" + "）" * 50_000).encode()
    yield "headings.md", b"#" * 100_000 + b" x\n" + b"> " * 50_000 + b"y"
    yield "deep.html", b"<div>" * 100_000 + "正文".encode()
    yield "tables.html", b"<table><tr><td>" * 3_000 + "正文".encode()
    yield (
        "spans.html",
        "<table>{}</table>".format(
            "<tr><td rowspan=9999999 colspan=9999999>甲</td><td>乙</td></tr>" * 60
        ).encode(),
    )
    yield "entities.html", (b"<!DOCTYPE html [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><p>&b;</p>")
    yield "deep.jsonl", ('{"id":"a","text":' + "[" * 200_000 + "]" * 200_000 + "}\n").encode()
    yield "types.jsonl", b'[1]\n"x"\n{"id":1}\n{"id":"a","text":5}\n{"text":"b"}\nnull\n'
    yield "twice.jsonl", '{"id":"a","text":"甲"}\n{"id":"a","text":"乙"}\n'.encode()
    yield "surrogate.jsonl", b'{"id":"a","text":"\\ud800 x"}\n'
    yield (
        "loop.eml",
        b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n"
        + (b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 500),
    )
    yield "unknown.xyz", "一些文字，不知道是什么格式。".encode()
    yield (
        "bad-utf8.txt",
        ("正常的中文文字，" * 50).encode() + b"\xff\xfe\xfd" + "再来一些。".encode(),
    )
    yield "control.txt", b"abc\x00\x01\x02def" * 100


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()
