"""ports.toml itself."""

from collections.abc import Iterator

from .site import Site
from .tools import complaints, run


def schema(site: Site) -> Iterator[str]:
    """check-jsonschema, ports.toml against ports.schema.json"""
    schema, manifest = site.root / "ports.schema.json", site.root / "ports.toml"
    yield from complaints(run("check-jsonschema", "--check-metaschema", schema))
    yield from complaints(run("check-jsonschema", "--schemafile", schema, manifest))
