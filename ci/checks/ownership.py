"""Which files there are, and portgen.lock."""

from collections.abc import Iterator

from .site import Site
from .tools import complaints, differences, run


def files(site: Site) -> Iterator[str]:
    """the files in generated/ are the ones that these checks read, no more and no fewer"""
    expected = {"docker-compose.yml", "PORT_ALLOCATION.md", "portgen.lock", "env/.env"}
    expected |= {"k8s/kustomization.yaml", "k8s/namespace.yaml"}
    for service in site.services.values():
        if service.bindings:
            expected.add(f"k8s/{service.id}.yaml")
        if service.bindings or service.depends_on:
            expected.add(f"env/{service.id}.env")
        if service.bindings and service.package:
            expected.add(f"package-json/{service.id}.json")
    yield from differences("generated/", dict.fromkeys(expected, "there"), dict.fromkeys(_on_disk(site), "there"))


def lock(site: Site) -> Iterator[str]:
    """sha256sum --check: every file has the recorded hash; every file is recorded, sorted"""
    path = site.generated / "portgen.lock"
    yield from complaints(run("sha256sum", "--check", "--strict", "--quiet", path, cwd=site.root))
    rows = [row for row in path.read_text("utf-8").splitlines() if row and not row.startswith("#")]
    recorded = [row.split(maxsplit=1)[1].removeprefix("*") for row in rows]
    if recorded != sorted(recorded):
        yield "portgen.lock is not sorted by path"
    there = {f"generated/{name}" for name in _on_disk(site)} - {"generated/portgen.lock"}
    yield from differences("portgen.lock", dict.fromkeys(there, "owned"), dict.fromkeys(recorded, "owned"))


def _on_disk(site: Site) -> set[str]:
    return {path.relative_to(site.generated).as_posix() for path in site.generated.rglob("*") if path.is_file()}
