"""Scores follow the official CMRC2018 definition."""

import math

import pytest

from training.scores import auc, exact_match, f1


def test_chinese_punctuation_does_not_count() -> None:
    """“甲、乙” and “甲乙” are the same answer; so are upper and lower case."""
    assert exact_match(["甲、乙公司"], "甲乙公司。") == 1
    assert exact_match(["GDP"], "gdp") == 1


def test_overlap_is_the_longest_common_run() -> None:
    """Two units of four in common, side by side: precision 1/2, recall 1."""
    assert f1(["市局"], "市局和县") == pytest.approx(2 * 0.5 * 1 / 1.5)
    assert f1(["市局"], "市和局") == pytest.approx(2 * (1 / 3) * 0.5 / (1 / 3 + 0.5))


def test_a_number_is_one_unit() -> None:
    """2013 against 2014 shares nothing, as nltk's words do."""
    assert f1(["2013年"], "2014年") == pytest.approx(0.5)


def test_the_best_answer_counts() -> None:
    assert f1(["甲", "乙"], "乙") == 1


def test_auc_counts_ties_as_half() -> None:
    assert auc([2, 3], [0, 1]) == 1
    assert auc([1, 1], [1, 1]) == 0.5
    assert math.isnan(auc([], [1]))
