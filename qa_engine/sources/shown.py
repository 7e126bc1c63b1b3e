"""Values of a spreadsheet as the sheet shows them: dates, percentages, decimals."""

from __future__ import annotations

import datetime as dt
import re

_TOKEN = re.compile(
    r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.|AM/PM|A/P|上午/下午|y+|Y+|m+|M+|d+|D+|h+|H+|s+|S+(?:\.0+)?|.',
    re.S,
)
_WEEKDAYS = "一二三四五六日"
_CHINESE = str.maketrans("0123456789", "○一二三四五六七八九")
# What spreadsheets show for the built-in “short date” and “short date and time” here.
_LOCAL = {"mm-dd-yy": "yyyy/m/d", "m/d/yy h:mm": "yyyy/m/d h:mm"}


def show_value(value: object, number_format: str) -> str:
    """Any cell value as text; None gives ""."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return show_date(value, number_format)
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, (int, float)):
        return show_number(value, number_format)
    return str(value)


def show_date(value: dt.datetime | dt.date | dt.time, number_format: str) -> str:
    """By the codes of the format: y, m, d, h, m, s, literals; 2013-04-05 when it has none."""
    pattern = _LOCAL.get(number_format, number_format).split(";")[0]
    if "[$-F800]" in pattern:  # the system's long date
        pattern = 'yyyy"年"m"月"d"日"'
    if isinstance(value, dt.time):
        moment = dt.datetime.combine(dt.date(2000, 1, 1), value)
    elif isinstance(value, dt.datetime):
        moment = value
    else:
        moment = dt.datetime.combine(value, dt.time())
    tokens = _TOKEN.findall(pattern)
    codes = [token[0].lower() if token[0].isalpha() and token.isascii() else "" for token in tokens]
    if not any(code in "ymdhs" and code for code in codes) or pattern == "General":
        return moment.date().isoformat() if not isinstance(value, dt.time) else str(value)
    half = any(token in ("AM/PM", "A/P", "上午/下午") for token in tokens)
    parts = [
        _date_part(token, _is_minute(codes, at), moment, half) for at, token in enumerate(tokens)
    ]
    text = "".join(parts).strip()
    return _in_chinese(text, moment) if "DBNum1" in pattern else text


def _is_minute(codes: list[str], at: int) -> bool:
    """An “m” counts minutes after hours or before seconds."""
    if codes[at] != "m":
        return False
    before = next((code for code in reversed(codes[:at]) if code in ("y", "d", "h", "s")), "")
    after = next((code for code in codes[at + 1 :] if code in ("y", "d", "h", "s")), "")
    return before == "h" or after == "s"


def _date_part(token: str, minute: bool, moment: dt.datetime, half: bool) -> str:
    size, code = len(token), token[0].lower()
    if token[0] == '"':
        return token[1:-1]
    if token[0] == "\\":
        return token[1:]
    if token[0] in "[*":
        return ""
    if token[0] == "_" or token == "@":
        return ""
    if token in ("AM/PM", "A/P", "上午/下午"):
        return "上午" if moment.hour < 12 else "下午"
    if not token.isascii() or code not in "ymdhs":
        return token
    if code == "y":
        return f"{moment.year % 100:02}" if size <= 2 else f"{moment.year}"
    if code == "h":
        hour = (moment.hour - 1) % 12 + 1 if half else moment.hour
        return f"{hour:0{min(size, 2)}}"
    if code == "s":
        return f"{moment.second:0{2 if size > 1 else 1}}"
    if minute:
        return f"{moment.minute:0{min(size, 2)}}"
    if code == "m":
        return f"{moment.month:0{min(size, 2)}}" if size <= 2 else f"{moment.month}月"
    if size <= 2:
        return f"{moment.day:0{size}}"
    return ("周" if size == 3 else "星期") + _WEEKDAYS[moment.weekday()]


def _in_chinese(text: str, moment: dt.datetime) -> str:
    from qa_engine.sources.numbering import chinese

    year = str(moment.year)
    shown = text.replace(year, year.translate(_CHINESE))
    return re.sub(r"\d{1,2}", lambda match: chinese(int(match.group())), shown)


def show_number(value: float, number_format: str) -> str:
    """By the format's decimals, thousands, percent sign and literal text."""
    sections = number_format.split(";")
    pattern = sections[0]
    if value < 0 and len(sections) > 1 and sections[1]:
        pattern, value = sections[1], -value
    code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', "", pattern)
    if "General" in code or not re.search(r"[0#?]", code) or "E" in code or "/" in code:
        return _literals(pattern, _plain(value)) if "General" in code else _plain(value)
    percent = code.count("%")
    scaled = value * 100**percent
    digits = re.search(r"\.([0#?]+)", code)
    decimals = len(digits.group(1)) if digits else 0
    least = digits.group(1).count("0") if digits else 0
    grouped = "," if re.search(r"[0#?],[0#?]", code) else ""
    text = f"{scaled:{grouped}.{decimals}f}"
    while decimals > least and text.endswith("0"):
        text, decimals = text[:-1], decimals - 1
    return _literals(pattern, text.rstrip(".") if "." in text else text)


def _literals(pattern: str, number: str) -> str:
    """The number with the text that the format puts before and after it."""
    before, after, seen = "", "", False
    for token in re.findall(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.|General|[0#?.,]+|.', pattern):
        if token == "General" or token[0] in "0#?":
            seen = True
            continue
        if token[0] in "[_*":
            continue
        text = token[1:-1] if token[0] == '"' else token[1:] if token[0] == "\\" else token
        if seen:
            after += text
        else:
            before += text
    return f"{before}{number}{after}".strip()


def _plain(value: float) -> str:
    if isinstance(value, int) or float(value).is_integer():
        return str(int(value)) if abs(value) < 1e15 else f"{value:.15g}"
    return f"{value:.11g}"
