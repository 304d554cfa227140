"""Every check by its name. A new check is one function (from a Site to complaints) and one row."""

from collections.abc import Callable, Iterable

from . import compose, document, environment, kubernetes, manifest, ownership, packages, reports
from .site import Site

CHECKS: dict[str, Callable[[Site], Iterable[str]]] = {
    "manifest-schema": manifest.schema,
    "files": ownership.files,
    "lock": ownership.lock,
    "compose-schema": compose.schema,
    "compose-config": compose.config,
    "compose-yaml-1.1": compose.yaml_1_1,
    "compose-override": compose.override,
    "kubernetes-newest": kubernetes.newest,
    "kubernetes-oldest": kubernetes.oldest,
    "kubernetes-server": kubernetes.server,
    "kustomize": kubernetes.kustomize,
    "env-bash": environment.bash,
    "env-node": environment.node,
    "env-python": environment.python,
    "env-compose": environment.compose,
    "package-json": packages.merged,
    "document": document.tables,
    "report-sarif": reports.sarif,
    "report-json": reports.json,
}
