"""Of several values in a sentence the one whose label is asked for is meant."""

from __future__ import annotations

import pytest

from qa_engine.answering.labelled import choices, narrowed
from qa_engine.answering.question import analyse, question_text

_RATES = "三年以下（含三年）2.1%，三年以上2.9%；第二笔分别是2.4%和3.2%。"
_CROPS = (
    "萝卜种植、收获机械化率分别为6%和5%，白菜种植、收获机械化率分别为9%和8%，葱收获机械化率为7%。"
)
_WASTE = "园内落叶综合利用率达到75%，树枝综合利用率、薄膜回收率分别达到86.5%、80%。"
_LOANS = (
    "个人自己经营的，可申请最高不超过15万元的贷款。"
    "小微企业新招员工的，可申请最高不超过90万元的贷款。"
)
_GROWTH = "出口总额12.5亿元，增长6.4%，其中机电产品出口增长17.3%；税收8.1亿元，同比下降2%。"
_STAGES = "到2032年底达到5万个，实现村镇全覆盖；到2033年底，全市总量达到9万个。"
_TWO = "共接诊病人3.2万人次，实现业务收入1.4亿元，分别比上年增长5.1%和8.7%。"


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("未办证的摊点有几家", "已办证的31家，未办证的12家。", "12家"),
        ("五层的楼补多少万元", "标准是：四层11万元，五层14万元，六层及以上17万元。", "14万元"),
        (
            "苇湾那个消防站啥时候能用上",
            "今年新建的4座消防站，望荷、听雨2座12月20日前投用，其余苇湾、荻溪2座推迟到明年3月底。",
            "明年3月底",
        ),
        ("这次新开公交线路几条", "全市新开线路9条，调整23条，撤并6条。", "9条"),
        ("周转金最多能借多少万元", "设立周转金900万元，单户额度不超过80万元。", "80万元"),
        ("擂台赛 二等奖 奖金", "一等奖1名，奖金500元；二等奖2名，各300元。", "300元"),
        ("单位派了多少医生", "单位派出12名医生、30名护士，接到求助后5分钟之内到场。", "12名"),
        ("镇卫生院报百分之几", "村卫生室由40%提高到65%，镇卫生院由35%提高到55%。", "55%"),
        ("南湖所电话", "联系电话：北山所5550101、南湖所5550102。", "5550102"),
        ("三年以上利率多少", _RATES, "2.9%"),
        ("出口总额增长多少", _GROWTH, "6.4%"),
        ("机电产品出口增长多少", _GROWTH, "17.3%"),
        ("业务收入比上年增长多少", _TWO, "8.7%"),
        ("葱收获机械化率为多少", _CROPS, "7%"),
        ("萝卜收获机械化率为多少", _CROPS, "5%"),
        ("白菜收获机械化率为多少", _CROPS, "8%"),
        ("落叶综合利用率是多少", _WASTE, "75%"),
        ("树枝综合利用率是多少", _WASTE, "86.5%"),
        ("小微企业贷款最高多少万元", _LOANS, "90万元"),
        ("二中有多少人获奖", "一中、二中分别有21人和9人获奖。", "9人"),
        ("到哪年底实现村镇全覆盖", _STAGES, "2032年底"),
        ("新规什么时候生效", "今年3月4日审议通过的，5月1日起施行。", "5月1日起"),
        ("什么时候考试", "报名时间为3月1日至3月5日，考试时间为4月2日。", "4月2日"),
    ],
)
def test_label_named_in_question_tells_value(question: str, text: str, value: str) -> None:
    found = choices(analyse(question, question_text(question)), text)
    assert [text[slice(*one.value)] for one in found] == [value]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("一共补多少万元", "四层11万元，五层14万元，六层及以上17万元。"),
        ("各补多少万元，分别是哪些楼层", "四层11万元，五层14万元。"),
        ("四层补多少万元", "四层11万元。"),
        ("大豆收获机械化率为多少", _CROPS.replace("葱收获机械化率为7%", "以后再定")),
        ("贷款最高不超过多少万元", _LOANS),
        ("拒不改正罚多少元", "拒不改正的，处2万元以上8万元以下罚款。"),
        ("除南区外，别处合格率多少", "南区合格率91%，其他地方88%。"),
    ],
)
def test_nothing_is_told_apart_without_a_label(question: str, text: str) -> None:
    assert choices(analyse(question, question_text(question)), text) == []


def test_span_over_several_values_becomes_the_one_meant() -> None:
    text = "已办证的31家，未办证的12家。"
    question = analyse("未办证的有几家", "未办证的有几家")
    found = choices(question, text)
    start, end, label = narrowed(question, text, 0, len(text), found)
    assert (text[start:end], label) == ("12家", 1.0)
    assert narrowed(question, text, 4, 7, found)[2] == -1.0


def test_a_difference_is_the_value_that_is_called_one() -> None:
    text = "农村达标率是93.8%，城市是98.6%，差距4.8个百分点。"
    question = "农村达标率和城市差多少？"
    (choice,) = choices(analyse(question, question), text)
    assert text[slice(*choice.value)] == "4.8个百分点"
