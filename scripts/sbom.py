"""``python scripts/sbom.py [FILE]``: what an installation consists of, as CycloneDX 1.6 JSON.

Walks the requirements of the installed qa-engine (without extras) in this environment:
name, version, licence, and who needs whom. The same environment gives the same file. For
people, ``--table`` prints name, version and licence.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import uuid
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = "qa-engine"


def name_of(text: str) -> str:
    """The normal form of a package name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", text).lower()


def needed(found: Distribution, extras: frozenset[str] = frozenset()) -> list[Requirement]:
    """What a package requires in this environment."""
    environments = [{"extra": extra} for extra in (*extras, "")]
    parsed = [Requirement(line) for line in found.requires or ()]
    return [
        requirement
        for requirement in parsed
        if requirement.marker is None or any(requirement.marker.evaluate(e) for e in environments)
    ]


def packages(root: str = ROOT) -> tuple[dict[str, Distribution], dict[str, list[str]]]:
    """All packages below one, and for each the names of those that it requires.

    Raises PackageNotFoundError when one that is required is not installed."""
    found: dict[str, Distribution] = {}
    requires: dict[str, set[str]] = {}
    waiting: list[tuple[str, frozenset[str]]] = [(name_of(root), frozenset())]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        found[name] = distribution(name)
        below = needed(found[name], extras)
        requires.setdefault(name, set()).update(name_of(r.name) for r in below)
        waiting += [(name_of(r.name), frozenset(r.extras)) for r in below]
    return dict(sorted(found.items())), {n: sorted(r) for n, r in sorted(requires.items())}


def licence(found: Distribution) -> tuple[str, bool]:
    """The licence as the package states it, and whether that is an SPDX expression."""
    expression = found.metadata.get("License-Expression")
    if expression:
        return expression, True
    stated = [
        line.rpartition(" :: ")[2]
        for line in found.metadata.get_all("Classifier") or ()
        if line.startswith("License :: ") and not line.endswith("OSI Approved")
    ]
    if stated:
        return ", ".join(stated), False
    text = (found.metadata.get("License") or "").strip()
    return (text.splitlines()[0][:100] if text else ""), False


def component(name: str, found: Distribution) -> dict[str, Any]:
    said, spdx = licence(found)
    result: dict[str, Any] = {
        "type": "application" if name == ROOT else "library",
        "bom-ref": name,
        "name": name,
        "version": found.version,
        "purl": f"pkg:pypi/{name}@{found.version}",
    }
    if said:
        result["licenses"] = [{"expression": said} if spdx else {"license": {"name": said}}]
    return result


def bill() -> dict[str, Any]:
    """The whole document. Raises PackageNotFoundError."""
    found, requires = packages()
    parts = {name: component(name, one) for name, one in found.items()}
    names = "\n".join(part["purl"] for part in parts.values())
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        # Made of the content, so that the same environment gives the same file.
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, names)}",
        "version": 1,
        "metadata": {"component": parts[ROOT]},
        "components": [part for name, part in parts.items() if name != ROOT],
        "dependencies": [{"ref": name, "dependsOn": below} for name, below in requires.items()],
    }


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", nargs="?", type=Path, help="standard output if none")
    options.add_argument("--table", action="store_true", help="name, version, licence")
    wanted = options.parse_args()
    try:
        made = bill()
    except PackageNotFoundError as error:
        print(f"not installed: {error.name}; pip install -c constraints.txt .", file=sys.stderr)
        return 1
    if wanted.table:
        for one in made["components"]:
            said = one.get("licenses", [{"expression": "not stated"}])[0]
            text = said.get("expression") or said["license"]["name"]
            print(f"{one['name']:<28}{one['version']:<18}{text}")
        return 0
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    if wanted.file:
        wanted.file.write_text(text, encoding="utf-8")
        print(f"{len(made['components'])} packages written to {wanted.file}")
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
