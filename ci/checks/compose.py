"""docker-compose.yml."""

import json
import re
import tempfile
import textwrap
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


def override(site: Site) -> Iterator[str]:
    """docker compose config: a file of somebody's with compose.ports.yml of tests/cases over it has the ports of ports.toml, and else its own"""
    case = (site.root / "tests/cases/outputs/compose-override.case").read_text("utf-8")
    files = dict(re.findall(r"^-- (\S+) --\n(.*?)(?=^-- )", case, re.MULTILINE | re.DOTALL))
    shown = re.search(r"^show compose\.ports\.yml\n((?:    .*\n)+)", case, re.MULTILINE)
    files["compose.ports.yml"] = textwrap.dedent(shown.group(1)) if shown else ""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in files.items():
            (folder / path).write_text(text, "utf-8")
        theirs = _read(folder, "docker-compose.yml")
        both = _read(folder, "docker-compose.yml", "compose.ports.yml")
        if isinstance(theirs, str) or isinstance(both, str):
            yield f"docker compose config fails: {theirs if isinstance(theirs, str) else both}"
            return
        for service in Site(folder).services.values():
            if service.id in theirs and service.bindings and not service.compose:
                found = _found(both[service.id], {})["ports"]
                yield from differences(service.id, {"ports": _ports(service)}, {"ports": found})
                for services in (theirs, both):
                    services[service.id].pop("ports", None)
        yield from differences("services", theirs, both)


def _read(folder: Path, *files: str) -> dict | str:
    """The services of Compose files together, or what is wrong with them."""
    names = [part for file in files for part in ("--file", file)]
    result = run("docker-compose", *names, "config", "--format", "json", cwd=folder)
    return json.loads(result.stdout)["services"] if result.returncode == 0 else result.stderr.strip()


def _path(site: Site) -> Path:
    return site.generated / "docker-compose.yml"


def _short(binding: Binding) -> str:
    address = "127.0.0.1:" if binding.expose == "loopback" else ""
    transport = "" if binding.protocol == "tcp" else f"/{binding.protocol}"
    return f"{address}{binding.host}:{binding.container}{transport}"


def _expected(site: Site, service: Service) -> dict[str, object]:
    expose = [str(binding.container) for binding in service.bindings if not binding.published]
    told = service.is_built_here
    variables: dict[str, object] = {binding.own: str(binding.container) for binding in service.bindings if told}
    for dependency, binding in site.dependencies(service):
        if binding.has_url and told:
            variables[f"{binding.env}_URL"] = (dependency.id, binding.container)
    ours = {name: value for name, value in variables.items() if name not in service.environment}
    return {"ports": _ports(service), "expose": expose} | ours


def _ports(service: Service) -> list[tuple]:
    addresses = {"loopback": "127.0.0.1", "all": None}
    ports = [
        (addresses.get(binding.expose, binding.expose), str(binding.host), binding.container, binding.protocol)
        for binding in service.bindings
        if binding.published
    ]
    return sorted(ports, key=str)


def _found(service: dict, written: Mapping) -> dict[str, object]:
    ports = [
        (port.get("host_ip"), port["published"], port["target"], port["protocol"]) for port in service.get("ports", [])
    ]
    variables = addresses(port_variables(service.get("environment", {}), besides=written))
    return {"ports": sorted(ports, key=str), "expose": service.get("expose", [])} | variables
