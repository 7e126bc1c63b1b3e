"""Newsletters: several short articles in one file, bylines, a masthead, a footer.

An article ends with its byline; what follows up to the first paragraph is the next
one's title, on one line or more. Dates without a year are resolved from the issue.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from qa_engine.alignment import Aligned
from qa_engine.models import Block
from qa_engine.sources.layout import Parsed
from qa_engine.sources.lines import Cleaned, Line, clean
from qa_engine.sources.outline import is_heading
from qa_engine.sources.people import NAME
from qa_engine.sources.raw import RawDocument
from qa_engine.text.normalise import to_simplified
from qa_engine.text.numbers import dates

_TITLE_LONGEST = 42
_BYLINE_LONGEST = 24
_BYLINE = re.compile(r"[（(](?P<who>[^（）()]{2,24})[）)]$")
_BODY_END = re.compile(
    r"(?:办公室|办|室|处|科|局|所|站|中心|大队|支队|总队|部|院|校|公司|集团|镇|乡|街道|委员会|委|会|厅|署|社|村|区|县|市|组|团|供稿|"
    r"供图|摄|文|图|报道|讯)$"
)
_WORKPLACE = re.compile(
    r"[\u4e00-\u9fff]{2,}(?:[学校园局委部办处科院所站司室社会区乡镇村场厂队]|中心|街道)$"
)
_NO_BYLINE = re.compile(
    r"负责|牵头|配合|参与|完成|公开|附件|以下简称|简称|下同|见|含|不含|第[一二三四五六七八九十\d]"
)
_CREDIT = re.compile(r"^(?:通讯员|记者|作者|撰稿|供稿|文|图|摄影)?[:：\s/]*")
_FOOTER = re.compile(
    r"^(?:发送|发至|报送|报|送|抄送|抄报|主送|分送|呈报|呈送|打印|校对|编辑|责任编辑|责编|主编|编审|签发|审核|审稿|印发|共印|印数|编发|承办|"
    r"联系电话|联系人|电话|投稿邮箱|邮箱|地址|主办|主办单位)\s*[:：]"
)
_ISSUE = re.compile(
    r"(?:总?第?\s*[（(]?\s*[\d一二三四五六七八九十百]+\s*[）)]?\s*期)|[（(]总第\s*\d+\s*期[）)]"
)
_MASTHEAD = re.compile(
    r"(?:简报|通讯|信息|动态|视点|快讯|月报|周报|季报|专报|内参|要情|工作情况|参考|摘要|导刊)$"
)
_CONTENTS = re.compile(r"^(?:本期)?(?:要目|导读|目录|内容提要|目\s*录|看点)[:：]?$")
_ENTRY = re.compile(r"^[★☆●○◆◇■□▲△※·\-—•\d一二三四五六七八九十、.．\s]*(?P<title>.*?)[.…·\s]*\d*$")
_COLUMN = re.compile(r"【[^】]{1,8}】\s*[^\s：:]")  # 【便民】 before an article's title
_REPORTER = re.compile(
    r"(?:本[报刊]|本台)?(?:见习|特约|实习)?(?:记者|通讯员|撰文|撰稿)\s*[:：]?\s*(?P<who>[\u4e00-\u9fff·、\s]{2,16})"
)
_SENTENCE = re.compile(r"[。！？；]|，.{6,}，")


@dataclass(slots=True)
class _Article:
    title: list[Line] = field(default_factory=list)
    body: list[Line] = field(default_factory=list)


def parse_newsletter(raw: RawDocument) -> Parsed | None:
    """None when neither bylines nor masthead nor footer show a newsletter."""
    cleaned = clean(raw)
    lines = [line for line in cleaned.lines if not line.meta]
    bylines = [_byline(line) is not None for line in lines]
    foot = _footer_start(lines)
    head, contents = _contents(lines, _masthead_end(lines))
    score = _score(sum(bylines), foot < len(lines), head > 0)
    if score <= 0:
        return None
    articles = _articles(lines[head:foot], bylines[head:foot], contents)
    if len(articles) < 2 and score < 0.9:
        return None
    parsed = Parsed(kind="newsletter", score=score)
    parsed.dropped += cleaned.dropped
    parsed.meta.update(cleaned.meta)
    _masthead(lines[:head], cleaned, parsed)
    for line in cleaned.lines:
        if line.meta:
            parsed.blocks.append(Block("meta", line.aligned, page=line.page))
    year = _year(lines, parsed)
    for article in articles:
        _write(article, year, parsed)
    for line in lines[foot:]:
        parsed.blocks.append(Block("meta", line.aligned, page=line.page))
    _footer_data(lines[foot:], parsed)
    _title(articles, raw, cleaned, parsed)
    return parsed


def _score(bylines: int, footer: bool, masthead: bool) -> float:
    if bylines >= 2:
        return 0.92
    if bylines == 1 and (footer or masthead):
        return 0.85
    if masthead and footer:
        return 0.8
    return 0.7 if masthead else 0.0


def _byline(line: Line) -> str | None:
    """Who wrote the article, when the line is a byline or ends with one set off by blanks."""
    match = _BYLINE.search(line.text)
    if match is None:
        return None
    alone = match.start() == 0
    if not alone and line.gap < 3:
        return None
    who = match.group("who").strip()
    plain = to_simplified(who)
    if _NO_BYLINE.search(plain) or (
        any(mark in plain for mark in "，。；：、《》“”") and not _names(plain)
    ):
        return None
    return who if _BODY_END.search(plain) or _names(plain) else None


def _names(text: str) -> bool:
    """Names of people, perhaps with 通讯员 or 文/图 before them, or with where they work."""
    parts = [_CREDIT.sub("", part) for part in re.split(r"[\s、，,/]+", _CREDIT.sub("", text))]
    parts = [part for part in parts if part]
    if len(parts) > 1 and _WORKPLACE.search(parts[0]):
        parts = parts[1:]
    return bool(parts) and all(NAME.fullmatch(part) for part in parts)


def _footer_start(lines: list[Line]) -> int:
    """The first of the footer's lines; ``len(lines)`` when there is none."""
    start = len(lines)
    for index in range(len(lines) - 1, max(-1, len(lines) - 12), -1):
        if _FOOTER.match(to_simplified(lines[index].text)) and len(lines[index].text) <= 150:
            start = index
        elif len(lines[index].text) > 60 and _SENTENCE.search(lines[index].text):
            break
    return start


