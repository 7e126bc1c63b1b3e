"""The plot of the benchmarks of speed."""

from __future__ import annotations

from xml.etree import ElementTree

from benchmarks.speed.plot import plot

SVG = "{http://www.w3.org/2000/svg}"


def lines_of(text: str) -> list[list[tuple[float, float]]]:
    drawn = ElementTree.fromstring(text).iter(f"{SVG}polyline")
    return [
        [tuple(map(float, pair.split(","))) for pair in line.attrib["points"].split()]  # type: ignore[misc]
        for line in drawn
    ]


def test_tenfold_is_the_same_distance_everywhere() -> None:
    (line,) = lines_of(plot({"a": [(10, 1), (100, 10), (1000, 100)]}, "n", "ms"))
    (x0, y0), (x1, y1), (x2, y2) = line
    assert abs((x1 - x0) - (x2 - x1)) < 0.2
    assert abs((y0 - y1) - (y1 - y2)) < 0.2
    assert x0 < x1
    assert y0 > y1  # upwards


def test_names_stand_beside_their_lines_and_not_on_each_other() -> None:
    text = plot({"<a>": [(1, 5), (10, 5)], "b": [(1, 5), (10, 5)]}, "n", "ms")
    names = [t for t in ElementTree.fromstring(text).iter(f"{SVG}text") if t.text in ("<a>", "b")]
    assert [name.text for name in names] == ["<a>", "b"]
    assert abs(float(names[0].attrib["y"]) - float(names[1].attrib["y"])) >= 12
