"""Column names → roles, by a vocabulary that users can extend (``data/columns.toml``)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from qa_engine import models
from qa_engine.errors import UsageError
from qa_engine.text.normalise import to_simplified
from qa_engine.text.patterns import later

ROLES = (
    models.NUMBER,
    models.LEAD,
    models.COOPERATE,
    models.DEADLINE,
    models.CHECK,
    models.TARGET,
    models.GROUP,
    models.TASK,
    models.PERSON,
    models.OTHER,
)
_PARENT = "parent"
_ENDING = "ending"
_BRACKETED = later(r"[（(\[【〔][^（）()\[\]【】〔〕]*[）)\]】〕]")
_PLAIN = later(r"[\s：:*　]+")
_YEAR = later(r"^(?:\d{4}年?度?|本年度?|今年|全年)")
_BODIES = later(r"(?:单位|部门|科室|处室|股室|机构|院系|站所|乡镇|街道|社区)$")
_LONGEST = 14
_LONGEST_LIKELY = 8


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``names`` and ``contains`` map a piece of header to its role; ``endings`` are the
    words that names of columns end with."""

    names: Mapping[str, str]
    contains: Mapping[str, str]
    parents: frozenset[str]
    endings: tuple[str, ...] = ()

    def role(self, header: str) -> str:
        """The role of a column; of 责任分工/牵头部门 the last part counts first."""
        parts = [part for part in header.split("/") if part.strip()]
        for part in [*reversed(parts), header]:
            found = self._role_of(plain(part))
            if found is not None:
                return found
        return models.OTHER

    def known(self, text: str) -> bool:
        """Is this text, on its own, the name of a column (“完成时限”, “牵头单位（盖章）”)?"""
        if len(text) > 4 * _LONGEST:
            return False
        name = plain(text)
        if not name or len(name) > _LONGEST or any(mark in name for mark in "。；，、！？"):
            return False
        return self._name(name) is not None or self._joint(text)

    def likely(self, text: str) -> bool:
        """May this text be the name of a column, among others that are (“参赛单位”)?

        Weaker than ``known``: it is short and ends as such names do.
        """
        if self.known(text):
            return True
        name = plain(text) if len(text) <= 2 * _LONGEST else ""
        return (
            1 < len(name) <= _LONGEST_LIKELY
            and name.endswith(self.endings)
            and not name.startswith(("各", "有关", "相关"))
            and not any(mark.isdigit() or mark in "、，。；：！？“”《》" for mark in name)
        )

    def titled(self, texts: Sequence[str], least: int = 2) -> bool:
        """Do these texts, blank ones aside, look like the header of a table?

        ``least`` names have to be known, and half of all; or some, beside others that may
        be names.
        """
        named = [text for text in texts if text]
        known = sum(1 for text in named if self.known(text))
        if known >= least and known * 2 >= len(named):
            return True
        likely = sum(1 for text in named if self.likely(text))
        return (
            known > 0
            and likely >= max(3, least)
            and likely * 3 >= len(named) * 2
            and len(set(named)) == len(named)
        )

    def parent(self, text: str) -> bool:
        """May this header stand over several columns?"""
        return plain(text) in self.parents

    def _role_of(self, name: str) -> str | None:
        exact = self._name(name)
        if exact is not None:
            return exact
        # Of two as long the later one: users' pieces come after the built-in ones.
        found = [(len(piece), at) for at, piece in enumerate(self.contains) if piece in name]
        return list(self.contains.values())[max(found)[1]] if found else None

    def _name(self, name: str) -> str | None:
        return self.names.get(name) or self.names.get(_YEAR.sub("", name)) or self._of_bodies(name)

    def _of_bodies(self, name: str) -> str | None:
        """“主责科室”, “协同机构”: what bodies do, and a word for bodies."""
        bodies = _BODIES.search(name)
        role = self.contains.get(name[: bodies.start()]) if bodies else None
        return role if role in (models.LEAD, models.COOPERATE) else None

    def _joint(self, text: str) -> bool:
        """“任务分解/时序进度”, “责任单位及责任人”: two names in one header."""
        parts = re.split(r"[/／及和与]|\s+", text.strip())
        return len(parts) > 1 and all(self._name(plain(part)) for part in parts if part.strip())


@lru_cache(maxsize=8192)
def plain(header: str) -> str:
    """A header as it is compared: NFKC, without brackets, spaces and line breaks."""
    text = unicodedata.normalize("NFKC", header)
    without = _BRACKETED.sub("", text)
    return to_simplified(_PLAIN.sub("", without if without.strip() else text))


@lru_cache(maxsize=8)
def load_vocabulary(extra: Path | None = None) -> Vocabulary:
    """The built-in vocabulary, extended by a user's file of the same form.

    Raises UsageError, naming the file, when it cannot be read.
    """
    text = resources.files("qa_engine").joinpath("data/columns.toml").read_text("utf-8")
    tables = [tomllib.loads(text)]
    if extra is not None:
        try:
            tables.append(tomllib.loads(extra.read_text("utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UsageError(
                f"列名词表 {extra} 无法读取：{error}。",
                "请按 qa_engine/data/columns.toml 的格式修改该文件（UTF-8 编码的 TOML）。",
            ) from error
    names: dict[str, str] = {}
    contains: dict[str, str] = {}
    parents: set[str] = set()
    endings: list[str] = []
    for table in tables:
        for role, lists in table.items():
            _check(role, lists, extra)
            if role == _PARENT:
                parents.update(plain(name) for name in lists.get("names", ()))
                continue
            if role == _ENDING:
                endings += [plain(name) for name in lists.get("names", ())]
                continue
            names.update({plain(name): role for name in lists.get("names", ())})
            for piece in lists.get("contains", ()):
                contains.pop(plain(piece), None)
                contains[plain(piece)] = role
    return Vocabulary(names, contains, frozenset(parents), tuple(endings))


def _check(role: str, lists: object, extra: Path | None) -> None:
    """Raises UsageError unless ``role`` is one and ``lists`` holds lists of names."""
    if role not in (*ROLES, _PARENT, _ENDING):
        raise UsageError(
            f"列名词表 {extra} 中的角色 [{role}] 不存在。",
            f"可用的角色：{'、'.join((*ROLES, _PARENT, _ENDING))}。",
        )
    keys = ("names",) if role in (_PARENT, _ENDING) else ("names", "contains")
    given = lists if isinstance(lists, dict) else {role: lists}
    for key, names in given.items():
        if key not in keys:
            raise UsageError(
                f"列名词表 {extra} 的 [{role}] 中不能有 {key}。", f"可用的键：{'、'.join(keys)}。"
            )
        if not isinstance(names, list) or not all(
            isinstance(name, str) and name.strip() for name in names
        ):
            raise UsageError(
                f"列名词表 {extra} 的 [{role}] {key} 应是一列加引号的列名。",
                f'例如：{key} = ["牵头部门", "责任单位"]',
            )