def _masthead_end(lines: list[Line]) -> int:
    """After the lines with the newsletter's name, issue number and date."""
    end = 0
    for index, line in enumerate(lines[:8]):
        if len(line.text) > 50:
            break
        if _ISSUE.search(line.text) or (index < 3 and _MASTHEAD.search(line.text)):
            end = index + 1
    if end and end < len(lines) and _is_issue_line(lines[end].text):
        end += 1
    return end


def _is_issue_line(text: str) -> bool:
    """The editor's name with the date: “某局办公室 2021年3月5日”."""
    found = dates(text)
    return bool(found) and len(text) <= 40 and not _SENTENCE.search(text)


def _masthead(lines: list[Line], cleaned: Cleaned, parsed: Parsed) -> None:
    for line in lines:
        parsed.blocks.append(Block("meta", line.aligned, page=line.page))
        issue = _ISSUE.search(line.text)
        if issue is not None:
            parsed.meta.setdefault("issue", issue.group().strip())
        for mention in dates(line.text):
            if len(mention.iso) >= 7 and mention.iso[0] != "-":
                parsed.date = parsed.date or mention.iso
        if _MASTHEAD.search(line.text):
            parsed.meta.setdefault("series", line.text)


def _contents(lines: list[Line], start: int) -> tuple[int, frozenset[str]]:
    """After a table of contents (if one stands at ``start``), and the titles it lists."""
    if start >= len(lines) or not _CONTENTS.match(re.sub(r"\s", "", lines[start].text)):
        return start, frozenset()
    titles: list[str] = []
    end = start + 1
    texts = [re.sub(r"\s", "", line.text) for line in lines]
    while end < len(lines) and len(lines[end].text) <= _TITLE_LONGEST + 8:
        match = _ENTRY.match(texts[end])
        title = match.group("title") if match is not None else texts[end]
        if title in titles or (titles and title not in "".join(texts[end + 1 :])):
            break
        titles.append(title)
        end += 1
    return end, frozenset(titles)


def _articles(lines: list[Line], bylines: list[bool], contents: frozenset[str]) -> list[_Article]:
    articles: list[_Article] = []
    current = _Article()
    for index, line in enumerate(lines):
        if not current.body:
            if current.title and _COLUMN.match(line.text) and _is_title(line, _Article()):
                articles.append(current)
                current = _Article([line])
                continue
            if _is_title(line, current) and index + 1 < len(lines):
                current.title.append(line)
                continue
        elif re.sub(r"\s", "", line.text) in contents or _begins_article(index, lines, bylines):
            articles.append(current)
            current = _Article([line])
            continue
        current.body.append(line)
    if current.body or current.title:
        articles.append(current)
    return articles


