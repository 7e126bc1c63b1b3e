"""Names of departments and institutions: splitting lists of them, telling equal ones.

Office Chinese shortens names by leaving characters out in order (市场监督管理局 →
市监局) and by dropping the level (区教育局 → 教育局). Both are recognised here by
form alone; lists of known abbreviations live in ``aliases``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from qa_engine.text.patterns import later

HAN = r"\u4e00-\u9fff"
# What names of public bodies and firms end in.
SUFFIXES = (
    "委员会 管理局 办公室 总公司 分公司 事务所 研究院 研究所 研究中心 服务中心 指挥部 领导小组 "
    "总局 分局 支队 大队 总队 中心 集团 公司 企业 银行 分行 支行 总行 "
    "协会 学会 商会 工会 联合会 基金会 "
    "政府 法院 检察院 学院 学校 大学 医院 卫生院 管委会 居委会 村委会 街道 开发区 "
    "局 委 办 部 厅 署 院 司 处 科 室 所 站 会"
).split()
_LEVEL = later(
    r"^(?:国家|中央|全国|省级|市级|区级|县级|市(?!场|监[局总管]|政)|[省区县镇乡州旗盟])"
    r"(?=[\u4e00-\u9fff]{2})"
)
_ENDS_OF_TWO = {suffix for suffix in SUFFIXES if len(suffix) == 2}
_EQUAL_ENDS = (
    ("委员会", "委"),
    ("办公室", "办"),
    ("分局", "局"),
    ("支局", "局"),
    ("总局", "局"),
    ("管理局", "局"),
)
_SEPARATORS = later(
    r"[、，,;；/]+|\s+|等?(?:和|与|及|以及)(?=各|有关|相关)|等(?=有关|相关|部门|单位)|"
    r"(?<=[局委办部厅署院会])[和及与](?=[市区县省各])"
)
_EACH = later(r"^(?:各|有关|相关|其他)")
_MENTION = later(
    rf"[{HAN}]{{1,18}}?(?:{'|'.join(sorted(SUFFIXES, key=len, reverse=True))})(?![{HAN}]*?(?:员会))"
)


def split_organisations(cell: str) -> list[str]:
    """The members of a cell such as ``区农业局、区质监分局 各镇、街道``.

    ``各镇、街道`` is one member: what follows 各 shares it until a full name comes.
    """
    result: list[str] = []
    for part in _SEPARATORS.split(cell.strip().strip("。.；;")):
        name = part.strip()
        name = name[:-1] if name.endswith("等") and len(name) > 2 else name
        if not name:
            continue
        if result and _EACH.match(result[-1]) and _is_bare_kind(name):
            result[-1] = f"{result[-1]}、{name}"
        else:
            result.append(name)
    return result


def _is_bare_kind(name: str) -> bool:
    """街道, 乡镇, 园区 …: a kind of body rather than the name of one."""
    return len(name) <= 4 and not re.search(r"[局委办厅署院]$", name) and not _EACH.match(name)


@lru_cache(maxsize=4096)
def core(name: str) -> str:
    """The name without remarks in brackets, level and interchangeable endings."""
    text = re.sub(r"[（(][^）)]*[）)]", "", name).strip()
    previous = ""
    while previous != text:
        previous = text
        text = _LEVEL.sub("", text)
    for long, short in _EQUAL_ENDS:
        if text.endswith(long) and len(text) > len(long) + 1:
            return text[: -len(long)] + short
    return text


def level(name: str) -> str:
    """The level that a name begins with (市, 区, 县 …), one character; ``""`` when it says none."""
    match = _LEVEL.match(name)
    return match.group()[0] if match else ""


def abbreviates(short: str, long: str) -> bool:
    """Whether ``short`` leaves characters out of ``long`` but keeps first, last and order.

    At least two characters beside the ending (局, 公司) are kept: alone it proves nothing.
    """
    ending = 2 if short[-2:] == long[-2:] and short[-2:] in _ENDS_OF_TWO else 1
    if len(short) < ending + 2 or len(short) >= len(long):
        return False
    if short[0] != long[0] or short[-1] != long[-1]:
        return False
    position = 0
    for character in short:
        position = long.find(character, position) + 1
        if position == 0:
            return False
    return True


def same_organisation(first: str, second: str, synonyms: Iterable[Sequence[str]] = ()) -> bool:
    """Whether two names can mean the same body, by form or by one of the synonym groups."""
    left, right = core(first), core(second)
    if not left or not right:
        return False
    if left == right or abbreviates(left, right) or abbreviates(right, left):
        return True
    for group in synonyms:
        forms = {core(form) for form in group}
        if left in forms and right in forms:
            return True
    return False


_ENDINGS = later(r"[局委办部厅署院司处科室所站会心行队团校村镇道关府]")
_LONGEST = 14
# Two names in one breath (教育局和财政局, 教育局要配合财政局) are no long form of the first.
_TWO_NAMES = later(
    r"(?:[局委办厅署院处科所]|中心|公司|集团|街道)[和与及跟同或、，]|"
    r"配合|牵头|协助|协办|负责|会同|联合(?!会)|要(?!素)|(?<!自)由|[的哪]"
)


class NameFinder:
    """Finds in one text the names of bodies, in full, shortened or by a synonym.

    Made once a text, since the text is short and the bodies may be many.
    """

    def __init__(self, text: str, synonyms: Iterable[Sequence[str]] = ()) -> None:
        self._text = text
        self._pieces: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for ending in _ENDINGS.finditer(text):
            for start in range(max(0, ending.end() - _LONGEST), ending.end() - 1):
                piece = text[start : ending.end()]
                short = core(piece)
                if short and not _TWO_NAMES.search(piece):
                    self._pieces.setdefault((short[0], short[-1]), []).append((piece, short))
        self._synonyms: dict[str, set[str]] = {}
        for group in synonyms:
            forms = {core(form) for form in group} - {""}
            for form in forms:
                self._synonyms.setdefault(form, set()).update(forms)

    def find(self, body: str) -> str | None:
        """The longest form in which the text names the body; None when it doesn't."""
        if body in self._text:
            return body
        target = core(body)
        best: str | None = None
        for form in {target, *self._synonyms.get(target, ())} - {""}:
            for piece, short in self._pieces.get((form[0], form[-1]), ()):
                same = short == form or abbreviates(short, form) or abbreviates(form, short)
                if same and (best is None or len(piece) > len(best)):
                    best = piece
        return best


def mentions(text: str) -> list[str]:
    """Strings of the text that look like names of bodies, shortest reading first."""
    return [match.group() for match in _MENTION.finditer(text)]


def names_body(text: str, body: str, synonyms: Iterable[Sequence[str]] = ()) -> bool:
    """Whether a text names the body that ``body`` ends in: what stands before its name in a
    question (会上民政局) counts for nothing. 区局 and 省厅 are any body of that level and kind."""
    found = mentions(text)
    groups = tuple(synonyms)
    for start in range(max(1, len(body) - 2)):
        piece = body[start:]
        if piece in text or any(same_organisation(piece, one, groups) for one in found):
            return True
    of_level = re.search(r"([省市区县镇乡州旗总])([局厅委办部院])$", body)
    return of_level is not None and bool(re.search(rf"{of_level[1]}[{HAN}]*{of_level[2]}", text))
