"""The examples under ``deploy/`` are what their tools can read and name what we have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from qa_engine import settings
from qa_engine.cli.arguments import parser
from qa_engine_web import options

DEPLOY = Path(__file__).parents[2] / "deploy"
# Every variable of the engine or the web part.
KNOWN = {
    value
    for module in (settings, options)
    for value in vars(module).values()
    if isinstance(value, str) and value.startswith("QA_ENGINE_")
} | {
    f"{settings.MILVUS}{name}"
    for name in ("COLLECTION", "TIMEOUT", "DATABASE", "USER", "PASSWORD", "TOKEN", "CA")
}


def compose() -> dict[str, Any]:
    loaded = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def manifests() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text("utf-8")))


def pods() -> dict[str, dict[str, Any]]:
    """The pod of each object that starts one."""
    found = {}
    for one in manifests():
        if one["kind"] == "Deployment":
            found[one["metadata"]["name"]] = one["spec"]["template"]["spec"]
        if one["kind"] == "CronJob":
            job = one["spec"]["jobTemplate"]["spec"]
            found[one["metadata"]["name"]] = job["template"]["spec"]
    return found


def ours(command: list[str]) -> None:
    """A command line of the engine that its parser takes."""
    assert command[0] == "qa-engine"
    parser().parse_args(command[1:])


def test_compose_services_are_whole() -> None:
    """Each has an image, waits only for services that are there and mounts known volumes."""
    file = compose()
    for name, service in file["services"].items():
        assert service.get("image"), name
        assert set(service.get("depends_on", ())) <= set(file["services"]), name
        for mount in service.get("volumes", ()):
            source = mount.split(":")[0]
            assert source.startswith("./") or source in file["volumes"], mount


def test_compose_runs_the_engine_as_it_is() -> None:
    """Commands parse and every variable is one of ours."""
    services = compose()["services"]
    for name in ("index", "web"):
        ours(services[name]["command"])
        environment = services[name]["environment"]
        assert set(environment) <= KNOWN, name
        assert environment["QA_ENGINE_STORE"] == "milvus"


def test_no_password_stands_in_the_examples() -> None:
    """They come from the environment or a secret."""
    for service in compose()["services"].values():
        for key, value in service.get("environment", {}).items():
            if "PASSWORD" in key or "SECRET" in key:
                assert value.startswith("${"), key
    for pod in pods().values():
        for container in pod["containers"]:
            for one in container["env"]:
                assert "value" not in one


def test_kubernetes_objects_are_whole() -> None:
    """Kinds and names; every mounted volume is declared; the selector meets the labels."""
    for one in manifests():
        assert {"apiVersion", "kind", "metadata"} <= set(one)
        if one["kind"] == "Deployment":
            labels = one["spec"]["template"]["metadata"]["labels"]
            assert one["spec"]["selector"]["matchLabels"] == labels
    assert len(pods()) == 2
    for name, pod in pods().items():
        declared = {volume["name"] for volume in pod["volumes"]}
        for container in pod["containers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} <= declared, name
            ours(container["args"])
    config = next(one for one in manifests() if one["kind"] == "ConfigMap")
    assert set(config["data"]) <= KNOWN


def test_probes_ask_paths_that_exist() -> None:
    """Ready when questions can be answered, live when the process answers."""
    container = pods()["qa-engine-web"]["containers"][0]
    assert container["readinessProbe"]["httpGet"]["path"] == "/api/v1/health/ready"
    assert container["livenessProbe"]["httpGet"]["path"] == "/api/v1/health/live"
