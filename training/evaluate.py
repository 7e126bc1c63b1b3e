"""Measure a reader: ``python -m training.evaluate --data FOLDER [--checkpoint FILE]``.

Without ``--checkpoint`` the exported reader is measured, as the engine runs it.
``--calibrate`` first fits the probability in ``reader.json``, on 800 questions of DRCD's held-out
half and every other held-out article of SQuAD2-zh; the other articles and CMRC-dev are then
used to see how far off it is. ``--card`` puts the figures into the model card.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qa_engine.adapters.onnx_reader import SETTINGS_FILE, OnnxReader, reader_folder
from training.calibrate import calibration_error, features, fit, probability
from training.corpora import Corpora, Example, load_corpora, split_by_article
from training.export import write_settings
from training.indexed import Read, load_indexed
from training.nearmiss import Swapper, WrongParagraphs
from training.predict import (
    Prediction,
    Predictions,
    Predictor,
    Suite,
    measure,
    predict,
    quality,
    reader_predictor,
    torch_backend,
)
from training.scores import auc
from training.written import load_encyclopaedia, load_office

FITTED = 800  # questions of DRCD that the calibration sees, each also with two negatives
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
# What each figure must reach, and how it is called in the model card.
ROWS = (
    ("cmrc_em", "CMRC2018-dev, exact match", "%"),
    ("cmrc_f1", "CMRC2018-dev, F1", "%"),
    ("drcd_em", "DRCD held-out half, exact match", "%"),
    ("drcd_f1", "DRCD held-out half, F1", "%"),
    ("squad_em", "SQuAD2-zh held-out half, answerable, exact match", "%"),
    ("squad_f1", "SQuAD2-zh held-out half, answerable, F1", "%"),
    ("office_em", "office prose, held-out paragraphs, exact match", "%"),
    ("office_f1", "office prose, held-out paragraphs, F1", "%"),
    ("auc_office", "AUC, office prose, answerable against near misses", ""),
    ("auc_written", "AUC, encyclopaedia, questions of our own against near misses of our own", ""),
    ("read_em", "whole documents, held-out, the surest span of all that is read: exact match", "%"),
    ("read_f1", "whole documents, held-out, the surest span of all that is read: F1", "%"),
    ("auc_read", "AUC, whole documents, questions with an answer against near misses", ""),
    ("auc_near", "AUC, answerable against impossible (SQuAD2-zh held-out half)", ""),
    ("auc_swap", "AUC, CMRC-dev against the same questions with a constraint swapped", ""),
    ("auc_wrong", "AUC, CMRC-dev right against wrong paragraph", ""),
    ("ece_squad", "expected calibration error, SQuAD2-zh articles not fitted on", ""),
    ("ece_wrong", "expected calibration error, CMRC-dev right and wrong paragraphs", ""),
)


def calibration_sets(
    corpora: Corpora, sample: int | None = None, seed: int = 3
) -> tuple[list[Example], list[Example], list[Example]]:
    """(answerable, not answerable, held-out SQuAD2-zh questions left for checking)."""
    rng = random.Random(seed)
    fitted, checked = split_by_article(corpora.squad_held)
    limit = FITTED if sample is None else min(FITTED, sample)
    native = rng.sample(corpora.drcd_held, min(limit, len(corpora.drcd_held)))
    if sample is not None:
        fitted = rng.sample(fitted, min(2 * sample, len(fitted)))
    answerable = [*native, *(e for e in fitted if e.answerable)]
    impossible = [example for example in fitted if not example.answerable]
    swapper, wrong = Swapper(native), WrongParagraphs(corpora.drcd_held)
    for example in native:
        made = (swapper.unanswerable(example, rng), wrong.by_words(example, rng))
        impossible += [other for other in made if other is not None]
    return answerable, impossible, checked


@dataclass(frozen=True, slots=True)
class Calibration:
    weights: np.ndarray
    ece_squad: float
    ece_wrong: float


def calibrate(
    predictor: Predictor,
    corpora: Corpora,
    suite: Suite,
    found: Predictions,
    sample: int | None = None,
) -> Calibration:
    """Fit on DRCD and half of the SQuAD2-zh held-out articles; check on what is left."""
    answerable, impossible, checked = calibration_sets(corpora, sample)
    weights = fit(predictor(answerable), predictor(impossible))
    kept = {example.id for example in checked}

    def left(examples: Sequence[Example], made: Sequence[Prediction]) -> list[Prediction]:
        return [p for e, p in zip(examples, made, strict=True) if e.id in kept]

    positive = left(suite.squad, found.squad)
    negative = left(suite.squad_impossible, found.squad_impossible)
    return Calibration(
        weights,
        _error(weights, positive, negative),
        _error(weights, found.cmrc, found.wrong),
    )


def _error(
    weights: np.ndarray, positive: Sequence[Prediction], negative: Sequence[Prediction]
) -> float:
    truth = np.concatenate([np.ones(len(positive)), np.zeros(len(negative))])
    return calibration_error(probability([*positive, *negative], weights), truth)


def reading(predictor: Predictor, questions: Sequence[Read]) -> dict[str, float]:
    """``read_em``, ``read_f1`` (percent) of the span with the largest margin in all passages read
    for a question with an answer; ``auc_read``: these margins against those of near misses."""
    passages = [[*([q.right] if q.right else []), *q.wrong] for q in questions]
    found = iter(predictor([one for some in passages for one in some]))
    best = [max((next(found) for _ in some), key=lambda p: p.margin) for some in passages]
    asked = [(q.right, p) for q, p in zip(questions, best, strict=True) if q.right]
    near = [p.margin for q, p in zip(questions, best, strict=True) if q.near_miss]
    scored = quality([example for example, _ in asked], [p for _, p in asked])
    return {
        "read_em": scored["em"],
        "read_f1": scored["f1"],
        "auc_read": auc([p.margin for _, p in asked], near),
    }


def render(figures: dict[str, float], sizes: dict[str, int]) -> str:
    lines = ["| what | figure |", "|---|---|"]
    for key, label, unit in ROWS:
        if key in figures:
            value = f"{figures[key]:.1f}{unit}" if unit else f"{figures[key]:.3f}"
            lines.append(f"| {label} | {value} |")
    counts = ", ".join(f"{name} {count:,}" for name, count in sizes.items())
    return "\n".join([*lines, "", f"Questions measured: {counts}."])


def write_card(path: Path, table: str) -> None:
    """Replace what stands between the two marks of the card."""
    text = path.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    path.write_text(f"{head}{BEGIN}\n{table}\n{END}{tail}", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--statutes", type=Path, help="JSONL that half the office questions need")
    parser.add_argument("--indexed", type=Path, help="file that training.indexed made")
    parser.add_argument("--checkpoint", type=Path, help="a torch checkpoint; default: exported")
    parser.add_argument("--reader", type=Path, default=reader_folder(), help="exported reader")
    parser.add_argument("--sample", type=int, help="only so many questions of each set")
    parser.add_argument("--calibrate", action="store_true")
    parser.add_argument("--card", type=Path, help="model card to put the figures into")
    return parser.parse_args()


def main() -> None:
    arguments = _arguments()
    corpora = load_corpora(arguments.data)
    office = load_office(arguments.statutes)
    encyclopaedia = load_encyclopaedia(corpora)
    suite = Suite.build(corpora, office.held, encyclopaedia.held, arguments.sample)
    predictor = (
        _torch_predictor(arguments.checkpoint)
        if arguments.checkpoint
        else reader_predictor(OnnxReader(arguments.reader))
    )
    found = Predictions.of(predictor, suite)
    weights = np.array([1.0, 1.0, 0.0])
    extra: dict[str, float] = {}
    if arguments.calibrate:
        calibration = calibrate(predictor, corpora, suite, found, arguments.sample)
        weights = calibration.weights
        extra = {"ece_squad": calibration.ece_squad, "ece_wrong": calibration.ece_wrong}
        if not arguments.checkpoint:
            path = arguments.reader / SETTINGS_FILE
            settings = json.loads(path.read_text(encoding="utf-8"))
            settings["calibration"] = [round(float(weight), 5) for weight in weights]
            write_settings(arguments.reader, settings)
    elif not arguments.checkpoint:
        weights = np.array(OnnxReader(arguments.reader).settings.calibration)
    figures = measure(suite, found, lambda p: float((features([p]) @ weights)[0])) | extra
    indexed = load_indexed(arguments.indexed)[1] if arguments.indexed else []
    if arguments.sample is not None:
        indexed = random.Random(7).sample(indexed, min(arguments.sample, len(indexed)))
    if indexed:
        figures |= reading(predictor, indexed)
    print(json.dumps(figures, indent=2))
    if arguments.card:
        sizes = {
            "CMRC-dev": len(suite.cmrc),
            "DRCD": len(suite.drcd),
            "SQuAD2-zh answerable": len(suite.squad),
            "impossible": len(suite.squad_impossible),
            "swapped": len(suite.swapped),
            "wrong paragraph": len(suite.wrong),
            "office": len(suite.office),
            "office near misses": len(suite.office_impossible),
            "encyclopaedia": len(suite.written),
            "its near misses": len(suite.written_impossible),
            "whole documents": sum(one.right is not None for one in indexed),
            "their near misses": sum(one.near_miss for one in indexed),
        }
        write_card(arguments.card, render(figures, sizes))


def _torch_predictor(checkpoint: Path) -> Predictor:
    from training.checkpoints import load_reader, reader_tokenizer

    lower, reader, _ = load_reader(checkpoint)
    backend, tokenizer = torch_backend(lower, reader), reader_tokenizer()
    bias = reader.length_bias.detach().numpy()
    return lambda examples: predict(backend, tokenizer, bias, examples)


if __name__ == "__main__":
    main()
