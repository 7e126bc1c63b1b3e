"""The aliases page: other names of the same thing, edited with a look at what changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from apiflask import APIBlueprint
from flask import redirect, request
from flask.typing import ResponseReturnValue

from qa_engine.errors import UsageError
from qa_engine.text.aliases import Aliases, read_groups
from qa_engine_web.corpus import the_library
from qa_engine_web.editing import COUNTED, count_of, own_file, save_text, saved_text, with_problem
from qa_engine_web.options import OWN_ALIASES
from qa_engine_web.rendering import notebook, page, the_options

blueprint = APIBlueprint("naming", __name__, enable_openapi=False)

MOST_LINES = 2000
LONGEST_FORM = 40  # characters
SHOWN = 50  # forms and questions in a preview
_BETWEEN = re.compile(r"\s*(?:\t|=|＝|、|,|，|;|；)\s*")


def tidy(text: str) -> str:
    """One group a line, tabs between forms; raises UsageError naming a line that is none.

    People separate names by 、 or = as they please; remarks after ``#`` stay.
    """
    lines: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        body, sign, remark = line.partition("#")
        forms = [form for form in _BETWEEN.split(body.strip()) if form]
        if len(forms) == 1:
            raise UsageError(
                f"第{number}行只有一个名称：{forms[0][:40]}", "一行写同一事物的两个以上名称。"
            )
        if any(len(form) > LONGEST_FORM for form in forms):
            raise UsageError(f"第{number}行有太长的名称。", f"名称最多 {LONGEST_FORM} 字。")
        lines.append("\t".join(forms) + (f"  # {remark.strip()}" if sign else ""))
    if len(lines) > MOST_LINES:
        raise UsageError(f"最多 {MOST_LINES} 行。", "请分成常用的和不用的。")
    return "".join(f"{line.strip(' ')}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Preview:
    """What saving would change: forms with how often they occur, and questions they touch."""

    added: tuple[str, ...]
    dropped: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    questions: tuple[tuple[str, str], ...]


def preview(before: str, after: str, questions: Sequence[str]) -> Preview:
    """Compare two lists of groups; ``questions`` are those that were declined so far."""
    old = {tuple(group) for group in read_groups(before)}
    new = {tuple(group) for group in read_groups(after)}
    fresh = sorted(new - old)
    forms = list(dict.fromkeys(form for group in fresh for form in group))[:SHOWN]
    added = Aliases(fresh)
    touched: list[tuple[str, str]] = []
    for question in questions:
        found = added.in_text(question)
        if found:
            said = "；".join(f"{form} → {'、'.join(others)}" for form, others in found.items())
            touched.append((question, said))
    return Preview(
        tuple(" = ".join(group) for group in fresh),
        tuple(" = ".join(group) for group in sorted(old - new)),
        tuple((form, count_of(form)) for form in forms),
        tuple(touched[:SHOWN]),
    )


@blueprint.get("/corpus/aliases")
def aliases() -> ResponseReturnValue:
    """The list as it is."""
    the_library()
    saved = request.args.get("saved") == "1"
    text = saved_text(own_file(the_options().aliases, OWN_ALIASES))
    return page("aliases.html", text=text, preview=None, counted=COUNTED, saved=saved)


@blueprint.post("/corpus/aliases")
def change_aliases() -> ResponseReturnValue:
    """Show what would change, or save it and use it at once."""
    library = the_library()
    try:
        text = tidy(request.form.get("text", ""))
    except UsageError as error:
        return with_problem("aliases.html", error)
    path = own_file(the_options().aliases, OWN_ALIASES)
    if request.form.get("do") != "save":
        book = notebook()
        questions = [entry.question for entry in book.unanswered()] if book else []
        found = preview(saved_text(path), text, questions)
        return page("aliases.html", text=text, preview=found, counted=COUNTED, saved=False)
    save_text(path, text)
    library.use_aliases(Aliases.load(path))
    return redirect("/corpus/aliases?saved=1", 303)
