"""Words that exclude one another: a text that has only the other one speaks of another thing."""

from __future__ import annotations

# Each line a set of alternatives; what holds of one says nothing of another.
_ALTERNATIVES = tuple(
    tuple(line.split())
    for line in """
高级 中级 初级
正高级 副高级
小学 初中 高中 中职 大学 幼儿园
专科 本科 硕士 博士
国家级 省级 市级 县级 区级 乡镇级
特等 一等 二等 三等
特级 一级 二级 三级 四级 五级
金奖 银奖 铜奖
上半年 下半年
一季度 二季度 三季度 四季度
首次 补办 延续
城镇 农村
职工 居民
收入 支出
进口 出口
增长 下降
最高 最低
开工 竣工
启动 结束
新建 改建 扩建
室内 室外
成人 儿童
本地 外地
甲类 乙类 丙类
董事长 总经理
一期 二期 三期
线上 线下
工作日 周末
目标 目前
""".split("\n")
    if line
)


def contrary(question: str, near: str) -> list[str]:
    """What the question names and ``near`` lacks, having an alternative to it instead.

    Both folded; 副高级 holds 高级, so a word within a longer alternative isn't counted.
    """
    return [
        asked
        for group in _ALTERNATIVES
        for asked in group
        if asked in question
        and asked not in near
        and any(other in near for other in group if other not in question)
    ]
