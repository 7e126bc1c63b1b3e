"""Train the reader: ``python -m training.train --data FOLDER --out FOLDER --until 12:30``.

Learning rate: warm-up, then constant, then linearly to zero at the deadline
(warmup-stable-decay). The last checkpoint of the constant part is kept as ``stable.pt``: a
later run can ``--resume`` from it and go on as if the decay had not happened.

The deadline is wall time, so that a busy neighbour cannot keep the run from decaying. It
is read again from ``control.json`` in the run folder before every step: write
``{"until": "2026-01-31T18:30:00"}`` there to prolong or end a run, ``"decay_minutes"`` to
change how long the decay takes, ``"stop": true`` to save and leave at once.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F

from qa_engine.adapters.e5_weights import build_tokenizer, load_chinese_e5
from training.batches import Batch, Epochs, Feed
from training.corpora import load_corpora
from training.indexed import load_indexed
from training.model import Output, ReaderModel, build_models, half_precision
from training.predict import Predictions, Suite, measure, predict, torch_backend
from training.statutes import StatuteQuestions
from training.written import load_encyclopaedia, load_office

PEAK = 1.5e-4
HEAD_FACTOR = 5.0
WARM_UP_STEPS = 80
BUCKETS = (144, 192, 256, 384)
BATCH = 16


@dataclass
class Schedule:
    """Wall-time deadline and decay; window sizes by share of the time that has gone."""

    begun: float
    until: float
    decay_seconds: float
    stop: bool = False

    def refresh(self, control: Path) -> None:
        try:
            wishes = json.loads(control.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        if "until" in wishes:
            self.until = datetime.fromisoformat(wishes["until"]).timestamp()
        if "decay_minutes" in wishes:
            self.decay_seconds = 60.0 * float(wishes["decay_minutes"])
        self.stop = bool(wishes.get("stop", False))

    def factor(self, step: int) -> float:
        left = max(0.0, self.until - time.time())
        return min(1.0, step / WARM_UP_STEPS, left / self.decay_seconds)

    @property
    def decaying(self) -> bool:
        return self.until - time.time() < self.decay_seconds

    @property
    def over(self) -> bool:
        return self.stop or time.time() >= self.until

    def share(self) -> float:
        return (time.time() - self.begun) / max(1.0, self.until - self.begun)


def losses(reader: ReaderModel, output: Output, batch: Batch) -> dict[str, torch.Tensor]:
    """Borders apart, the span as a whole, and whether there is an answer."""
    tokens = output.start.shape[1]
    joint = reader.span_logits(output, batch.context).flatten(1)
    # A gold span longer than the joint head's band is left to the two border heads.
    target = batch.start * tokens + batch.end
    fits = joint.gather(1, target[:, None]).squeeze(1) > -5e3
    target = torch.where(fits, target, torch.full_like(target, -100))
    return {
        "start": F.cross_entropy(output.start, batch.start),
        "end": F.cross_entropy(output.end, batch.end),
        "span": F.cross_entropy(joint, target, ignore_index=-100),
        "verify": F.binary_cross_entropy_with_logits(output.verify, (batch.end > 0).float()),
    }


WEIGHTS = {"start": 0.5, "end": 0.5, "span": 1.0, "verify": 0.5}


def pad_to_bucket(batch: Batch) -> Batch:
    """Fewer distinct lengths, so that the compiled model is compiled a handful of times."""
    length = next(size for size in BUCKETS if size >= batch.ids.shape[1])
    extra = length - batch.ids.shape[1]
    return Batch(
        F.pad(batch.ids, (0, extra), value=1),
        F.pad(batch.mask, (0, extra)),
        F.pad(batch.context, (0, extra)),
        batch.start,
        batch.end,
    )


def window_size(share: float, sizes: list[tuple[float, int]]) -> int:
    return next(size for limit, size in sizes if share < limit or limit >= 1)


def parameter_groups(reader: ReaderModel) -> list[dict[str, Any]]:
    heads: list[torch.nn.Parameter] = []
    layers: list[torch.nn.Parameter] = []
    for name, parameter in reader.named_parameters():
        (layers if name.startswith("layers.") else heads).append(parameter)
    return [{"params": layers, "factor": 1.0}, {"params": heads, "factor": HEAD_FACTOR}]


def save(path: Path, state: dict[str, Any]) -> None:
    """Whole or not at all."""
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the four data sets")
    parser.add_argument("--out", type=Path, required=True, help="run folder")
    parser.add_argument("--statutes", type=Path, help="JSONL of statutes to make questions from")
    parser.add_argument("--indexed", type=Path, help="file that training.indexed made")
    parser.add_argument(
        "--new",
        nargs="+",
        metavar="PREFIX",
        help="of the names of written questions' paragraphs that the start has not seen; all, "
        "by default, where nothing is resumed, else none",
    )
    limit = parser.add_mutually_exclusive_group(required=True)
    limit.add_argument("--hours", type=float, help="length of the run")
    limit.add_argument("--until", help="end: HH:MM today, or an ISO date and time")
    parser.add_argument("--decay", type=float, default=0.35, help="share of the run that decays")
    parser.add_argument("--resume", type=Path, help="checkpoint to go on from")
    parser.add_argument(
        "--windows",
        default="0.3:144,0.75:256,1:384",
        help="window sizes: share of the run up to which each is used",
    )
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--save-minutes", type=float, default=8)
    parser.add_argument("--slice", type=int, default=160, help="questions a set in the dev slice")
    parser.add_argument("--eval-minutes", type=float, default=12)
    parser.add_argument("--peak", type=float, default=PEAK, help="learning rate of the layers")
    parser.add_argument("--no-compile", action="store_true")
    parser.add_argument(
        "--workers",
        type=int,
        default=2,
        help="processes of one thread that share each batch; they meet once a step, so a "
        "busy machine slows them less than threads, which meet at every operation",
    )
    return parser.parse_args()


def _deadline(arguments: argparse.Namespace) -> float:
    if arguments.hours is not None:
        return time.time() + 3600 * float(arguments.hours)
    if "T" in arguments.until:
        return datetime.fromisoformat(str(arguments.until)).timestamp()
    hour, minute = (int(part) for part in arguments.until.split(":"))
    moment = datetime.now().replace(hour=hour, minute=minute, second=0)
    if moment < datetime.now():
        moment += timedelta(days=1)
    return moment.timestamp()


class Team:
    """The processes that train together; alone, every method does nothing."""

    def __init__(self, rank: int, size: int) -> None:
        self.rank, self.size = rank, size

    def share(self, batch: Batch) -> Batch:
        """This process's rows; neighbours in length go to different processes."""
        return Batch(*(part[self.rank :: self.size].contiguous() for part in astuple(batch)))

    def agree(self, *values: float) -> list[float]:
        """The first process's values, so that clocks cannot make the copies differ."""
        if self.size == 1:
            return list(values)
        shared = torch.tensor(values, dtype=torch.float64)
        dist.broadcast(shared, 0)
        return [float(value) for value in shared]

    def average(self, parameters: list[torch.nn.Parameter]) -> None:
        """Gradients become their mean over the processes."""
        if self.size == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(flat)
        flat /= self.size
        at = 0
        for gradient in gradients:
            gradient.copy_(flat[at : at + gradient.numel()].view_as(gradient))
            at += gradient.numel()


