"""Small text files of the user's that pages show and save: aliases and dictionary."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Response, request

from qa_engine.errors import UsageError
from qa_engine.text.normalise import fold
from qa_engine_web import failures
from qa_engine_web.rendering import page, the_engine, the_options

COUNTED = 200  # passages looked at for each form


def own_file(chosen: Path | None, name: str) -> Path:
    """The file that was set, else the one of that name in the folder of the index."""
    if chosen is not None:
        return chosen
    state = the_options().state
    if state is None:
        raise UsageError("这个服务没有保存的地方。", "请用 qa-engine serve 启动。")
    return state / name


def saved_text(path: Path) -> str:
    """What the file holds, nothing if there is none. Raises UsageError."""
    try:
        return path.read_text("utf-8-sig") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"读不了 {path}：{error}", "请检查这个文件。") from error


def save_text(path: Path, text: str) -> None:
    """Replace the file as a whole: a crash leaves the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


def with_problem(template: str, error: UsageError) -> Response:
    """The editor again with what was typed in it, and what is wrong with that."""
    failure = failures.of_engine(error)
    text = request.form.get("text", "")
    return page(template, failure.status, text=text, preview=None, saved=False, problem=failure)


def count_of(form: str) -> int:
    """In how many passages a form stands, up to COUNTED."""
    wanted = fold(form)
    if not wanted.strip():
        return 0
    hits = the_engine().search(form, COUNTED, "words")
    return sum(wanted in fold(hit.passage.text) for hit in hits)
