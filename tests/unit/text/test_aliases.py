"""Short and other names of institutions."""

from pathlib import Path

import pytest

from qa_engine.errors import UsageError
from qa_engine.text.aliases import Aliases, read_groups, short_names


@pytest.fixture(scope="module")
def shipped() -> Aliases:
    return Aliases.load()


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("区市监局负责什么", "市场监督管理局"),
        ("省发改委", "发展和改革委员会"),
        ("人社局", "人力资源和社会保障局"),
        ("市质量技术监督局", "质监局"),
        ("區質監分局", "质量技术监督分局"),
        ("文旅部", "文化和旅游部"),
        ("公租房怎么申请", "公共租赁住房"),
    ],
)
def test_general_short_names_are_known_whatever_the_level(
    shipped: Aliases, typed: str, other: str
) -> None:
    assert other in {form for forms in shipped.in_text(typed).values() for form in forms}


def test_a_text_without_names_has_no_other_forms(shipped: Aliases) -> None:
    assert shipped.in_text("今年要完成哪些任务？") == {}


def test_names_of_the_corpus_stand_for_what_shortens_them() -> None:
    aliases = Aliases().of_corpus(["云溪区文化旅游发展委员会", "云溪区水务局"], [])
    assert "云溪区文化旅游发展委" in aliases.in_text("云溪区文旅委配合什么？")["云溪区文旅委"]
    assert aliases.in_text("云溪区水务局配合什么？") == {}


def test_a_name_that_was_typed_in_full_is_found_where_the_corpus_shortens_it() -> None:
    aliases = Aliases().of_corpus(["宣统部"], [])
    assert aliases.in_text("宣传统战部负责什么")["宣传统战部"] == ("宣统部",)


def test_pairs_of_the_corpus_and_of_the_user_count(tmp_path: Path) -> None:
    own = tmp_path / "aliases.tsv"
    own.write_text("云办\t云溪数字化办公室  # ours\n", encoding="utf-8")
    aliases = Aliases.load(own).of_corpus([], [("家具质量提升专班", "家具专班")])
    assert aliases.in_text("云办的职责") == {"云办": ("云溪数字化办公室",)}
    assert aliases.in_text("家具专班")["家具专班"] == ("家具质量提升专班",)


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        Aliases.load(tmp_path / "nowhere.tsv")


def test_endings_are_written_out() -> None:
    groups = list(read_groups("水利*\t水*"))
    assert ["水利局", "水局"] in groups
    assert ["水利委员会", "水利委", "水委员会", "水委"] in groups


def test_short_names_are_learned_from_what_a_document_says() -> None:
    text = "云溪区市场监督管理局（以下简称区市监局）与各镇签订了责任书。"
    assert short_names(text) == [("区市场监督管理局", "区市监局")]
    assert short_names("本办法（以下简称甲乙）自公布之日起施行。") == []
