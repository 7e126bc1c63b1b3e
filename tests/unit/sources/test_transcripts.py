"""Press conferences, interviews and marked questions: who said what, in answer to what."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from transcript_variants import Variant, variants

from qa_engine.models import Document, Passage
from qa_engine.passages import passages
from qa_engine.sources.raw import RawDocument, lines_of
from qa_engine.sources.read import read_documents
from qa_engine.sources.understand import understand
from qa_engine.text.normalise import to_simplified

CORPUS = Path(__file__).parents[3] / "corpus"
VARIANTS = variants(160)


def read(text: str) -> Document:
    return understand(RawDocument("t.txt", text, tuple(lines_of(text)), name="t"))


@cache
def press_conference() -> Document:
    (path,) = CORPUS.glob("003_*.txt")
    (document,) = read_documents(path, path.name)
    return document


def simple(text: str | None) -> str:
    return to_simplified(text or "")


def same(found: str | None, wanted: str | None) -> bool:
    """Equal but for the script (some variants are in traditional characters)."""
    return simple(found) == simple(wanted) and (found is None) == (wanted is None)


def judge(variant: Variant) -> tuple[int, int, int, list[str]]:
    """(paragraphs, speaker right, question and asker right, what went wrong)."""
    document = read(variant.text)
    found = passages(document)
    speakers = questions = 0
    wrong: list[str] = []
    for spoken in variant.spoken:
        own = [p for p in found if spoken.word in to_simplified(p.text)]
        passage = own[0] if len(own) == 1 else None
        right = (
            passage is not None
            and passage.kind == spoken.kind
            and same(passage.speaker, spoken.speaker)
            and (spoken.role is None or same(passage.role, spoken.role))
        )
        speakers += right
        asked = passage is not None and (
            (spoken.question is None and passage.question is None)
            or (spoken.question is not None and spoken.question in simple(passage.question))
        )
        asked = asked and passage is not None and same(passage.asker, spoken.asker)
        questions += asked
        if not right or not asked:
            wrong.append(f"{variant.name}: {spoken} → {passage}")
    return len(variant.spoken), speakers, questions, wrong


def test_speakers_and_questions_are_attributed_in_all_layouts() -> None:
    """Over 160 generated layouts speaker, role, question and asker are right in 98 of 100."""
    results = [judge(variant) for variant in VARIANTS]
    total = sum(result[0] for result in results)
    wrong = [line for result in results for line in result[3]]
    assert sum(result[1] for result in results) / total >= 0.98, "\n".join(wrong[:5])
    assert sum(result[2] for result in results) / total >= 0.98, "\n".join(wrong[:5])


@pytest.mark.parametrize("number", range(0, len(VARIANTS), 10))
def test_no_passage_holds_two_speakers(number: int) -> None:
    """What two people say never stands in one passage."""
    for variant in VARIANTS[number : number + 10]:
        said = {spoken.word: (spoken.speaker, spoken.kind) for spoken in variant.spoken}
        for passage in passages(read(variant.text)):
            assert len({said[word] for word in said if word in simple(passage.text)}) <= 1


def test_date_and_place_come_from_the_header() -> None:
    """Time and place of a conference are known as dates and text."""
    for variant in VARIANTS:
        if variant.date is not None:
            document = read(variant.text)
            assert (document.kind, document.date) == ("press", variant.date), variant.name
            assert simple(document.place) == variant.place, variant.name


def turns(document: Document) -> list[tuple[str | None, str]]:
    """(speaker, kind) of each turn."""
    seen: dict[int, tuple[str | None, str]] = {}
    for block in document.blocks:
        if block.turn is not None and block.kind != "heading":
            seen.setdefault(block.turn, (block.speaker, block.kind))
    return [seen[turn] for turn in sorted(seen)]


def test_the_sample_conference_has_all_turns_with_roles() -> None:
    """Fourteen turns, four people with the roles of the list, three questions."""
    document = press_conference()
    host, yan, qu, chen = ("何金華", "嚴雪松", "瞿丹", "陳崗")
    asked = ("記者", "question")
    assert turns(document) == [
        (host, "speech"),
        (yan, "speech"),
        (host, "speech"),
        (qu, "speech"),
        (host, "speech"),
        (chen, "speech"),
        (host, "speech"),
        asked,
        (yan, "speech"),
        asked,
        (qu, "speech"),
        asked,
        (chen, "speech"),
        (host, "speech"),
    ]
    assert {(p.name, p.role) for p in document.participants} == {
        (yan, "區市場監督管理局黨組書記、局長"),
        (qu, "區市場監督管理局黨組成員、副局長"),
        (chen, "區市場監督管理局總工程師"),
        (host, "區市場監督管理局質量監管科科長"),
    }
    assert document.date == "2023-09-07"
    assert document.place == "會展中心301會議室"


def test_answers_of_the_sample_know_their_question() -> None:
    """Each passage of an answer carries the question asked; other speeches carry none."""
    found = passages(press_conference())
    answers = [p for p in found if p.kind == "speech" and p.question is not None]
    assert {p.turn for p in answers} == {9, 11, 13}
    assert all(p.asker == "記者" for p in answers)
    assert all("取得實效" in (p.question or "") for p in answers if p.turn == 13)


def test_section_headings_inside_a_speech_are_context() -> None:
    """A value on the line below its heading is shown with it."""
    (passage,) = [p for p in passages(press_conference()) if "9月30日" in p.text]
    assert passage.headings == ("三、活動時間",)
    assert passage.text.startswith("三、活動時間")


def said(document: Document) -> list[Passage]:
    return [p for p in passages(document) if p.kind in ("speech", "question")]


def test_an_interview_with_bare_names_is_a_transcript() -> None:
    """Names that label again and again are speakers, though no list names them."""
    document = read(
        "对话社区医生\n"
        "嘉宾：任小川 清河社区卫生服务站站长\n"
        "主持人：欢迎来到直播间。任站长，签约服务怎么收费？\n"
        "任小川：基本服务不收费，个性化服务按项目收费，价格在站内公示。\n"
        "主持人：居民怎样报名？\n"
        "任小川：带身份证到站里登记，也可以在手机上登记，当天就能办好。\n"
    )
    assert document.kind == "press"
    found = [(p.kind, p.speaker, p.role) for p in said(document)]
    assert found == 2 * [
        ("question", "主持人", None),
        ("speech", "任小川", "清河社区卫生服务站站长"),
    ]
    assert "怎样报名" in (said(document)[3].question or "")


def test_a_moderator_who_asks_for_an_addition_keeps_the_question() -> None:
    """“请某局补充” hands the same question on."""
    document = read(
        "发布人：段思齐 青溪市水务局局长\n"
        "发布人：贝安然 青溪市城管局副局长\n"
        "主持人：万里 青溪市新闻办主任\n"
        "青溪日报记者：请问供水管网改造何时完成？\n"
        "段思齐：管网改造将在今年十月底前全部完成，总长四十公里。\n"
        "万里：请贝局长补充。\n"
        "贝安然：道路恢复与管网改造同步推进，十一月上旬全部恢复通行。\n"
        "万里：谢谢，请继续提问。\n"
    )
    by_speaker = {p.speaker: p.question for p in said(document) if p.kind == "speech"}
    assert "何时完成" in (by_speaker["段思齐"] or "")
    assert "何时完成" in (by_speaker["贝安然"] or "")


def test_bare_names_on_lines_of_their_own_are_labels_when_introduced() -> None:
    """Without colons: a line that is the name of someone the report introduces."""
    document = read(
        "市政府新闻办举行营商环境发布会\n"
        "青溪市发改委副主任岑雅，青溪市商务局局长骆文清出席并回答提问。"
        "青溪市新闻办副主任卢静怡主持发布会。\n"
        "卢静怡\n各位记者朋友，大家好！首先请岑雅女士介绍。\n"
        "岑雅\n去年新增企业四万户，同比增长一成，创历史新高。\n"
        "江南都市报记者\n请问在知识产权保护方面有哪些举措？\n"
        "骆文清\n我们建成了保护中心，审查周期压缩到七天。\n"
    )
    assert [(p.speaker, p.role) for p in said(document)] == [
        ("卢静怡", "青溪市新闻办副主任"),
        ("岑雅", "青溪市发改委副主任"),
        ("江南都市报记者", None),
        ("骆文清", "青溪市商务局局长"),
    ]
    assert said(document)[-1].asker == "江南都市报记者"


def test_a_speech_is_said_by_the_name_above_it() -> None:
    """Title, date and name above 同志们：make one speaker's text with sections."""
    document = read(
        "在全市安全生产会议上的讲话\n（2023年7月6日）\n邵明远\n同志们：\n"
        "今天会议的任务是部署下半年工作。\n一、提高认识\n安全生产是底线，要常抓不懈。\n"
    )
    assert (document.kind, document.date) == ("speech", "2023-07-06")
    assert {(p.speaker, p.kind) for p in passages(document) if p.kind != "meta"} == {
        ("邵明远", "speech")
    }
    assert passages(document)[-1].headings == ("一、提高认识",)


