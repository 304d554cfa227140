"""The Kubernetes manifests."""

from collections.abc import Iterator

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
