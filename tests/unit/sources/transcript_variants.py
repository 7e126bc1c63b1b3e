"""A generator of press conferences, interviews and Q&A texts with known turns.

Every paragraph holds a word of its own, so that the passage it ends up in can be found.
People, media and places are invented.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from functools import cache

from opencc import OpenCC
from pypinyin import Style, pinyin

OFFICIALS = (
    ("邵明远", "青溪市教育局党组书记、局长"),
    ("骆文清", "青溪市卫生健康委员会副主任"),
    ("岑雅", "青溪市交通运输局总工程师"),
    ("欧阳培", "青溪市商务局副局长"),
    ("贺立诚", "青溪市统计局新闻发言人"),
    ("汤一鸣", "青溪市发展和改革委员会二级巡视员"),
)
MODERATORS = (
    ("卢静怡", "青溪市人民政府新闻办公室副主任"),
    ("段成", "中共青溪市委宣传部新闻科科长"),
)
MEDIA = (
    "记者（青溪晚报）",
    "青溪日报记者 丁零",
    "网友",
    "青溪日报记者",
    "新华社记者",
    "中央广播电视总台记者",
    "江南都市报记者",
    "记者",
    "青溪电视台",
    "南方经济网",
)
TOPICS = ("农贸市场改造", "中小学课后服务", "城市公交提速", "社区卫生服务", "外贸企业帮扶")
WORDS = (
    "梧桐 银杏 海棠 丁香 茉莉 杜鹃 芍药 紫藤 玉兰 蔷薇 石榴 枇杷 核桃 杨梅 樱桃 山楂 荔枝 "
    "麻雀 燕子 喜鹊 画眉 黄鹂 白鹭 鸳鸯 孔雀 天鹅 百灵 蜻蜓 蝴蝶 蟋蟀 萤火 蜜蜂 骏马 羚羊 麋鹿 "
    "琥珀 翡翠 玛瑙 珍珠 珊瑚 水晶 青铜 陶瓷 丝绸 竹简 木梳 铜镜 折扇 油伞 灯笼 风筝 陀螺 皮影 "
    "松鼠 刺猬 龙眼 橄榄 芒果 剪纸 年画"
)
TEMPLATES = (
    "今年以来，我们围绕{topic}推出了{word}计划，安排资金{n}万元，惠及群众{m}人次。",
    "{topic}是群众关心的事。{word}工程去年完成投资{n}亿元，比上年增长{m}%。",
    "下一步重点抓好三项工作：一是完善制度；二是推进{word}试点；三是加强督查，确保{n}月底前见效。",
    "关于{word}项目，目前共有{n}家单位参加，设立服务点{m}个，运行总体平稳。",
    "我们还将建立{word}台账，每季度通报一次进展，接受社会监督。",
)
QUESTIONS = (
    "请问{topic}中的{word}任务进展如何？下一步还有哪些打算？",
    "我们注意到群众对{word}反映较多，请问主管部门采取了哪些措施？",
    "能否介绍一下{word}政策的主要内容？",
)


@dataclass(frozen=True)
class Spoken:
    """A paragraph's own word, who says it, and the own word of the question it answers."""

    word: str
    speaker: str | None
    role: str | None
    kind: str
    question: str | None = None
    asker: str | None = None


@dataclass
class Variant:
    """A generated text with its truth."""

    name: str
    text: str
    spoken: list[Spoken] = field(default_factory=list)
    date: str | None = None
    place: str | None = None


class _Writer:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        words = WORDS.split()
        self.random.shuffle(words)
        self.words = words
        self.topic = self.random.choice(TOPICS)

    def sentence(self, templates: tuple[str, ...]) -> tuple[str, str]:
        word = self.words.pop()
        template = self.random.choice([t for t in templates if "{word}" in t])
        number = self.random.randint(2, 12)
        return word, template.format(topic=self.topic, word=word, n=number, m=number * 37)


LABELS = (
    "alone",
    "inline",
    "role before",
    "role in brackets",
    "square",
    "half-width",
    "spaced",
    "name and title",
    "surname and title",
    "time of day",
)
NOISES = ("none", "pinyin", "wrapped", "invisible")
HEADERS = ("list", "one line", "brackets below", "spoken")