def test_a_colon_in_a_speech_is_no_label() -> None:
    """Lead-ins, times and enumerations with a colon stay text."""
    document = read(
        "发布人：段思齐 青溪市水务局局长\n主持人：万里 青溪市新闻办主任\n"
        "段思齐：大家好，我介绍三点情况。\n"
        "安全：第一位的是安全，所有工地都要设围挡。\n"
        "具体安排如下：\n时间：每天8:30至17:00，周末不休息。\n"
        "万里：谢谢大家。\n"
    )
    assert {p.speaker for p in said(document)} == {"段思齐", "万里"}
    assert any("第一位的是安全" in p.text and p.speaker == "段思齐" for p in said(document))
    assert any("8:30" in p.text and p.speaker == "段思齐" for p in said(document))


def test_prose_is_no_transcript() -> None:
    """A report that quotes people is not torn into turns."""
    document = read(
        "青溪市召开工作推进会\n"
        "会议由副市长主持。会议指出：要抓好落实。\n"
        "会议强调：一是提高认识；二是压实责任。\n"
        "市民李先生说：“出行方便多了。”\n"
    )
    assert document.kind == "prose"


def spoken(document: Document) -> list[tuple[str | None, str | None, str]]:
    """(speaker, asker, text) of every spoken block."""
    return [
        (block.speaker, block.asker, block.text.text)
        for block in document.blocks
        if block.turn is not None
    ]


