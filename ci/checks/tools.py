"""Runs a tool and says what differs."""

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit


def run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess:
    """Runs it with nothing but PATH and HOME in its environment."""
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def complaints(result: subprocess.CompletedProcess) -> Iterator[str]:
    """What a tool that failed said last."""
    if result.returncode != 0:
        said = (result.stdout + result.stderr).strip().splitlines()
        yield from said[-12:] or [f"exit code {result.returncode} without a word"]


def differences(where: str, expected: Mapping, found: Mapping) -> Iterator[str]:
    """One line for each key whose values differ."""
    for key in sorted(expected.keys() | found.keys()):
        if key not in found:
            yield f"{where}: {key} is missing, ports.toml says {expected[key]!r}"
        elif key not in expected:
            yield f"{where}: {key} is {found[key]!r}, ports.toml knows nothing of it"
        elif expected[key] != found[key]:
            yield f"{where}: {key} is {found[key]!r}, ports.toml says {expected[key]!r}"


def addresses(variables: Mapping[str, str]) -> dict[str, object]:
    """The variables with each URL reduced to what matters here, its host and port."""
    return {name: _address(value) if name.endswith("_URL") else value for name, value in variables.items()}


def _address(url: str) -> object:
    try:
        parts = urlsplit(url)
        return (parts.hostname, parts.port) if parts.scheme else url
    except ValueError:
        return url


def port_variables(variables: Mapping[str, str], besides: Iterable[str] = ()) -> dict[str, str]:
    """Only the variables that state a port, without those that a person wrote."""
    ours = (name for name in variables if name == "PORT" or name.endswith(("_PORT", "_URL")))
    return {name: variables[name] for name in ours if name not in besides}
