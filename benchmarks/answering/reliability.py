"""How often answers were right against what was said, as SVG (a reliability diagram)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

SIDE, LEFT, TOP, RIGHT, BOTTOM = 300, 50, 16, 20, 44


class Bin(NamedTuple):
    """Drafts of like confidence: mean confidence, share that was right, how many."""

    said: float
    right: float
    drafts: int


def diagram(bins: Sequence[Bin]) -> str:
    """A disc for each bin, its area by the number of drafts; on the diagonal said = right."""
    most = max(one.drafts for one in bins)
    bottom = TOP + SIDE

    def at(said: float, right: float) -> tuple[float, float]:
        return LEFT + SIDE * said, bottom - SIDE * right

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + SIDE + RIGHT} '
        f'{bottom + BOTTOM}" font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for step in range(6):
        (x, y), tenths = at(step / 5, step / 5), step / 5
        parts.append(f'<path d="M{x:.0f} {TOP}V{bottom}M{LEFT} {y:.0f}h{SIDE}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.0f}" y="{bottom + 16}" text-anchor="middle">{tenths:g}</text>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{tenths:g}</text>')
    parts.append(f'<path d="M{LEFT} {bottom}L{LEFT + SIDE} {TOP}" stroke="#888"/>')
    for one in bins:
        x, y = at(one.said, one.right)
        radius = 3 + 9 * (one.drafts / most) ** 0.5
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#1f77b4"/>')
    middle = LEFT + SIDE / 2
    parts.append(f'<text x="{middle}" y="{bottom + 36}" text-anchor="middle">said</text>')
    parts.append(f'<text x="14" y="{TOP + 10}">right</text></svg>')
    return "\n".join(parts) + "\n"