def _is_title(line: Line, article: _Article) -> bool:
    text = line.text
    return (
        len(article.title) < 3
        and len(text) <= _TITLE_LONGEST
        and text[-1] not in "。；;，,：:、"
        and not _SENTENCE.search(text)
        and not is_heading(text)
        and not _BYLINE.fullmatch(text)
        and not _is_credit(text)
    )


def _is_credit(text: str) -> bool:
    """A line of its own that names the reporter: 本报记者 甲某."""
    match = _REPORTER.fullmatch(text)
    return match is not None and _names(match["who"])


def _begins_article(index: int, lines: list[Line], bylines: list[bool]) -> bool:
    """Whether the line is the title of a new article: after a byline, before a line that names
    the reporter, with the name of a column, or where the newsletter has none of these, a short
    line between paragraphs."""
    line = lines[index]
    if not _is_title(line, _Article()) or index + 1 >= len(lines):
        return False
    if bylines[index - 1] or _COLUMN.match(line.text) or _is_credit(lines[index + 1].text):
        return True
    if any(bylines):
        return False
    below = next((other for other in lines[index + 1 :] if not _is_title(other, _Article())), None)
    return below is not None and len(below.text) >= 40 and lines[index - 1].text[-1] in "。！”）)"


def _write(article: _Article, year: int | None, parsed: Parsed) -> None:
    title = _joined_title([line.aligned for line in article.title])
    page = (article.title or article.body)[0].page
    headings = (title.text,) if title else ()
    if title:
        parsed.blocks.append(Block("heading", title, level=1, page=page))
    date = _article_date(article.body, year)
    for line in article.body:
        named = _BYLINE.fullmatch(line.text) is not None and _byline(line) is not None
        alone = named or _is_credit(line.text)
        parsed.blocks.append(
            Block(
                "byline" if alone else "paragraph",
                line.aligned,
                headings,
                page=line.page,
                date=date,
            )
        )


def _joined_title(parts: list[Aligned]) -> Aligned:
    """A title broken over lines made one; a lead of its own (“甲 乙”) keeps a space."""
    if not parts:
        return Aligned("")
    joined = parts[0]
    for part in parts[1:]:
        couplet = " " in joined.text and not part.text.startswith("—")
        joined = Aligned.join((joined, part), " " if couplet else "")
    return joined


def _year(lines: list[Line], parsed: Parsed) -> int | None:
    """The issue's year: from its date, else the year spoken of most (the later of equals)."""
    if parsed.date:
        return int(parsed.date[:4])
    counts: Counter[int] = Counter()
    for line in lines:
        counts.update(int(m.iso[:4]) for m in dates(line.text) if m.iso[:4].isdigit())
        counts.update(int(year) for year in re.findall(r"(?<!\d)(20\d{2}|19\d{2})年?度", line.text))
    if not counts:
        return None
    return max(counts, key=lambda year: (counts[year], year))


def _article_date(body: list[Line], year: int | None) -> str | None:
    """The article's first day or month, completed with the issue's year."""
    for line in body:
        for mention in dates(line.text, year):
            iso = mention.iso.split("/")[0]
            if len(iso) >= 7 and not iso.startswith("-") and mention.bound != "by":
                return iso
    return None


def _footer_data(lines: list[Line], parsed: Parsed) -> None:
    for line in lines:
        for mention in dates(line.text):
            if len(mention.iso) == 10 and mention.iso[0] != "-":
                parsed.date = parsed.date or mention.iso


def _title(articles: list[_Article], raw: RawDocument, cleaned: Cleaned, parsed: Parsed) -> None:
    series = parsed.meta.get("series") or cleaned.meta.get("running_head")
    issue = parsed.meta.get("issue")
    if series:
        parsed.title = f"{series} {issue}" if issue and issue not in series else series
    else:
        titles = [
            _joined_title([line.aligned for line in a.title]).text for a in articles if a.title
        ]
        parsed.title = raw.title or (titles[0] if titles else None)
        if titles and len(articles) > 1 and raw.title is None:
            parsed.title = f"{titles[0]}等{len(articles)}篇"
    months = sorted(
        {block.date[:7] for block in parsed.blocks if block.date and block.kind == "paragraph"}
    )
    parsed.date = parsed.date or raw.date or (months[-1] if months else None)
