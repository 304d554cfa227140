"""The .env files: four readers that disagree on much must agree on these."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import dotenv

from .site import Binding, Service, Site
from .tools import addresses, complaints, differences, run

# What is in the environment anyway: what `tools.run` leaves and what shells and Docker Compose add.
OTHERS = ("PATH", "HOME", "PWD")


def bash(site: Site) -> Iterator[str]:
    """bash -c 'set -a; . file'"""
    yield from _read(site, _bash)


def node(site: Site) -> Iterator[str]:
    """node --env-file"""
    yield from _read(site, _node)


def python(site: Site) -> Iterator[str]:
    """python-dotenv"""
    yield from _read(site, dotenv.dotenv_values)


def compose(site: Site) -> Iterator[str]:
    """docker compose --env-file"""
    yield from _read(site, _compose)


def _read(site: Site, reader: Callable[[Path], dict[str, str]]) -> Iterator[str]:
    for path, expected in _expected(site).items():
        try:
            yield from differences(path, expected, addresses(reader(site.generated / path)))
        except ToolFailed as failure:
            yield f"{path}: {failure}"


def _expected(site: Site) -> dict[str, dict[str, object]]:
    files = {"env/.env": _shared(site)}
    for service in site.services.values():
        if service.bindings or service.depends_on:
            files[f"env/{service.id}.env"] = _own(site, service)
    return files


def _shared(site: Site) -> dict[str, object]:
    """Every port and address as seen from the host."""
    variables: dict[str, object] = {}
    for service in site.services.values():
        for binding in service.bindings:
            variables |= _seen_from_host(binding)
    return variables


def _own(site: Site, service: Service) -> dict[str, object]:
    """What the service itself needs to run on the host: its ports and its dependencies."""
    variables: dict[str, object] = {binding.own: str(binding.host) for binding in service.bindings}
    for _, binding in site.dependencies(service):
        variables |= _seen_from_host(binding)
    return variables


def _seen_from_host(binding: Binding) -> dict[str, object]:
    if not binding.published:
        return {}
    url = {f"{binding.env}_URL": ("localhost", binding.host)} if binding.has_url else {}
    return {f"{binding.env}_PORT": str(binding.host)} | url


class ToolFailed(Exception):
    pass


def _output(*command: str | Path, cwd: Path) -> str:
    result = run(*command, cwd=cwd)
    if result.returncode != 0:
        raise ToolFailed(" ".join(complaints(result)))
    return result.stdout


def _bash(path: Path) -> dict[str, str]:
    output = _output("bash", "-c", 'set -a; . "$0"; env --null', path, cwd=path.parent)
    variables = dict(row.split("=", 1) for row in output.split("\0") if row)
    return {name: value for name, value in variables.items() if name not in (*OTHERS, "SHLVL", "_")}


def _node(path: Path) -> dict[str, str]:
    script = "process.stdout.write(JSON.stringify(process.env))"
    output = _output("node", f"--env-file={path}", "--eval", script, cwd=path.parent)
    return {name: value for name, value in json.loads(output).items() if name not in OTHERS}


def _compose(path: Path) -> dict[str, str]:
    file = path.parent.parent / "docker-compose.yml"
    output = _output("docker-compose", "--file", file, "--env-file", path, "config", "--environment", cwd=path.parent)
    variables = dict(row.split("=", 1) for row in output.splitlines())
    return {name: value for name, value in variables.items() if name not in (*OTHERS, "COMPOSE_PROJECT_NAME")}
