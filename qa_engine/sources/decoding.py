"""Bytes → text, with the encoding named and nothing lost in silence.

Every candidate encoding decodes the whole file; the most plausible text wins. Plausible
is a text of printable characters whose Chinese characters are common ones: the bytes of
one legacy encoding read as another give rare characters, private-use ones and holes.
"""

from __future__ import annotations

import codecs
from collections import Counter
from dataclasses import dataclass

from charset_normalizer import from_bytes

from qa_engine.errors import UnreadableFile

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Order breaks ties: the stricter encoding first.
_CANDIDATES = ("utf-8", "gb18030", "big5", "cp950", "big5hkscs", "utf-16-le", "utf-16-be")
# Declared names → the superset that real files need.
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
}
# The commonest characters of written Chinese, both scripts: about two thirds of any text.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方"
    "后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开"
    "它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此"
    "变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老"
    "头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门"
    "即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花"
    "带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段"
    "研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳"
    "便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京"
    "這為個國時來們動產種後學經進著電裡現實應開還關線內數質氣變條沒結問軍黨總設長頭資邊級圖統組見計別論運農"
    "區強決戰處隊給門規領東導壓爭濟階術極聯認權證單風帶場車務萬達積議聲報鬥類離華確張馬節話傳許廣記須際連"
    "斷難礦備辦習響約勞團歷構稱準號維劃選標寫親養層狀專廠發會過說對樣與體業從間題員報點當機"
)
_CONTROL = frozenset(chr(code) for code in [*range(9), 11, *range(14, 32), *range(127, 160)])
_PUNCTUATION = frozenset("，。、；：？！“”‘’（）《》—…·％　〔〕【】％‰①②③④⑤")


@dataclass(frozen=True, slots=True)
class Decoded:
    """``confidence`` in [0, 1]; ``problems`` tells what could not be decoded."""

    text: str
    encoding: str
    confidence: float
    problems: tuple[str, ...] = ()


def decode(data: bytes, name: str, declared: str | None = None) -> Decoded:
    """Decode a whole file; ``declared`` is the encoding that the file itself states.

    Raises UnreadableFile when no encoding gives text (binary files).
    """
    if not data:
        return Decoded("", "utf-8", 1.0)
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decoded(data, encoding, 1.0, name)
    stated = _known(declared)
    if data.isascii() and b"\0" not in data and b"\x1b$" not in data and stated is None:
        return _decoded(data, "utf-8", 1.0, name)
    if stated in (None, "utf-8") and _is_utf8(data):
        return _decoded(data, "utf-8", 0.99, name)
    scored = sorted(
        (
            (_score(data, encoding, stated), -rank, encoding)
            for rank, encoding in enumerate(_candidates(data, stated))
        ),
        reverse=True,
    )
    best, _, encoding = scored[0]
    rivals = [score for score, _, other in scored if _family(other) != _family(encoding)]
    second = max(rivals, default=0.0)
    if best < 0.2:
        raise UnreadableFile(
            f"{name}：不像文本文件（按任何常见编码都读不出文字）。",
            "请确认文件没有损坏、扩展名与内容一致；必要时用原软件另存为 UTF-8 文本后再试。",
        )
    sure = 0.99 if encoding == "utf-8" and best > 0.6 else min(0.99, 0.5 + (best - second))
    return _decoded(data, encoding, round(max(0.05, sure), 2), name)


def _is_utf8(data: bytes) -> bool:
    """Valid UTF-8 that reads like text: other encodings need not be tried."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return plausibility(_sample(data, "utf-8")) > 0.5


def plausibility(text: str) -> float:
    """How much a decoded text looks like written Chinese or Latin text, at most 1.

    Each character counts 1 when printable ASCII, Chinese punctuation or a common
    character, less when rare, and against the text when it is a hole, a control or a
    private-use character.
    """
    if not text:
        return 0.0
    total = 0.0
    for character, count in Counter(text).items():
        total += count * _weight(character)
    return total / len(text)


def _weight(character: str) -> float:
    if character in _COMMON or character in _PUNCTUATION:
        return 1.0
    code = ord(character)
    if 32 <= code < 127 or character in "\t\n\r\f":
        return 0.9
    if character in _CONTROL or character == "\ufffd":
        return -6.0
    if 0x4E00 <= code <= 0x9FFF:
        return 0.55 if _in_everyday_set(character) else -0.6
    if 0x3000 <= code <= 0x303F or 0xFF00 <= code <= 0xFFEF or 0x2010 <= code <= 0x2027:
        return 0.6
    if code < 0x250:
        return 0.3
    if 0xE000 <= code <= 0xF8FF or 0xD800 <= code <= 0xDFFF or code >= 0xF0000:
        return -3.0
    return -0.3


def _in_everyday_set(character: str) -> bool:
    """In level 1 of GB 2312 or of Big5: the characters of everyday writing."""
    try:
        lead = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        lead = 0
    if 0xB0 <= lead <= 0xD7:
        return True
    try:
        return 0xA4 <= character.encode("big5")[0] <= 0xC6
    except UnicodeEncodeError:
        return False


def _candidates(data: bytes, stated: str | None) -> list[str]:
    names = list(_CANDIDATES)
    if stated is not None and stated not in names:
        names.append(stated)
    guess = from_bytes(data[:200_000]).best()
    if guess is not None:
        found = _known(guess.encoding)
        if found is not None and found not in names:
            names.append(found)
    return names


def _family(encoding: str) -> str:
    """The variants of Big5 agree on nearly everything and don't compete."""
    return "big5" if encoding in ("big5", "cp950", "big5hkscs") else encoding


def _known(name: str | None) -> str | None:
    if not name:
        return None
    try:
        canonical = codecs.lookup(name.strip().strip("'\"")).name
    except LookupError:
        return None
    return _SUPERSETS.get(canonical, canonical)


def _score(data: bytes, encoding: str, stated: str | None) -> float:
    if encoding.startswith("utf-16") and len(data) < 4:
        return -1.0
    # Judging a sample from the middle and both ends is enough to rank; the loss of the
    # winner is counted over the whole file.
    score = plausibility(_sample(data, encoding))
    if encoding == stated:
        score += 0.15
    if not encoding.startswith("utf-16"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            score -= 0.1
        else:
            # Long text that is valid UTF-8 by chance is next to impossible.
            score += 0.5 if encoding == "utf-8" else 0.0
    return score


def _sample(data: bytes, encoding: str, size: int = 120_000) -> str:
    if len(data) <= 3 * size:
        return data.decode(encoding, errors="replace")
    middle = len(data) // 2 & ~3
    end = (len(data) - size) & ~3
    pieces = (data[:size], data[middle : middle + size], data[end:])
    # A slice may begin or end inside a character: its edges don't count.
    return "".join(piece.decode(encoding, errors="replace")[4:-4] for piece in pieces)


def _decoded(data: bytes, encoding: str, confidence: float, name: str) -> Decoded:
    reported = "utf-8" if encoding == "utf-8-sig" else encoding
    try:
        text = data.decode(encoding)
        lost = 0
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
        lost = text.count("\ufffd")
    if not lost:
        return Decoded(text, reported, confidence)
    if lost > max(3, len(text) * 0.2):
        raise UnreadableFile(
            f"{name}：按 {reported} 读有 {lost} 处无法解码，不像文本文件。",
            "请用原软件另存为 UTF-8 文本后再试。",
        )
    first = text.index("\ufffd")
    problem = (
        f"按 {reported} 解码时有 {lost} 处字节无效，已用 � 代替（第一处在第 {first + 1} 个字符）。"
    )
    return Decoded(text, reported, min(confidence, 0.8), (problem,))
