"""The package.json patches."""

import copy
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import json_merge_patch

from .site import Service, Site
from .tools import complaints, differences, run


def merged(site: Site) -> Iterator[str]:
    """json-merge-patch applies them, npm reads the result: config.port is the port, and nothing else changed"""
    expected = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write(root, {"name": "root", "private": True, "workspaces": ["*"]})
        for path in sorted((site.generated / "package-json").iterdir()):
            service = site.services[path.stem]
            before = {"name": service.id, "version": "1.0.0", "config": {"port": "1", "kept": "as it was"}}
            patch = json.loads(path.read_text("utf-8"))
            _write(root / service.id, json_merge_patch.merge(copy.deepcopy(before), patch))
            expected[service.id] = before | {"config": before["config"] | _ports(service)}
        result = run("npm", "pkg", "get", "--workspaces", cwd=root)
    if result.returncode != 0:
        yield from complaints(result)
    else:
        yield from differences("package.json", expected, json.loads(result.stdout))


def _ports(service: Service) -> dict[str, str]:
    first, *others = service.bindings
    return {"port": str(first.host)} | {f"{binding.name}-port": str(binding.host) for binding in others}


def _write(folder: Path, package: dict) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "package.json").write_text(json.dumps(package), "utf-8")