def test_a_medium_or_an_alias_may_stand_in_marks() -> None:
    """《…报》记者 and 网友“…” ask; what follows answers them."""
    document = read(
        "春运新闻发布会\n主持人：大家好，下面请提问。\n《河桥晨报》记者：加开多少趟列车？\n"
        "马立新：加开三十二趟。\n网友“小站台”：学生票怎么买？\n马立新：在网上核验后购买。\n"
    )
    assert [(speaker, asker) for speaker, asker, _ in spoken(document)] == [
        ("主持人", None),
        ("《河桥晨报》记者", "《河桥晨报》记者"),
        ("马立新", "《河桥晨报》记者"),
        ("网友“小站台”", "网友“小站台”"),
        ("马立新", "网友“小站台”"),
    ]


@pytest.mark.parametrize(
    "layout",
    ["{who}：{text} [2022-03-04 09:0{n}:15]", "{who}：\n2022-03-04 09:0{n}:15\n{text}",
     "[09:0{n}:15] {who}：{text}"],
)  # fmt: skip
def test_times_of_a_live_record_are_no_text(layout: str) -> None:
    """Printed at the end, on a line of their own or before a turn, they are dropped."""
    said = [
        ("主持人", "大家好，这里是在线访谈。"),
        ("罗静怡", "大家好。"),
        ("主持人", "什么是家庭医生？"),
        ("罗静怡", "他们为居民提供连续的服务。"),
        ("主持人", "怎么签约？"),
        ("罗静怡", "到社区医院签约。"),
    ]
    lines = [layout.format(who=who, text=text, n=n) for n, (who, text) in enumerate(said)]
    document = read("\n".join(["家庭医生在线访谈", *lines]))
    assert [(speaker, text) for speaker, _, text in spoken(document)] == said
    if "2022" in layout:
        assert document.date == "2022-03-04"


def test_the_chair_has_one_name_throughout() -> None:
    """“主持人 副主任 刘敏” says who every 主持人 is."""
    document = read(
        "招生新闻发布会\n"
        "【主持人 市新闻办副主任 刘敏】各位好。\n【市教育局副局长 周正阳】招生两万人。\n"
        "【主持人】下面请提问。\n【河桥晚报记者】还摇号吗？\n【周正阳】继续摇号。\n"
    )
    assert [speaker for speaker, _, _ in spoken(document)] == [
        "刘敏", "周正阳", "刘敏", "河桥晚报记者", "周正阳",
    ]  # fmt: skip


def test_numbers_before_a_medium_count_the_questions() -> None:
    document = read(
        "平安建设新闻发布会\n曾雨：\n大家好，现在开会。\n谭志坚：\n案件下降了一成。\n曾雨：\n请提问。\n"
        "1.河桥电视台：有何举措？\n谭志坚：\n成立反诈中心。\n2.法治河桥报：纠纷如何调解？\n"
        "谭志坚：\n建立调解组织。\n"
    )
    assert [asker for _, asker, _ in spoken(document)[3:]] == [
        "河桥电视台", "河桥电视台", "法治河桥报", "法治河桥报",
    ]  # fmt: skip


def test_a_statement_before_the_questions_belongs_to_whom_it_names() -> None:
    """Name and post on a line above “各位朋友：”, questions with labels after it."""
    document = read(
        "上半年经济运行情况发布稿\n（2022年7月19日）\n市统计局局长  蒋文华\n各位记者朋友：\n"
        "上半年生产总值增长百分之六。\n一、农业\n夏粮增产。\n答记者问\n新华社记者：怎么看下半年？\n"
        "蒋文华：稳中向好。\n河桥日报记者：会回落吗？\n蒋文华：不会回落。\n"
    )
    assert ("蒋文华", None, "上半年生产总值增长百分之六。") in spoken(document)
    assert ("蒋文华", "新华社记者", "稳中向好。") in spoken(document)


