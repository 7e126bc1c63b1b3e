"""The bill of materials names every package that an installation brings."""

from __future__ import annotations

import re
from importlib.metadata import distribution, version

from scripts.sbom import bill, name_of, needed


def test_every_requirement_is_listed_with_version_and_licence() -> None:
    """Those of the project and what they require in turn; no reference leads nowhere."""
    made = bill()
    parts = {part["name"]: part for part in made["components"]}
    direct = {name_of(requirement.name) for requirement in needed(distribution("qa-engine"))}
    assert direct <= parts.keys()
    assert {"werkzeug", "torch", "pdfminer-six"} <= parts.keys()
    assert parts["flask"]["version"] == version("flask")
    unlicensed = [name for name, part in parts.items() if "licenses" not in part]
    assert unlicensed == []
    refs = {made["metadata"]["component"]["bom-ref"], *(p["bom-ref"] for p in parts.values())}
    for entry in made["dependencies"]:
        assert {entry["ref"], *entry["dependsOn"]} <= refs
    assert made == bill()
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", made["serialNumber"])