def main() -> None:
    arguments = _arguments()
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.workers == 1:
        run(0, arguments)
        return
    os.environ.setdefault("MASTER_ADDR", "127.0.0.1")
    os.environ.setdefault("MASTER_PORT", "29517")
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    mp.spawn(run, args=(arguments,), nprocs=arguments.workers)  # type: ignore[no-untyped-call]


def run(rank: int, arguments: argparse.Namespace) -> None:
    """One process of the training."""
    team = Team(rank, arguments.workers)
    if team.size > 1:
        torch.set_num_threads(1)
        dist.init_process_group("gloo", rank=rank, world_size=team.size, timeout=timedelta(hours=2))
    out: Path = arguments.out
    torch.manual_seed(arguments.seed)
    begun = time.time()
    until = _deadline(arguments)
    schedule = Schedule(begun, until, arguments.decay * (until - begun))
    sizes = [
        (float(limit), int(size))
        for limit, size in (part.split(":") for part in arguments.windows.split(","))
    ]

    def log(**entry: object) -> None:
        if rank:
            return
        entry = {"time": datetime.now().isoformat(timespec="seconds"), **entry}
        with (out / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    weights = load_chinese_e5()
    tokenizer = build_tokenizer(weights, hard=True)
    lower, reader = build_models(weights)
    if half_precision():
        lower.bfloat16()
    optimizer = torch.optim.AdamW(
        parameter_groups(reader),
        lr=arguments.peak,
        betas=(0.9, 0.98),
        weight_decay=0.01,
        fused=True,
    )
    step, seen, position = 0, 0, (0, 0)
    if arguments.resume:
        state = torch.load(arguments.resume, weights_only=True)
        reader.load_state_dict(state["reader"])
        if state["optimizer"]:  # a restored reader has none
            optimizer.load_state_dict(state["optimizer"])
        step, seen, position = state["step"], state["seen"], tuple(state["position"])
    corpora = load_corpora(arguments.data)
    office = load_office(arguments.statutes)
    encyclopaedia = load_encyclopaedia(corpora)
    suite = Suite.build(corpora, office.held, encyclopaedia.held, arguments.slice)
    statutes = StatuteQuestions(arguments.statutes) if arguments.statutes else None
    written = [*office.train, *encyclopaedia.train]
    unseen = arguments.new or ([] if arguments.resume else [""])
    indexed = load_indexed(arguments.indexed)[0] if arguments.indexed else []
    epochs = Epochs(corpora, arguments.seed, statutes, written, unseen, indexed)
    feed = Feed(epochs, tokenizer, position)
    batches = feed.batches()
    forward = reader if arguments.no_compile else torch.compile(reader, dynamic=False)
    torch._dynamo.config.recompile_limit = 32
    log(event="start", seen=seen, step=step, until=datetime.fromtimestamp(until).isoformat())

    def checkpoint(name: str) -> None:
        if rank:
            return
        save(
            out / name,
            {
                "reader": reader.state_dict(),
                "optimizer": optimizer.state_dict(),
                "step": step,
                "seen": seen,
                "position": list(feed.position),
            },
        )

    def evaluate() -> None:
        if rank:
            return
        reader.eval()
        backend = torch_backend(lower, reader)
        bias = reader.length_bias.detach().numpy()
        found = Predictions.of(lambda part: predict(backend, tokenizer, bias, part), suite)
        log(event="slice", seen=seen, **measure(suite, found))
        reader.train()

    parameters = list(reader.parameters())
    local_step = 0
    last_save = last_eval = last_log = time.time()
    sums: dict[str, float] = {}
    counted = 0
    stable_saved = False
    while True:
        schedule.refresh(out / "control.json")
        factor, share, decaying, over, now = team.agree(
            schedule.factor(local_step + 1),
            schedule.share(),
            schedule.decaying,
            schedule.over,
            time.time(),
        )
        if over:
            break
        if decaying and not stable_saved:
            checkpoint("stable.pt")
            stable_saved = True
        if now - last_save > 60 * arguments.save_minutes:
            checkpoint("last.pt")
            last_save = now
        if now - last_eval > 60 * arguments.eval_minutes:
            evaluate()
            last_eval = last_log = now
            counted, sums = 0, {}
        feed.size = window_size(share, sizes)
        batch = next(batches)
        if batch.ids.shape[0] != BATCH:
            continue
        batch = team.share(pad_to_bucket(batch))
        step, local_step, seen = step + 1, local_step + 1, seen + BATCH
        for group in optimizer.param_groups:
            group["lr"] = arguments.peak * factor * group["factor"]
        with torch.autocast("cpu", torch.bfloat16, enabled=half_precision()):
            output = forward(lower(batch.ids, batch.mask), batch.mask, batch.context)
        parts = losses(reader, Output(*output), batch)
        total = torch.stack([WEIGHTS[name] * value for name, value in parts.items()]).sum()
        total.backward()  # type: ignore[no-untyped-call]
        team.average(parameters)
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        for name, value in parts.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach())
        counted += 1
        if counted == 50:
            log(
                event="loss",
                seen=seen,
                epoch=feed.epoch,
                lr=arguments.peak * factor,
                window=feed.size,
                rate=round(50 * BATCH / (now - last_log), 2),
                **{name: round(value / counted, 4) for name, value in sums.items()},
            )
            sums, counted, last_log = {}, 0, now
    checkpoint("last.pt" if schedule.stop else "final.pt")
    evaluate()
    log(event="end", seen=seen, step=step)
    if team.size > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
