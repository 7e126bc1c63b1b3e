"""Run a reader over questions with their paragraphs, as at run time, and score it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qa_engine.adapters.e5_runtime import threads
from qa_engine.adapters.e5_weights import FloatArray
from qa_engine.adapters.onnx_reader import OnnxReader
from qa_engine.adapters.reader_spans import WindowLogits, best_spans
from qa_engine.adapters.reader_windows import join, question_ids, tokenize, windows
from training.corpora import Corpora, Example
from training.model import LowerModel, ReaderModel, half_precision
from training.nearmiss import Swapper, WrongParagraphs
from training.scores import auc, exact_match, f1

#: Token ids, mask, context → start, end, left, right, verify (numpy, one row a window).
Backend = Callable[[Tensor, Tensor, Tensor], tuple[FloatArray, ...]]


def torch_backend(lower: LowerModel, reader: ReaderModel) -> Backend:
    def run(ids: Tensor, mask: Tensor, context: Tensor) -> tuple[FloatArray, ...]:
        with (
            torch.inference_mode(),
            torch.autocast("cpu", torch.bfloat16, enabled=half_precision()),
        ):
            output = reader(lower(ids, mask), mask, context)
        return tuple(part.float().numpy() for part in output)

    return run


@dataclass(frozen=True, slots=True)
class Prediction:
    """The best span's text; margin of it, log-odds of any span, verifier's logit."""

    text: str
    margin: float
    log_odds: float
    verify: float


#: CMRC-dev questions that negatives are made from.
ALTERED = 1000
NOTHING = Prediction("", -1e9, -1e9, -1e9)
Predictor = Callable[[Sequence[Example]], list[Prediction]]


def reader_predictor(reader: OnnxReader) -> Predictor:
    """Predictions of the exported reader as the engine uses it, borders tidied."""

    def one(example: Example) -> Prediction:
        found = reader.window_spans(example.question, [example.context])[0]
        spans = reader.reading(example.context, found).spans
        if not spans:
            return NOTHING
        best = max(found, key=lambda window: window.spans[0].margin if window.spans else -1e9)
        quote = example.context[spans[0].start : spans[0].end]
        return Prediction(quote, spans[0].score, best.log_odds, best.verify)

    def run(examples: Sequence[Example]) -> list[Prediction]:
        with ThreadPoolExecutor(threads()) as pool:
            return list(pool.map(one, examples))

    return run


@dataclass(frozen=True, slots=True)
class _Job:
    example: int
    ids: list[int]
    context: int
    part: tuple[int, int]


def predict(
    backend: Backend,
    tokenizer: Any,
    length_bias: FloatArray,
    examples: Sequence[Example],
    batch: int = 16,
) -> list[Prediction]:
    """One prediction an example, in order; the window with the largest margin wins."""
    texts = [tokenize(tokenizer, example.context) for example in examples]
    jobs = []
    for number, (example, text) in enumerate(zip(examples, texts, strict=True)):
        question = question_ids(tokenize(tokenizer, example.question).ids)
        for first, last in windows(len(question), len(text.ids)):
            ids, context = join(question, text.ids[first:last])
            jobs.append(_Job(number, ids, context, (first, last)))
    jobs.sort(key=lambda job: len(job.ids))
    best: list[Prediction | None] = [None] * len(examples)
    for at in range(0, len(jobs), batch):
        group = jobs[at : at + batch]
        start, end, left, right, verify = backend(*_padded(group))
        for row, job in enumerate(group):
            logits = WindowLogits(start[row], end[row], left[row], right[row], float(verify[row]))
            text = texts[job.example]
            found = best_spans(logits, length_bias, job.context, text, job.part, limit=1)
            if not found.spans:
                continue
            span = found.spans[0]
            previous = best[job.example]
            if previous is None or span.margin > previous.margin:
                whole = examples[job.example].context
                quote = whole[span.start : span.end]
                best[job.example] = Prediction(quote, span.margin, found.log_odds, found.verify)
    return [prediction or NOTHING for prediction in best]


def _padded(jobs: Sequence[_Job]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, mask and context of windows, padded to the longest."""
    length = max(len(job.ids) for job in jobs)
    ids = torch.ones(len(jobs), length, dtype=torch.long)
    mask = torch.zeros(len(jobs), length, dtype=torch.bool)
    context = torch.zeros(len(jobs), length, dtype=torch.bool)
    for row, job in enumerate(jobs):
        ids[row, : len(job.ids)] = torch.tensor(job.ids)
        mask[row, : len(job.ids)] = True
        context[row, job.context : len(job.ids) - 1] = True
    return ids, mask, context


