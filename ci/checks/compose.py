"""docker-compose.yml."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from .site import Binding, Service, Site
from .tools import addresses, complaints, differences, port_variables, run


def schema(site: Site) -> Iterator[str]:
    """check-jsonschema, the Compose specification's own schema"""
    yield from complaints(run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", _path(site)))


def config(site: Site) -> Iterator[str]:
    """docker compose config: ports, expose and environment as Docker Compose understands them"""
    result = run("docker-compose", "--file", _path(site), "config", "--format", "json")
    if result.returncode != 0:
        yield from complaints(result)
        return
    project = json.loads(result.stdout)
    if project["name"] != site.platform:
        yield f"the project is {project['name']}, ports.toml says {site.platform}"
    running = {service.id: "a service" for service in site.services.values() if service.runs}
    yield from differences("services", running, dict.fromkeys(project["services"], "a service"))
    for id in running.keys() & project["services"].keys():
        service = site.services[id]
        yield from differences(id, _expected(site, service), _found(project["services"][id], service.environment))


def yaml_1_1(site: Site) -> Iterator[str]:
    """PyYAML, a YAML 1.1 reader: every port is a string, and the same string"""
    services = yaml.safe_load(_path(site).read_text("utf-8"))["services"]
    for service in site.services.values():
        found = services.get(service.id, {})
        expected = {
            "ports": [_short(binding) for binding in service.bindings if binding.published],
            "expose": [str(binding.container) for binding in service.bindings if not binding.published],
        }
        yield from differences(service.id, expected, {key: found.get(key, []) for key in expected})
        variables = {binding.own: str(binding.container) for binding in service.bindings if service.is_built_here}
        variables |= service.environment
        found = found.get("environment", {})
        yield from differences(service.id, variables, {name: found[name] for name in variables.keys() & found.keys()})


def _path(site: Site) -> Path:
    return site.generated / "docker-compose.yml"


def _short(binding: Binding) -> str:
    address = "127.0.0.1:" if binding.expose == "loopback" else ""
    transport = "" if binding.protocol == "tcp" else f"/{binding.protocol}"
    return f"{address}{binding.host}:{binding.container}{transport}"


def _expected(site: Site, service: Service) -> dict[str, object]:
    ports = [
        ("127.0.0.1" if binding.expose == "loopback" else None, str(binding.host), binding.container, binding.protocol)
        for binding in service.bindings
        if binding.published
    ]
    expose = [str(binding.container) for binding in service.bindings if not binding.published]
    told = service.is_built_here
    variables: dict[str, object] = {binding.own: str(binding.container) for binding in service.bindings if told}
    for dependency, binding in site.dependencies(service):
        if binding.has_url and told:
            variables[f"{binding.env}_URL"] = (dependency.id, binding.container)
    ours = {name: value for name, value in variables.items() if name not in service.environment}
    return {"ports": sorted(ports, key=str), "expose": expose} | ours


def _found(service: dict, written: Mapping) -> dict[str, object]:
    ports = [
        (port.get("host_ip"), port["published"], port["target"], port["protocol"]) for port in service.get("ports", [])
    ]
    variables = addresses(port_variables(service.get("environment", {}), besides=written))
    return {"ports": sorted(ports, key=str), "expose": service.get("expose", [])} | variables
