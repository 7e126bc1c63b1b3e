"""Names of bodies: lists of them, short forms, mentions in a question."""

from __future__ import annotations

import pytest

from qa_engine.text.organisations import (
    NameFinder,
    abbreviates,
    core,
    names_body,
    same_organisation,
    split_organisations,
)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("市水务局、市财政局", ["市水务局", "市财政局"]),
        ("市水务局 各镇、街道", ["市水务局", "各镇、街道"]),
        ("市水务局；各区县，市教育局", ["市水务局", "各区县", "市教育局"]),
        ("", []),
    ],
)
def test_a_cell_is_split_into_its_bodies(cell: str, names: list[str]) -> None:
    """各镇、街道 is one."""
    assert split_organisations(cell) == names


def test_short_forms_keep_first_last_and_order() -> None:
    """A subsequence of at least three characters."""
    assert abbreviates("市监局", "市场监督管理局")
    assert abbreviates("人社局", "人力资源和社会保障局")
    assert not abbreviates("监市局", "市场监督管理局")
    assert not abbreviates("电公司", "电信公司")  # part of 供电公司
    assert not abbreviates("局", "水务局")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("区教育局", "教育局", True),
        ("市发改委", "市发展和改革委员会", True),
        ("区公安分局", "公安局", True),
        ("党政办（应急办）", "党政办公室", True),
        ("水务局", "财政局", False),
        ("教育局", "体育局", False),
    ],
)
def test_levels_and_endings_do_not_part_equal_names(one: str, other: str, same: bool) -> None:
    """区, 分局, 办公室 and remarks in brackets."""
    assert same_organisation(one, other) is same
    assert core(core(one)) == core(one)


def test_a_text_names_bodies_in_full_shortened_or_by_synonym() -> None:
    """The longest form that the text uses is given back."""
    finder = NameFinder("请问市住建局和水务局牵头哪些任务", [("环保局", "生态环境局")])
    assert finder.find("市水务局") == "水务局"
    assert finder.find("市住房和城乡建设局") == "市住建局"
    assert finder.find("财政局") is None
    assert NameFinder("环保局负责什么", [("环保局", "生态环境局")]).find("市生态环境局") == "环保局"


@pytest.mark.parametrize(
    ("cell", "members"),
    [
        (
            "农业局、市场监管总局等和各有关省级人民政府",
            ["农业局", "市场监管总局", "各有关省级人民政府"],
        ),
        ("市财政局等有关部门", ["市财政局", "有关部门"]),
        ("区教育局、区文旅局等", ["区教育局", "区文旅局"]),
    ],
)
def test_and_others_is_no_part_of_a_name(cell: str, members: list[str]) -> None:
    assert split_organisations(cell) == members


def test_a_market_is_not_a_city() -> None:
    assert same_organisation("市监局", "市场监督管理局")
    assert same_organisation("市监总局", "国家市场监督管理总局")


@pytest.mark.parametrize(
    ("text", "body", "named"),
    [
        ("市民政局党组书记、局长", "养老发布会上民政局", True),
        ("区市场监督管理局局长", "会上市监局", True),
        ("区市场监督管理局局长", "区局", True),
        ("省民政厅副厅长", "省厅", True),
        ("区市场监督管理局局长", "总局", False),
        ("县商务局通过了方案", "我想找交通局", False),
    ],
)
def test_a_body_is_named_whatever_stands_before_it_in_the_question(
    text: str, body: str, *, named: bool
) -> None:
    assert names_body(text, body) is named