@dataclass(frozen=True, slots=True)
class Suite:
    """Sets to measure on: answerable ones, and impossible ones by kind."""

    cmrc: list[Example]
    drcd: list[Example]
    squad: list[Example]
    squad_impossible: list[Example]
    swapped: list[Example]
    wrong: list[Example]
    office: list[Example]
    office_impossible: list[Example]
    written: list[Example]
    written_impossible: list[Example]

    @classmethod
    def build(
        cls,
        corpora: Corpora,
        office: Sequence[Example],
        written: Sequence[Example],
        size: int | None = None,
        seed: int = 7,
    ) -> Suite:
        """The whole held-out sets, or a fixed sample of ``size`` of each.

        ``office`` and ``written``: the project's own questions on office prose and on
        encyclopaedias that were not trained on."""
        rng = random.Random(seed)

        def sample(examples: list[Example]) -> list[Example]:
            if size is None or size >= len(examples):
                return examples
            return rng.sample(examples, size)

        cmrc = sample(corpora.cmrc_dev)
        altered = rng.sample(cmrc, min(len(cmrc), ALTERED))
        swapper = Swapper(altered)
        swapped = [swapper.unanswerable(example, rng) for example in altered]
        wrong = WrongParagraphs(corpora.cmrc_dev)
        wrongs = [wrong.by_words(example, rng) for example in altered]
        return cls(
            cmrc=cmrc,
            drcd=sample(corpora.drcd_held),
            squad=sample([e for e in corpora.squad_held if e.answerable]),
            squad_impossible=sample([e for e in corpora.squad_held if not e.answerable]),
            swapped=[example for example in swapped if example is not None],
            wrong=[example for example in wrongs if example is not None],
            office=sample([e for e in office if e.answerable]),
            office_impossible=sample([e for e in office if not e.answerable]),
            written=sample([e for e in written if e.answerable]),
            written_impossible=sample([e for e in written if not e.answerable]),
        )


def quality(examples: Sequence[Example], predictions: Sequence[Prediction]) -> dict[str, float]:
    """EM and F1 in percent, forced answers."""
    pairs = list(zip(examples, predictions, strict=True))
    return {
        "em": 100 * float(np.mean([exact_match(e.answers, p.text) for e, p in pairs])),
        "f1": 100 * float(np.mean([f1(e.answers, p.text) for e, p in pairs])),
    }


Evidence = Callable[[Prediction], float]


def plain_evidence(prediction: Prediction) -> float:
    """One number that says how sure the reader is that there is an answer."""
    return prediction.log_odds + prediction.verify


@dataclass(frozen=True, slots=True)
class Predictions:
    """What a reader said about each set of a suite, in the same order."""

    cmrc: list[Prediction]
    drcd: list[Prediction]
    squad: list[Prediction]
    squad_impossible: list[Prediction]
    swapped: list[Prediction]
    wrong: list[Prediction]
    office: list[Prediction]
    office_impossible: list[Prediction]
    written: list[Prediction]
    written_impossible: list[Prediction]

    @classmethod
    def of(cls, predictor: Predictor, suite: Suite) -> Predictions:
        return cls(*(predictor(getattr(suite, part.name)) for part in fields(suite)))


def measure(
    suite: Suite, found: Predictions, evidence: Evidence = plain_evidence
) -> dict[str, float]:
    """EM, F1 (percent) and AUCs.

    ``auc_near``: SQuAD2-zh answerable against impossible; ``auc_swap``: CMRC-dev questions
    against the same with a constraint swapped; ``auc_wrong``: against a paragraph that
    shares the question's words; ``auc_office`` and ``auc_written``: the project's own questions
    on office prose and on encyclopaedias, answerable against near misses.
    Each also for the span scores and the verifier alone.
    """
    figures: dict[str, float] = {}
    for name in ("cmrc", "drcd", "squad", "office"):
        scored = quality(getattr(suite, name), getattr(found, name))
        figures |= {f"{name}_{key}": value for key, value in scored.items()}
    ways: tuple[tuple[str, Evidence], ...] = (
        ("", evidence),
        ("_span", lambda prediction: prediction.log_odds),
        ("_verify", lambda prediction: prediction.verify),
    )
    for key, positive, negative in (
        ("near", found.squad, found.squad_impossible),
        ("swap", found.cmrc, found.swapped),
        ("wrong", found.cmrc, found.wrong),
        ("office", found.office, found.office_impossible),
        ("written", found.written, found.written_impossible),
    ):
        for way, value in ways:
            figures[f"auc_{key}{way}"] = auc(
                [value(p) for p in positive], [value(p) for p in negative]
            )
    return {key: round(value, 4) for key, value in figures.items()}
