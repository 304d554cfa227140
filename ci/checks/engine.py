"""Docker Compose on a real Docker Engine: who answers on each port? ci/compose-up gives it namespaces of its own."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from .site import Binding, Service, Site

COMPOSE_FILE = Path("generated/docker-compose.yml")
APPLETS = ("sh", "httpd", "wget")
# An address of this host besides loopback, in the namespace of ci/compose-up only (RFC 5737, TEST-NET-2).
ELSEWHERE = "198.51.100.1"


# The service that is moved, where to, and what it still listens on inside, because its image does.
MOVED, TO, INSIDE = "postgres", 5433, 5432


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="compose-up-") as name, engine(Path(name)):
        folder = Path(name)
        import_images(folder / "root")
        complaints = started(folder)
        moved(folder / "moved")
        complaints += [*inside(), *started(folder)]
    for complaint in complaints:
        print(f"  FAIL {complaint}")
    return 1 if complaints else 0


def started(folder: Path) -> list[str]:
    """What is wrong with the stack in the working directory, once it runs."""
    site = Site(Path.cwd())
    override = folder / "override.yml"
    override.write_text(stand_ins(site), "utf-8")
    compose = ("docker-compose", "--file", COMPOSE_FILE, "--file", override, "--progress", "quiet")
    call(*compose, "up", "--detach", "--no-build", "--pull", "never")
    complaints = [*published(site), *reachable(site, compose)]
    call(*compose, "down", "--timeout", "0")
    return complaints


def moved(folder: Path) -> None:
    """Goes to a copy of what is committed, in which a service has moved."""
    call("git", "worktree", "add", "--detach", folder)
    try:
        portgen = Path(os.environ.get("CARGO_TARGET_DIR", "target")).absolute() / "release/portgen"
        print(call(portgen, "-C", folder, "move", MOVED, str(TO)).strip(), f"is the port of {MOVED} now")
        shutil.copytree(folder, folder.with_name("copy"), ignore=shutil.ignore_patterns(".git"))
    finally:
        call("git", "worktree", "remove", "--force", folder)
    os.chdir(folder.with_name("copy"))


def inside() -> Iterator[str]:
    """The moved service listens inside where its image does."""
    [binding] = Site(Path.cwd()).services[MOVED].bindings
    if (binding.host, binding.container) != (TO, INSIDE):
        yield f"{MOVED} has {binding.host}:{binding.container}, not {TO}:{INSIDE}"


@contextlib.contextmanager
def engine(folder: Path) -> Iterator[None]:
    """A dockerd that is ready, and that ends with the block."""
    call("ip", "link", "set", "lo", "up")
    call("ip", "address", "add", f"{ELSEWHERE}/32", "dev", "lo")
    os.environ["DOCKER_HOST"] = f"unix://{folder}/docker.sock"
    places = ["--data-root", folder / "data", "--exec-root", folder / "exec", "--pidfile", folder / "docker.pid"]
    with open(folder / "log", "w") as log:
        process = subprocess.Popen(["dockerd", "--host", os.environ["DOCKER_HOST"], *places], stdout=log, stderr=log)
        try:
            while subprocess.run(["docker", "info"], capture_output=True, check=False).returncode != 0:
                if process.poll() is not None:
                    sys.exit("dockerd did not start:\n" + Path(log.name).read_text("utf-8")[-2000:])
                time.sleep(0.2)
            yield
        finally:
            process.terminate()
            process.wait()


def import_images(root: Path) -> None:
    """Imports a root file system of one static program under the name of every image."""
    (root / "bin").mkdir(parents=True)
    shutil.copy(shutil.which("busybox") or sys.exit("busybox is missing"), root / "bin/busybox")
    for applet in APPLETS:
        (root / "bin" / applet).symlink_to("busybox")
    call("tar", "--create", "--file", root.with_suffix(".tar"), "--directory", root, ".")
    project = json.loads(call("docker-compose", "--file", COMPOSE_FILE, "config", "--format", "json"))
    for image in {service["image"] for service in project["services"].values()}:
        call("docker", "import", root.with_suffix(".tar"), image)


def stand_ins(site: Site) -> str:
    """A second Compose file: every service serves its name on each of its TCP ports, instead of what its image does."""
    text = "services:\n"
    for service in site.services.values():
        if service.runs:
            text += f"  {service.id}:\n    build: !reset null\n    healthcheck: {{ disable: true }}\n"
            text += f"    entrypoint: {json.dumps(['/bin/sh', '-c', servers(service)])}\n    command: !reset null\n"
    return text


def servers(service: Service) -> str:
    lines = []
    for binding in tcp(service):
        folder = f"/{binding.name}"
        lines.append(f"/bin/busybox mkdir {folder}; echo {answer(service, binding)} > {folder}/index.html")
        lines.append(f"httpd -p {binding.container} -h {folder}")
    return "; ".join([*lines, "exec /bin/busybox sleep 3600"])


def tcp(service: Service) -> list[Binding]:
    return [binding for binding in service.bindings if binding.protocol == "tcp"]


def answer(service: Service, binding: Binding) -> str:
    return f"{service.id}/{binding.name}"


def published(site: Site) -> Iterator[str]:
    """Every published port answers on 127.0.0.1, with the right name; elsewhere only with `expose = "all"`."""
    asked = 0
    for service in site.services.values():
        for binding in tcp(service):
            local = fetched("127.0.0.1", binding.host)
            if local != (answer(service, binding) if binding.published else None):
                yield f"127.0.0.1:{binding.host} answers {local}, ports.toml says {answer(service, binding)}"
            if listens(ELSEWHERE, binding.host) != (binding.expose == "all"):
                yield f"{ELSEWHERE}:{binding.host} does not stand to `expose = {binding.expose}`"
            asked += 1
    print(f"asked {asked} ports of the host")


def reachable(site: Site, compose: tuple) -> Iterator[str]:
    """From inside each service, the address of every dependency leads to that dependency: that in its variable, where it is told."""
    asked = 0
    for service in site.services.values():
        for dependency, binding in site.dependencies(service):
            variable = f"{binding.env}_URL"
            if service.runs and binding.has_url and variable not in service.environment:
                told = f"${{{variable}#*://}}" if service.is_built_here else f"{dependency.id}:{binding.container}"
                script = f'wget -q -O - "http://{told}"'
                found = call(*compose, "exec", "--no-TTY", service.id, "sh", "-c", script).strip()
                if found != answer(dependency, binding):
                    yield f"{service.id}: {variable} leads to {found}, ports.toml says {answer(dependency, binding)}"
                asked += 1
    print(f"asked {asked} addresses of dependencies")


def fetched(host: str, port: int) -> str | None:
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/", timeout=5) as response:
            return response.read().decode().strip()
    except OSError:
        return None


def listens(host: str, port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(5)
        return client.connect_ex((host, port)) == 0


def call(*command: str | Path) -> str:
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{result.stderr.strip()}")
    return result.stdout


if __name__ == "__main__":
    sys.exit(main())
