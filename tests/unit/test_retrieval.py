"""Questions → ranked passages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.adapters.memory import MemoryStore
from qa_engine.errors import FilterError, ModelError, UsageError
from qa_engine.models import Document, Hit, Passage
from qa_engine.passages import context_text
from qa_engine.ports import Filters, Reranker, Vectors
from qa_engine.retrieval import MODES, Retriever
from qa_engine.text.aliases import Aliases
from qa_engine.text.words import Cutter

ENCODER = HashingEncoder()
CUTTER = Cutter()
TEXTS = {
    "plan": [
        "推进质量强区建设，制定2024年行动计划，由区市场监督管理局牵头。",
        "开展首席质量官培训，年内培训20名，由区人力资源和社会保障局配合。",
        "加强燃气安全检查，合格率达到百分之九十六。",
        "建立质量工作联席会议制度，每年召开两次会议。",
    ],
    "press": [
        "记者问：燃气安全整治有哪些措施？",
        "顾秋棠局长回答：全区燃气管道已检查三遍，发现隐患全部整改。",
        "云溪区市民中心每周六照常开放。",
    ],
}


def retriever(
    texts: dict[str, list[str]], reranker: Reranker | None = None, **kinds: str
) -> Retriever:
    store = MemoryStore()
    with store.write(encoder=ENCODER.name, dimension=64, analyser=CUTTER.analyser) as writer:
        for id, some in texts.items():
            document = Document(
                id=id, title=f"{id}文件", text="\n".join(some), kind=kinds.get(id, "prose")
            )
            passages = [
                Passage(f"{id}#{n}", id, document.title, text, "paragraph", ordinal=n)
                for n, text in enumerate(some)
            ]
            writer.add(
                document,
                passages,
                [CUTTER.passage(p.text, context_text(p)) for p in passages],
                ENCODER.encode_passages(some),
                {},
            )
        writer.publish({"learned": json.dumps(["顾秋棠", "区人力资源和社会保障局"])})
    return Retriever(store.open(), ENCODER, CUTTER, Aliases.load(), reranker)


@pytest.fixture(scope="module")
def plan() -> Retriever:
    return retriever(TEXTS, press="press")


def ids(found: Retriever, question: str, **more: object) -> list[str]:
    return [hit.passage.id for hit in found.search(question, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", MODES)
def test_what_is_asked_for_comes_first_in_every_mode(plan: Retriever, mode: str) -> None:
    assert ids(plan, "首席质量官培训由谁配合？", mode=mode)[0] == "plan#1"


def test_scores_fall_and_their_parts_are_given(plan: Retriever) -> None:
    hits = plan.search("燃气安全")
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert set(hits[0].parts) == {"words", "bigrams", "context", "meaning"}
    assert all(0 <= h.score <= 1 for h in hits)


@pytest.mark.parametrize(
    "other", ["燃氣安全檢查的合格率", "燃气安全检查的合格率？", "请问燃气安全检查的合格率是多少呢"]
)
def test_script_width_and_politeness_make_no_difference(plan: Retriever, other: str) -> None:
    assert ids(plan, other)[0] == ids(plan, "燃气安全检查的合格率")[0] == "plan#2"


def test_traditional_and_full_width_forms_give_the_same_list(plan: Retriever) -> None:
    plain = plan.search("2024年质量强区行动计划")
    other = plan.search("２０２４年質量強區行動計劃")
    assert [(h.passage.id, h.score) for h in other] == [(h.passage.id, h.score) for h in plain]


def test_numbers_match_however_they_are_written(plan: Retriever) -> None:
    assert ids(plan, "合格率96%", mode="words")[0] == "plan#2"


def test_short_names_find_the_long_ones_and_say_so(plan: Retriever) -> None:
    assert ids(plan, "区市监局牵头什么", mode="words")[0] == "plan#0"
    query = plan.understand("区人社局配合什么")
    assert dict(query.info.expanded)["人社局"][0] == "人力资源和社会保障局"
    assert query.synonyms == dict(query.info.expanded)


def test_typos_are_searched_for_and_shown_as_suggestions(plan: Retriever) -> None:
    assert plan.understand("燃汽安全").info.suggestions == (("燃汽", "燃气"),)
    assert plan.understand("燃气安全").info.suggestions == ()
    assert ids(plan, "燃汽管道", mode="words")[0] == "press#1"


def test_quotes_hold_the_results_to_the_phrase(plan: Retriever) -> None:
    assert set(ids(plan, "“燃气安全”")) == {"plan#2", "press#0"}
    assert len(ids(plan, "“从未出现过”")) > 0


def test_excluded_words_are_not_found(plan: Retriever) -> None:
    found = ids(plan, "燃气 -记者")
    assert found
    assert "press#0" not in found


def test_filters_hold_in_every_mode_typed_or_given(plan: Retriever) -> None:
    for mode in MODES:
        assert {i[:5] for i in ids(plan, "燃气安全 kind:press", mode=mode)} == {"press"}
        given = ids(plan, "燃气安全", mode=mode, filters=Filters(documents=("plan",)))
        assert {i[:4] for i in given} == {"plan"}
    assert plan.understand("燃气 类型:发布会").info.filters == {"kind": "press"}


def test_more_results_leave_the_first_ones_as_they_were() -> None:
    many = {f"d{n:03d}": [f"第{n}条 燃气安全检查{'规定' * (n % 7)}"] for n in range(150)}
    found = retriever(many)
    first, all_ = ids(found, "燃气安全规定", limit=10), ids(found, "燃气安全规定", limit=150)
    assert all_[:10] == first
    assert len(all_) == len(set(all_)) == 150


def test_exclusion_looks_as_deep_as_it_takes() -> None:
    many = {f"d{n:03d}": ["燃气安全检查" + ("通报" if n < 140 else "")] for n in range(145)}
    assert len(ids(retriever(many), "燃气安全 -通报")) == 5


def test_equal_passages_come_in_the_order_of_their_ids() -> None:
    same = {name: ["燃气安全检查"] for name in ("c", "a", "b")}
    assert ids(retriever(same), "燃气安全") == ["a#0", "b#0", "c#0"]


@pytest.mark.parametrize("question", ["？！", "的", "-", '""', "kind:press", "“”", "《》"])
def test_queries_without_content_do_no_harm(plan: Retriever, question: str) -> None:
    for mode in MODES:
        plan.search(question, mode=mode)


def test_an_empty_index_has_no_results() -> None:
    assert retriever({}).search("燃气") == []


def test_no_result_is_asked_for_none_is_given(plan: Retriever) -> None:
    assert plan.search("燃气", limit=0) == []


def test_unknown_modes_and_filters_are_refused(plan: Retriever) -> None:
    with pytest.raises(UsageError, match="magic"):
        plan.search("燃气", mode="magic")
    with pytest.raises(FilterError):
        plan.search("date:never 燃气")


@settings(deadline=None, max_examples=60)
@given(st.text(st.sampled_from('燃气安全质量强区-“”"《》：:12年% a的谁请问kind'), max_size=30))
def test_any_query_gives_distinct_passages_best_first(question: str) -> None:
    try:
        hits = PLAN.search(question)
    except FilterError:
        return
    assert len({h.passage.id for h in hits}) == len(hits)
    scores = [round(h.score, 6) for h in hits]
    assert scores == sorted(scores, reverse=True)


PLAN = retriever(TEXTS)


def test_candidates_are_what_search_orders(plan: Retriever) -> None:
    found = plan.candidates("燃气安全检查")
    assert {c.passage.id for c in found} == set(ids(plan, "燃气安全检查"))
    assert all(np.isfinite(c.features).all() for c in found)


class Shortest:
    """Prefers short passages, whatever is asked."""

    name = "shortest"

    def scores(self, question: str, hits: Sequence[Hit]) -> list[float]:
        return [-float(len(hit.passage.text)) for hit in hits]


class Failing(HashingEncoder):
    """Cannot turn questions into vectors."""

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        raise ModelError("模型坏了", "请换一个")


def test_what_goes_wrong_in_the_lookup_by_meaning_reaches_the_caller(plan: Retriever) -> None:
    """It runs on a thread of its own."""
    broken = Retriever(plan._reader, Failing(), CUTTER, Aliases.load())
    with pytest.raises(ModelError, match="模型坏了"):
        broken.search("燃气安全检查")
    assert broken.search("燃气安全检查", mode="words")


def test_many_searches_at_once_find_what_each_finds_alone(plan: Retriever) -> None:
    """More of them than threads for the lookup by meaning."""
    questions = ["燃气安全检查", "首席质量官培训", "联席会议", "市民中心开放"] * 5
    alone = [ids(plan, question) for question in questions]
    with ThreadPoolExecutor(len(questions)) as pool:
        assert list(pool.map(lambda question: ids(plan, question), questions)) == alone


def test_a_reranker_has_the_last_word_on_the_order(plan: Retriever) -> None:
    """The same passages in its order; scores still fall, and its own stand in the parts."""
    question = "首席质量官培训由哪个部门牵头？"
    tried = retriever(TEXTS, Shortest(), press="press")
    plain, other = plan.search(question), tried.search(question)
    lengths = [len(hit.passage.text) for hit in other]
    assert lengths == sorted(lengths)
    assert [hit.passage.id for hit in other] != [hit.passage.id for hit in plain]
    assert {hit.passage.id for hit in other} == {hit.passage.id for hit in plain}
    assert [hit.score for hit in other] == [hit.score for hit in plain]
    assert [hit.parts["reranker"] for hit in other] == [-float(n) for n in lengths]
