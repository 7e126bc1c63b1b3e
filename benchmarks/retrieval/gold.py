"""Evidence found for a gold set: ``python -m benchmarks.retrieval.gold GOLD.jsonl DOCUMENTS…``.

Documents are indexed in the cache folder; a question counts as found at k when one of the
first k passages holds its evidence. Unanswerable questions are left out.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.retrieval.vectors import CachedEncoder
from qa_engine.adapters.embedded import EmbeddedStore
from qa_engine.evaluation import Prediction, rank, read_gold
from qa_engine.indexing import update
from qa_engine.models import Hit
from qa_engine.retrieval import MODES, Retriever
from qa_engine.text.aliases import Aliases
from qa_engine.text.words import Cutter


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("documents", nargs="+", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--missed", action="store_true", help="print what is not found first")
    options = parser.parse_args()
    from qa_engine.adapters.onnx_encoder import OnnxEncoder

    encoder = CachedEncoder(OnnxEncoder(), options.cache / "vectors.sqlite")
    cutter = Cutter()
    store = EmbeddedStore(options.cache / "indexes" / "gold")
    report = update(store, encoder, cutter, options.documents, rebuild=True)
    retriever = Retriever(store.open(), encoder, cutter, Aliases.load())
    golds = [gold for gold in read_gold(options.gold) if gold["kind"] != "unanswerable"]
    print(f"{report.passages} passages, {len(golds)} questions")
    for mode in MODES:
        found = {g["id"]: retriever.search(g["question"], 10, mode) for g in golds}
        places = {g["id"]: rank(g, _said(found[g["id"]])) for g in golds}
        shares = [
            f"R@{k} {sum(p is not None and p <= k for p in places.values()) / len(golds):.3f}"
            for k in (1, 5, 10)
        ]
        print(f"{mode:<8} {'  '.join(shares)}")
        if options.missed and mode == "hybrid":
            for gold in golds:
                if places[gold["id"]] != 1:
                    first = found[gold["id"]][0].passage.text[:50].replace("\n", " ")
                    print(f"  {places[gold['id']] or '-':>2} {gold['question']}  ←  {first}")


def _said(hits: list[Hit]) -> Prediction:
    return Prediction("", False, "", tuple(hit.passage.text for hit in hits))


if __name__ == "__main__":
    main()