def conference(seed: int) -> Variant:
    """A press conference; header, label and question styles drawn from the seed."""
    w = _Writer(seed)
    label_style = LABELS[seed % len(LABELS)]
    header_style = HEADERS[(seed // len(LABELS)) % len(HEADERS)]
    moderator = w.random.choice(MODERATORS)
    officials = w.random.sample(OFFICIALS, w.random.choice((2, 3)))
    gap = "\n\n" if w.random.random() < 0.5 else "\n"
    indent = w.random.choice(("", "", "　　"))
    lines: list[str] = [f"青溪市{w.topic}新闻发布会"]
    lines += _header(header_style, moderator, officials, w)
    variant = Variant(f"conference {seed}: {label_style}, {header_style}", "")
    if header_style != "spoken":
        variant.date, variant.place = "2024-05-16", "市民中心二楼多功能厅"
    say = _Sayer(w, variant, lines, label_style, indent)
    names = "，".join(f"{role}{name}" for name, role in officials)
    say.turn(
        moderator,
        [f"各位记者朋友：\n大家好！今天我们邀请到{names}，请他们介绍{w.topic}情况。"],
        moderates=True,
    )
    for official in officials:
        say.turn(official, ["大家好！", *say.paragraphs(w.random.randint(1, 3))])
    say.turn(
        moderator,
        ["谢谢各位的介绍。下面进入提问环节，提问前请通报所在的新闻机构。"],
        moderates=True,
    )
    for _ in range(w.random.randint(1, 3)):
        asker = w.random.choice(MEDIA)
        word, question = w.sentence(QUESTIONS)
        say.question(asker, word, question)
        if w.random.random() < 0.4:
            say.turn(moderator, ["请相关负责人回答这个问题。"], moderates=True)
        answerer = w.random.choice(officials)
        say.turn(answerer, say.paragraphs(w.random.randint(1, 3)), (word, asker))
        if w.random.random() < 0.2:
            other = next(o for o in officials if o is not answerer)
            say.turn(other, say.paragraphs(1), (word, asker))
    say.turn(moderator, ["今天的发布会到此结束，谢谢大家！"], moderates=True)
    noise = NOISES[(seed // 5) % len(NOISES)]
    variant.name += f", {noise}"
    variant.text = gap.join(_noisy(line, noise, w.random) for line in lines)
    return variant


def _title(role: str) -> str:
    """The last title of a role: 局长, 副主任, 总工程师 …"""
    return next(
        title
        for title in ("副主任", "总工程师", "副局长", "局长", "发言人", "巡视员", "科长", "主任")
        if role.endswith(title)
    )


def _surname(name: str) -> str:
    return name[:2] if name.startswith("欧阳") else name[:1]


def _noisy(line: str, noise: str, chance: random.Random) -> str:
    if noise == "pinyin":
        return _with_pinyin(_traditional().convert(line), chance)
    if noise == "wrapped":
        return re.sub(r"(.{36}[，。！？、：）]?)(?=[^，。！？、：）])", r"\1\n", line)
    if noise == "invisible":
        return "".join(c + ("\u200b" if chance.random() < 0.05 else "") for c in line)
    return line


@cache
def _traditional() -> OpenCC:
    return OpenCC("s2t")


def _with_pinyin(line: str, chance: random.Random) -> str:
    """Pinyin in brackets after one Han character in six, as some sites put it."""
    parts: list[str] = []
    for character in line:
        parts.append(character)
        if "\u4e00" <= character <= "\u9fff" and chance.random() < 1 / 6:
            parts.append(f"({pinyin(character, style=Style.TONE)[0][0]})")
    return "".join(parts)


def _header(
    style: str,
    moderator: tuple[str, str],
    officials: list[tuple[str, str]],
    w: _Writer,
) -> list[str]:
    if style == "spoken":
        return []
    head = [
        w.random.choice(("时间：", "时 间：", "时间:")) + "2024年5月16日上午10:00",
        w.random.choice(("地点：", "地 点：")) + "市民中心二楼多功能厅",
        f"主题：介绍{w.topic}有关情况",
    ]
    if style == "list":
        first, *rest = officials
        head.append(f"发布人：{first[0]} {first[1]}")
        head += [f"　　　　{name} {role}" for name, role in rest]
        head.append(f"主持人：{moderator[0]} {moderator[1]}")
    elif style == "one line":
        head.append("发布人：" + "；".join(f"{role} {name}" for name, role in officials))
        head.append(f"主持人：{moderator[1]} {moderator[0]}")
    else:
        head.append("出席嘉宾：")
        head += [f"{name}（{role}）" for name, role in officials]
        head.append(f"主持人：{moderator[0]}（{moderator[1]}）")
    return head


class _Sayer:
    def __init__(
        self, w: _Writer, variant: Variant, lines: list[str], style: str, indent: str
    ) -> None:
        self.w, self.variant, self.lines = w, variant, lines
        self.style, self.indent = style, indent

    def paragraphs(self, count: int) -> list[str]:
        return [self.w.sentence(TEMPLATES)[1] for _ in range(count)]

    def turn(
        self,
        who: tuple[str, str],
        paragraphs: list[str],
        answers: tuple[str, str] | None = None,
        moderates: bool = False,
    ) -> None:
        label, alone = self._label(who, moderates)
        self._say(label, alone, paragraphs)
        words = WORDS.split()
        for paragraph in paragraphs:
            word = next((word for word in words if word in paragraph), None)
            if word is not None:
                self.variant.spoken.append(
                    Spoken(word, who[0], who[1], "speech", *(answers or (None, None)))
                )

    def question(self, asker: str, word: str, text: str) -> None:
        style = self.w.random.choice(("alone", "inline", "bare"))
        if style == "bare" and asker.endswith("记者") and asker != "记者":
            self.lines += [asker, self.indent + text]
        elif style == "inline":
            self.lines.append(f"{self.indent}{asker}：{text}")
        else:
            self.lines += [f"{asker}：", self.indent + text]
        self.variant.spoken.append(Spoken(word, asker, None, "question", None, asker))

    def _label(self, who: tuple[str, str], moderates: bool) -> tuple[str, bool]:
        name, role = who
        if moderates and self.w.random.random() < 0.3:
            return f"主持人 {name}：", self.style in ("alone", "half-width")
        return {
            "alone": (f"{name}：", True),
            "inline": (f"{name}：", False),
            "role before": (f"{role} {name}：", False),
            "role in brackets": (f"{name}（{role}）：", False),
            "square": (f"【{name}】", self.w.random.random() < 0.5),
            "half-width": (f"{name}:", True),
            "spaced": (f"{name[0]} {name[1]}：" if len(name) == 2 else f"{name}：", True),
            "name and title": (f"{name}{_title(role)}：", False),
            "time of day": (f"{name} 2024-05-16 10:{len(self.lines) % 60:02d}:07", True),
            "surname and title": (f"{_surname(name)}{_title(role)}：", True),
        }[self.style]

    def _say(self, label: str, alone: bool, paragraphs: list[str]) -> None:
        first, *rest = [part for paragraph in paragraphs for part in paragraph.split("\n")]
        if alone:
            self.lines += [label, self.indent + first]
        else:
            self.lines.append(f"{self.indent}{label}{first}")
        self.lines += [self.indent + paragraph for paragraph in rest]


MARKS = (("问：", "答："), ("问:", "答:"), ("Q：", "A："), ("记者问：", "答："))


def answered(seed: int) -> Variant:
    """A text of marked questions and answers: run on, a line each, numbered, with an intro."""
    w = _Writer(10_000 + seed)
    ask, answer = MARKS[seed % len(MARKS)]
    run_on = (seed // len(MARKS)) % 2 == 0
    numbered = (seed // 8) % 2 == 0
    who = "青溪市生态环境局有关负责人"
    intro = f"近日，青溪市印发《{w.topic}实施方案》。{who}就方案的出台背景回答了记者提问。"
    variant = Variant(f"answered {seed}: {ask}{'run-on' if run_on else 'lines'}", "")
    pieces = [intro]
    for number in range(1, w.random.randint(3, 6)):
        word, question = w.sentence(QUESTIONS)
        pieces.append((f"{number}. " if numbered else "") + ask + question)
        variant.spoken.append(Spoken(word, "记者", None, "question", None, "记者"))
        for at in range(w.random.randint(1, 2)):
            own, text = w.sentence(TEMPLATES)
            if at and run_on:
                pieces[-1] += text
            else:
                pieces.append((answer if not at else "") + text)
            variant.spoken.append(Spoken(own, who, None, "speech", word, "记者"))
    variant.text = ("" if run_on else "\n").join(pieces)
    return variant


def interview(seed: int) -> Variant:
    """An interview in one run-on paragraph: 记者：…？甲：…。记者：…"""
    w = _Writer(20_000 + seed)
    name, role = w.random.choice(OFFICIALS)
    asker = w.random.choice(("记者", "主持人", "青溪日报记者"))
    text = f"近日，本报就{w.topic}专访了{role}{name}。"
    variant = Variant(f"interview {seed}: {asker}", "")
    for _ in range(w.random.randint(2, 5)):
        word, question = w.sentence(QUESTIONS)
        text += f"{asker}：{question}{name}："
        variant.spoken.append(Spoken(word, asker, None, "question", None, asker))
        for _ in range(w.random.randint(1, 3)):
            own, sentence = w.sentence(TEMPLATES)
            text += sentence
            variant.spoken.append(Spoken(own, name, role, "speech", word, asker))
    variant.text = text
    return variant


def variants(count: int) -> list[Variant]:
    """Of each five three conferences, one Q&A text and one run-on interview."""
    makers = (conference, conference, conference, answered, interview)
    return [makers[n % 5](n // 5 * (3 if n % 5 < 3 else 1) + n % 5) for n in range(count)]
