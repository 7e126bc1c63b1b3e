"""The matching form of a text."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from qa_engine.text.normalise import fold, normalise, to_simplified

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("質量強國著著名乾隆幹部㎡①…％ＡＢｃ，。“”\u200b\ufeff\n 　½ﬁİ"),
        st.characters(exclude_categories=("Cs",)),
    ),
    max_size=60,
)


def test_script_width_case_and_marks_are_joined() -> None:
    """Traditional, full-width and upper-case forms have the same matching form."""
    assert fold("２０２３年《質量強國》ＱＣ課題") == fold("2023年《质量强国》qc课题")
    assert fold("「試點」——甲") == fold("“试点”--甲")


def test_the_simplified_form_of_zhu_depends_on_its_word() -> None:
    """著力 is 着力, 著名 stays."""
    assert fold("著力推進，隨著發展") == "着力推进,随着发展"
    assert fold("著名著作，成效顯著") == "著名著作,成效显著"


def test_a_name_that_is_no_utf8_can_be_asked_for() -> None:
    """Arguments of other encodings reach Python as lone surrogates; nothing breaks."""
    assert fold("\ud800臺灣") == "?台湾"
    assert len(normalise("\udcff臺灣").text) == 3


def test_invisible_characters_vanish_and_ligatures_unfold() -> None:
    """Zero-width characters leave no trace, ㎡ becomes m2."""
    assert fold("质\u200b量\ufeff：5㎡") == "质量:5m2"


def test_radicals_become_characters() -> None:
    """Radicals that pdf text layers give are read as the characters they stand for."""
    assert fold("⺠⻔⽅") == "民门方"


@given(TEXTS)
def test_fold_is_normalise_without_the_map(text: str) -> None:
    """Both functions give the same form."""
    assert normalise(text).text == fold(text)


@given(TEXTS)
def test_every_run_folds_to_its_own_text(text: str) -> None:
    """The map is in order, and one-to-one runs are exact character by character."""
    result = normalise(text)
    last_source = last = 0
    for run in result.runs:
        assert last <= run.start < run.end <= len(result.text)
        assert last_source <= run.source_start < run.source_end <= len(text)
        last, last_source = run.end, run.source_end
        if not run.exact:
            assert run.source_end - run.source_start == 1
    assert sum(run.end - run.start for run in result.runs) == len(result.text)


@given(TEXTS)
def test_simplifying_keeps_the_length(text: str) -> None:
    """Offsets survive the change of script."""
    assert len(to_simplified(text)) == len(text)


def test_many_threads_share_the_converter() -> None:
    """The lazily made converter gives every thread the same result."""
    results: list[str] = []
    threads = [
        threading.Thread(target=lambda: results.append(fold("質量強區建設" * 200)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(results) == {"质量强区建设" * 200}
