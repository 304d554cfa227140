"""Proves that every check can fail: one file of a copy is spoiled at a time, and the check it is for must notice."""

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .site import Site
from .table import CHECKS


@dataclass(frozen=True)
class Spoil:
    check: str
    file: str  # from the root; `*` stands for the first that matches
    find: str  # a regular expression over lines
    put: str | None = None  # its replacement; without one, the number in its group is one more


OVERRIDE = "tests/cases/outputs/compose-override.case"
ENV = ["env-bash", "env-node", "env-python", "env-compose"]
SPOILS = [
    Spoil("manifest-schema", "ports.toml", r"^version = 1$", "version = 1\nversoin = 1"),
    Spoil("manifest-schema", "ports.toml", r"^port = \d+$", "port = 65536"),
    Spoil("files", "generated/k8s/left-over.yaml", r"\Z", "kind: Service\n"),
    Spoil("lock", "generated/PORT_ALLOCATION.md", r"^# ", "#  "),
    Spoil("lock", "generated/k8s/left-over.yaml", r"\Z", "kind: Service\n"),
    Spoil("compose-schema", "generated/docker-compose.yml", r"^    ports:$", "    portz:"),
    Spoil("compose-config", "generated/docker-compose.yml", r'"127\.0\.0\.1:(\d+):\d+"'),
    Spoil("compose-config", "generated/docker-compose.yml", r'"127\.0\.0\.1:\d+:(\d+)"'),
    Spoil("compose-config", "generated/docker-compose.yml", r'"127\.0\.0\.1:', '"'),
    Spoil("compose-config", "generated/docker-compose.yml", r'_URL"?: "?[^"\s]+:(\d+)'),
    Spoil("compose-config", "generated/docker-compose.yml", r'\bPORT"?: "(\d+)"'),
    Spoil("compose-yaml-1.1", "generated/docker-compose.yml", r'"127\.0\.0\.1:\d+:\d+"', "22:22"),
    Spoil("compose-yaml-1.1", "generated/docker-compose.yml", r'(\bPORT"?): "(\d+)"', r"\1: \2"),
    Spoil("compose-override", OVERRIDE, r'^          - "127\.0\.0\.1:(\d+):\d+"'),
    Spoil("compose-override", OVERRIDE, r"ports: !override$", "ports:"),
    Spoil("compose-override", OVERRIDE, r"(ports: !override \[\])$", r"\1\n        image: other"),
    Spoil("kubernetes-newest", "generated/k8s/*-service.yaml", r"port: \d+", 'port: "http"'),
    Spoil("kubernetes-oldest", "generated/k8s/*-service.yaml", r"targetPort:", "targetport:"),
    Spoil("kubernetes-server", "generated/k8s/*-service.yaml", r"protocol: TCP", "protocol: tcp"),
    Spoil("kubernetes-server", "generated/k8s/*-service.yaml", r"^( +)(port: .*)$", r"\1\2\n\1prot: 1"),
    Spoil("kustomize", "generated/k8s/*-service.yaml", r"\bport: (\d+)"),
    Spoil("kustomize", "generated/k8s/*-service.yaml", r"targetPort: \S+", "targetPort: 1"),
    Spoil("kustomize", "generated/k8s/kustomization.yaml", r"^  - .*-service.yaml.*\n", ""),
    Spoil("package-json", "generated/package-json/*.json", r'"port": "(\d+)"'),
    Spoil("package-json", "generated/package-json/*.json", r'"config"', '"version": "2.0.0", "config"'),
    Spoil("document", "generated/PORT_ALLOCATION.md", r"\| (\d+) \|"),
    Spoil("document", "generated/PORT_ALLOCATION.md", r"^\| .* \| \d+ \| .*\n", ""),
    Spoil("report-sarif", "tests/cases/report/conflict.case", r'"startLine": \d+', '"startLine": 0'),
    Spoil("report-sarif", "tests/cases/report/drift.case", r'"ruleId": ', '"ruleID": '),
    Spoil("report-json", "tests/cases/report/conflict.case", r'"severity": "error"', '"severity": "grave"'),
    Spoil("report-json", "tests/cases/report/drift.case", r'"kind": "stale"', '"kind": "old"'),
    Spoil("report-json", "report.schema.json", r'"type": "object"', '"type": "objekt"'),
]
for check in ENV:
    SPOILS += [
        Spoil(check, "generated/env/.env", r"_PORT=(\d+)"),
        Spoil(check, "generated/env/*-service.env", r"^PORT=(\d+)"),
        Spoil(check, "generated/env/*-service.env", r"_URL=\S+:(\d+)"),
        Spoil(check, "generated/env/*-service.env", r"^\w+_URL=.*\n", ""),
    ]


def run(root: Path) -> int:
    failures = [f"no spoiled file tests {check}" for check in CHECKS.keys() - {spoil.check for spoil in SPOILS}]
    failures += [f"{check} complains of what nobody spoiled" for check in CHECKS if list(CHECKS[check](Site(root)))]
    for spoil in SPOILS:
        failures += _unnoticed(root, spoil)
    for failure in failures:
        print(f"  FAIL {failure}")
    print(f"{len(SPOILS)} spoiled files, {len(failures)} that went unnoticed")
    return 1 if failures else 0


def _unnoticed(root: Path, spoil: Spoil) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("ports.toml", "ports.schema.json", "report.schema.json"):
            shutil.copyfile(root / name, copy / name)
        for name in ("generated", "tests/cases/report", "tests/cases/outputs"):
            shutil.copytree(root / name, copy / name)
        path = next(iter(sorted(copy.glob(spoil.file))), copy / spoil.file)
        before = path.read_text("utf-8") if path.exists() else ""
        after = re.sub(spoil.find, lambda match: _replacement(spoil, match), before, count=1, flags=re.MULTILINE)
        if after == before:
            return [f"{spoil.check}: {spoil.find} is nowhere in {spoil.file}"]
        path.write_text(after, "utf-8")
        noticed = list(CHECKS[spoil.check](Site(copy)))
    return [] if noticed else [f"{spoil.check} did not notice {spoil.find} -> {spoil.put or '+ 1'} in {spoil.file}"]


def _replacement(spoil: Spoil, match: re.Match) -> str:
    if spoil.put is not None:
        return match.expand(spoil.put)
    whole, start = match.group(0), match.start(1) - match.start(0)
    return f"{whole[:start]}{int(match.group(1)) + 1}{whole[start + len(match.group(1)) :]}"
