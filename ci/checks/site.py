"""The truth: ports.toml as Python's tomllib reads it, with the defaults that its reference states."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Binding:
    name: str
    host: int
    container: int
    service: int
    protocol: str
    app_protocol: str | None
    expose: str
    env: str  # what its variables start with: AUTH_SERVICE
    own: str  # what its service's own process calls its port: PORT

    @property
    def published(self) -> bool:
        return self.expose != "none"

    @property
    def has_url(self) -> bool:
        kind = self.app_protocol or "http"
        return self.protocol == "tcp" and kind != "tcp" and ("/" not in kind or kind.startswith("kubernetes.io/"))


@dataclass(frozen=True)
class Service:
    id: str
    title: str
    package: str | None
    depends_on: list[str]
    compose: dict
    bindings: list[Binding] = field(default_factory=list)
    dir: str | None = None

    @property
    def is_built_here(self) -> bool:
        """Only then does its container get `PORT` and addresses."""
        return self.dir is not None or "build" in self.compose

    @property
    def runs(self) -> bool:
        return bool(self.bindings or self.compose)

    @property
    def environment(self) -> dict:
        """What a person wrote under `compose`, in either of Compose's forms; it goes before portgen's own variables."""
        written = self.compose.get("environment", {})
        return dict(row.split("=", 1) for row in written) if isinstance(written, list) else written


class Site:
    """A repository with its allocation and what portgen made of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        document = tomllib.loads((root / "ports.toml").read_text("utf-8"))
        self.platform: str = document["platform"]["id"]
        self.generated = root / "generated"
        self.services = {id: _service(id, table) for id, table in document.get("services", {}).items()}

    def dependencies(self, service: Service) -> Iterator[tuple[Service, Binding]]:
        for id in service.depends_on:
            for binding in self.services[id].bindings:
                yield self.services[id], binding


def _service(id: str, table: dict) -> Service:
    short = table.get("port", "none")
    written = table.get("ports") or ({} if short == "none" else {None: short})
    bindings = []
    for name, value in written.items():
        only = len(written) == 1
        bindings.append(_binding(id, name, value if isinstance(value, dict) else {"host": value}, only, not bindings))
    package, depends_on = table.get("package"), table.get("depends-on", [])
    return Service(id, table.get("title", id), package, depends_on, table.get("compose", {}), bindings, table.get("dir"))


def _binding(id: str, key: str | None, table: dict, only: bool, first: bool) -> Binding:
    protocol, app_protocol = table.get("protocol", "tcp"), table.get("app-protocol")
    name = key or table.get("name") or app_protocol or ("http" if protocol == "tcp" else protocol)
    return Binding(
        name=name,
        host=table["host"],
        container=table.get("container", table["host"]),
        service=table.get("service", table["host"]),
        protocol=protocol,
        app_protocol=app_protocol,
        expose=table.get("expose", "loopback"),
        env=_variable(id if only else f"{id}-{name}"),
        own="PORT" if first else f"{_variable(name)}_PORT",
    )


def _variable(name: str) -> str:
    return name.upper().replace("-", "_")
