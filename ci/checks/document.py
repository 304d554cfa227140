"""PORT_ALLOCATION.md."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt

from .site import Site
from .tools import differences


def tables(site: Site) -> Iterator[str]:
    """markdown-it: the tables state the ports of every service, each service once"""
    text = (site.generated / "PORT_ALLOCATION.md").read_text("utf-8")
    found: dict[str, list[int]] = {}
    for header, *rows in _tables(text):
        if header[1:] != ["Port", "Description"]:
            continue
        for title, ports, _ in rows:
            if title in found:
                yield f"{title} stands there twice"
            found[title] = [int(number) for number in re.findall(r"\d+", ports)]
    titles = {service.title: [binding.host for binding in service.bindings] for service in site.services.values()}
    yield from differences("PORT_ALLOCATION.md", titles, found)


def _tables(text: str) -> Iterator[list[list[str]]]:
    table: list[list[str]] = []
    for token, after in zip(tokens := MarkdownIt("commonmark").enable("table").parse(text), tokens[1:] + tokens[:1]):
        if token.type == "table_open":
            table = []
        elif token.type == "tr_open":
            table.append([])
        elif token.type in ("th_open", "td_open"):
            table[-1].append("".join(child.content for child in after.children or []))
        elif token.type == "table_close":
            yield table