def test_an_office_that_answers_is_nobody_who_takes_part() -> None:
    """“有关负责人” answers; only people are listed as those who take part."""
    document = read(
        "《河桥市停车条例》答记者问\n近日，市公安局有关负责人就条例回答了记者提问。\n"
        "问：何时施行？\n答：九月一日起施行。\n问：罚款多少？\n答：五百元以下。\n"
    )
    assert {speaker for speaker, _, _ in spoken(document)} == {"记者", "市公安局有关负责人"}
    assert document.participants == ()


def test_several_bodies_may_answer_together() -> None:
    document = read(
        "市水务局、市农业局有关负责人就《河湖条例》答记者问\n"
        "问：何时施行？\n答：九月一日起施行。\n问：罚款多少？\n答：五百元以下。\n"
    )
    assert {speaker for speaker, _, _ in spoken(document)} == {
        "记者",
        "市水务局、市农业局有关负责人",
    }


def test_a_medium_alone_on_a_line_asks_what_stands_below() -> None:
    """Each medium once, no colon: a question below makes its name a label."""
    document = read(
        "绿化新闻发布会实录\n地点：新闻发布厅\n主持人：新闻科科长 熊雅楠\n"
        "发布人：市林业局局长 崔国强\n熊雅楠\n大家上午好，下面请提问。\n云岭日报\n古树如何保护？\n"
        "崔国强\n逐株落实管护责任人。\n云岭融媒\n公园建设有什么打算？\n崔国强\n新建公园三十个。\n"
    )
    assert [(speaker, asker) for speaker, asker, _ in spoken(document)] == [
        ("熊雅楠", None),
        ("云岭日报", "云岭日报"),
        ("崔国强", "云岭日报"),
        ("云岭融媒", "云岭融媒"),
        ("崔国强", "云岭融媒"),
    ]


def test_the_mark_of_a_question_may_say_who_asks() -> None:
    """“问题1（某电视台）：”; a numbered heading above is nobody; each has the own post."""
    document = read(
        "市卫健委新闻通气会\n市疾控中心主任医师汤丽华、市第一医院科主任谭浩出席。\n二、媒体提问\n"
        "问题1（云岭电视台）：还来得及吗？\n汤丽华：来得及。\n问题2（云岭晚报）：怎么处理？\n"
        "谭浩：及时就医。\n"
    )
    assert [(speaker, asker) for speaker, asker, _ in spoken(document)] == [
        ("云岭电视台", "云岭电视台"),
        ("汤丽华", "云岭电视台"),
        ("云岭晚报", "云岭晚报"),
        ("谭浩", "云岭晚报"),
    ]
    assert [one.role for one in document.participants] == ["市疾控中心主任医师", "市第一医院科主任"]


def test_a_record_in_which_everybody_speaks_once() -> None:
    """Labels with posts below a head of time and place, one of them asking."""
    document = read(
        "协商会记录\n时间：2022年5月6日\n地点：市政协三楼\n王春梅委员：停车难怎么解决？\n"
        "市城管局副局长李建华：新增泊位两千个。\n市机关局局长赵敏：夜间开放停车场。\n"
    )
    assert [speaker for speaker, _, _ in spoken(document)] == ["王春梅", "李建华", "赵敏"]
    text = (
        "领导分工\n局长李建华：主持全面工作。\n副局长赵敏：分管财务。\n副局长王春梅：分管人事。\n"
    )
    assert not spoken(read(text))


def test_labels_in_brackets_with_the_time_behind_them_are_labels() -> None:
    """“[主持人 小禾] 15:00:08” above what is said; a host may go by a nickname."""
    document = read(
        "在线访谈：公园改造\n\n[主持人 小禾] 15:00:08\n各位网友好，今天的嘉宾是谭志坚局长。\n\n"
        "[谭志坚] 15:01:20\n大家好。\n\n[网友 河边柳] 15:02:11\n步道几时修好？\n\n"
        "[谭志坚] 15:03:40\n年底前修好。\n"
    )
    assert spoken(document) == [
        ("小禾", None, "各位网友好，今天的嘉宾是谭志坚局长。"),
        ("谭志坚", None, "大家好。"),
        ("网友 河边柳", "网友 河边柳", "步道几时修好？"),
        ("谭志坚", "网友 河边柳", "年底前修好。"),
    ]


def test_the_post_of_one_line_is_not_that_of_the_name_on_the_next() -> None:
    document = read(
        "电车试运行新闻发布会\n时间：2031年3月8日\n出席人员：\n米知行 市轨道公司总经理\n"
        "白露晞 市交通局副局长\n记者：几时开通？\n米知行：明天。\n记者：票价呢？\n白露晞：三元。\n"
    )
    assert [(one.name, one.role) for one in document.participants] == [
        ("米知行", "市轨道公司总经理"),
        ("白露晞", "市交通局副局长"),
    ]
