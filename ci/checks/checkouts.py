"""Two checkouts of the platform at once on a real Docker Engine: ci/compose-up gives it namespaces of its own, and `checkouts` as an argument."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .engine import COMPOSE_FILE, answer, call, engine, fetched, import_images, listens, servers, tcp
from .site import Site

INSTANCES = "\n[instances]\ncount = 8\nstep = 30\n"
STEP = 30


class Checkout:
    """A worktree with its instance, and its stack."""

    def __init__(self, folder: Path, number: int, portgen: Path) -> None:
        self.folder, self.number, self.portgen = folder, number, portgen
        self.site = Site(folder)

    def environment(self) -> dict[str, str]:
        """What `portgen env` prints in this worktree."""
        printed = self.portgen_says("env")
        return dict(line.split("=", 1) for line in printed.splitlines())

    def portgen_says(self, *words: str) -> str:
        return subprocess.run([self.portgen, *words], cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def compose(self, *words: str) -> None:
        override = self.folder / "override.yml"
        override.write_text(self.stand_ins(), "utf-8")
        command = ["docker-compose", "--file", COMPOSE_FILE, "--file", "override.yml", "--progress", "quiet", *words]
        environment = os.environ | self.environment()
        result = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise SystemExit(f"checkout {self.number}: docker-compose {words[0]} failed:\n{result.stderr.strip()}")

    def stand_ins(self) -> str:
        """Every service serves its name and that of its checkout, instead of what its image does."""
        text = "services:\n"
        for service in self.site.services.values():
            if service.runs:
                script = servers(service).replace("echo ", f"echo {self.number}/")
                text += f"  {service.id}:\n    build: !reset null\n    healthcheck: {{ disable: true }}\n"
                text += f"    entrypoint: ['/bin/sh', '-c', '{script}']\n    command: !reset null\n"
        return text

    def wrong(self, is_up: bool) -> Iterator[str]:
        """What does not answer as it has to: each port of this instance with this checkout, or nobody."""
        asked = 0
        for service in self.site.services.values():
            for binding in tcp(service):
                if not binding.published:
                    continue
                port = binding.host + STEP * self.number
                wanted = f"{self.number}/{answer(service, binding)}" if is_up else None
                told = fetched("127.0.0.1", port) if is_up or listens("127.0.0.1", port) else None
                if told != wanted:
                    yield f"checkout {self.number}: {port} answers {told}, expected {wanted}"
                asked += 1
        print(f"checkout {self.number}: asked {asked} ports, which have to be {'its own' if is_up else 'free'}")


def main() -> int:
    portgen = Path(os.environ.get("CARGO_TARGET_DIR", "target")).absolute() / "release/portgen"
    with tempfile.TemporaryDirectory(prefix="checkouts-") as name, engine(Path(name)):
        folder = Path(name)
        import_images(folder / "root")
        checkouts = made(folder, portgen)
        with ThreadPoolExecutor() as both:
            list(both.map(lambda one: one.compose("up", "--detach", "--no-build", "--pull", "never"), checkouts))
        complaints = [wrong for one in checkouts for wrong in one.wrong(is_up=True)]
        for one in checkouts:
            doctor = subprocess.run([portgen, "doctor"], cwd=one.folder, capture_output=True, text=True, check=False)
            print(f"checkout {one.number}: {doctor.stderr.strip().splitlines()[-1]}")
            if doctor.returncode != 0:
                complaints.append(f"checkout {one.number}: portgen doctor says\n{doctor.stdout}")
        first, second = checkouts
        first.compose("down", "--timeout", "0")
        complaints += [*first.wrong(is_up=False), *second.wrong(is_up=True)]
        second.compose("down", "--timeout", "0")
    for complaint in complaints:
        print(f"  FAIL {complaint}")
    return 1 if complaints else 0


def made(folder: Path, portgen: Path) -> list[Checkout]:
    """A repository with the platform and `[instances]`, and a worktree of it, each with an instance."""
    main_one, other = folder / "platform", folder / "feature"
    main_one.mkdir()
    for name in call("git", "ls-files").splitlines():
        if name == "ports.toml" or name.startswith(("templates/", "generated/")):
            (main_one / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(name, main_one / name)
    with open(main_one / "ports.toml", "a", encoding="utf-8") as ports:
        ports.write(INSTANCES)
    call(portgen, "-C", main_one, "-q", "write")
    call("git", "-C", main_one, "init", "-q")
    call("git", "-C", main_one, "add", ".")
    call("git", "-C", main_one, "-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "-qm", "one")
    call("git", "-C", main_one, "worktree", "add", "-q", other)
    numbers = [int(call(portgen, "-C", one, "instance", "next")) for one in (main_one, other)]
    if numbers != [0, 1]:
        raise SystemExit(f"instances {numbers}, expected 0 and 1")
    return [Checkout(one, number, portgen) for one, number in zip((main_one, other), numbers)]


if __name__ == "__main__":
    raise SystemExit(main())
