"""The Kubernetes manifests."""

import re
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import yaml

from .site import Service, Site
from .tools import complaints, differences, run

# The two ends of what kubernetes-validate of requirements.txt carries.
NEWEST, OLDEST = "1.37.0", "1.25.0"


def newest(site: Site) -> Iterator[str]:
    """kubernetes-validate --strict, Kubernetes 1.37"""
    yield from _validated(site, NEWEST)


def oldest(site: Site) -> Iterator[str]:
    """kubernetes-validate --strict, Kubernetes 1.25"""
    yield from _validated(site, OLDEST)


def server(site: Site) -> Iterator[str]:
    """the API server's own strict decoding and validation, Kubernetes 1.34, also of the manifests in tests/cases"""
    with tempfile.TemporaryDirectory() as folder:
        manifests = sorted((site.generated / "k8s").glob("*.yaml"))
        for case in sorted(site.root.glob("tests/cases/*/*.case")):
            for number, text in enumerate(_shown(case.read_text("utf-8"))):
                path = Path(folder) / f"{case.parent.name}-{case.stem}-{number}.yaml"
                path.write_text(text, "utf-8")
                manifests.append(path)
        yield from complaints(run("apiserver", *manifests))


def kustomize(site: Site) -> Iterator[str]:
    """kustomize build (as `kubectl apply -k` does): one Service a service, every port of it, one namespace"""
    result = run("kustomize", "build", site.generated / "k8s")
    if result.returncode != 0:
        yield from complaints(result)
        return
    resources = list(yaml.safe_load_all(result.stdout))
    places = {resource["metadata"]["namespace"] for resource in resources if resource["kind"] != "Namespace"}
    spaces = {resource["metadata"]["name"] for resource in resources if resource["kind"] == "Namespace"}
    if places != {site.platform} or spaces != {site.platform}:
        yield f"the namespaces are {spaces} with resources in {places}, ports.toml says {site.platform}"
    found = {resource["metadata"]["name"]: _found(resource) for resource in resources if resource["kind"] == "Service"}
    expected = {service.id: _expected(service) for service in site.services.values() if service.bindings}
    yield from differences("Service", expected, found)


def _shown(case: str) -> Iterator[str]:
    """The manifests that a case shows."""
    for shown in re.finditer(r"^show \S+\.ya?ml\n((?:    .*\n)+)", case, re.MULTILINE):
        text = textwrap.dedent(shown.group(1))
        if re.search(r"^apiVersion:", text, re.MULTILINE):
            yield text


def _validated(site: Site, version: str) -> Iterator[str]:
    folder = site.generated / "k8s"
    manifests = sorted(path for path in folder.iterdir() if path.name != "kustomization.yaml")
    yield from complaints(
        run("kubernetes-validate", "--kubernetes-version", version, "--strict", "--quiet", *manifests)
    )


def _expected(service: Service) -> list[tuple]:
    return [(binding.name, binding.service, binding.name, binding.protocol.upper()) for binding in service.bindings]


def _found(resource: dict) -> list[tuple]:
    ports = resource["spec"]["ports"]
    return [(port["name"], port["port"], port["targetPort"], port["protocol"]) for port in ports]
