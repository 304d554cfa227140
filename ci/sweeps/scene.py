"""Scenes for sweeps: a small project made at random, a command, and the trees before and after it.

A tree is {path: Entry}. A file that differs from both trees is torn, one of neither is a stranger; `judge` names them.
"""

import hashlib, os, pathlib, random, re, shutil, signal, stat, subprocess, tempfile
from typing import NamedTuple

STAGING = ".portgen-staging"
# What git keeps for itself: a refreshed index is no fault.
OF_GIT = ".git/"
NAMES = ["api", "web", "db", "mail", "auth", "jobs", "log"]
HEAD = """version = 1
[platform]
name = "P"
id = "p"
[ranges]
all = { ports = "20000-29999", purpose = "All" }
[groups.g]
ranges = ["all"]
"""
TEMPLATE = """{#-
output: ports.txt
format: text
claims: any
-#}
{% for service in services %}
{{ service.id }} {% for binding in service.bindings %}{{ binding.host }}{% endfor %}

{% endfor %}
{% for line in range(300) %}
# Longer than any lock.
{% endfor %}
"""


README = b"""# P

<!-- portgen:begin ports-table -->
<!-- portgen:end -->

Mine.

<!-- portgen:begin env -->
<!-- portgen:end -->
"""
# What a person writes into a block.
EDITED = b"Mine, too.\n"


def blocks(tree):
    """The texts of the blocks in README.md."""
    readme = tree.get("README.md")
    return re.findall(rb"begin [^\n]*\n(.*?)<!-- portgen:end", readme.content, re.DOTALL) if readme else []



class Entry(NamedTuple):
    """A file with its bytes, or a folder with None."""

    mode: int
    content: bytes | None


def folder():
    """A folder in memory, where there is such a thing."""
    return tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None)


def read_tree(root, base=""):
    tree = {}
    for entry in os.scandir(os.path.join(root, base)):
        path = base + entry.name
        mode = stat.S_IMODE(entry.stat(follow_symlinks=False).st_mode)
        if entry.is_dir(follow_symlinks=False):
            tree[path + "/"] = Entry(mode, None)
            tree |= read_tree(root, path + "/")
        else:
            tree[path] = Entry(mode, pathlib.Path(entry.path).read_bytes())
    return tree


def put_tree(root, tree):
    """Makes the folder anew."""
    shutil.rmtree(root, ignore_errors=True)
    os.mkdir(root)
    for path in sorted(tree):
        mode, content = tree[path]
        whole = os.path.join(root, path)
        if content is None:
            os.makedirs(whole, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(whole), exist_ok=True)
            with open(whole, "wb") as file:
                file.write(content)
            os.chmod(whole, mode)
    for path in sorted(tree, reverse=True):
        if tree[path].content is None:
            os.chmod(os.path.join(root, path), tree[path].mode)


def staged(path):
    return path.startswith(STAGING)


def without_staging(tree):
    return {path: entry for path, entry in tree.items() if not staged(path)}


def without_git(tree):
    return {path: entry for path, entry in tree.items() if not path.startswith(OF_GIT)}


def with_modes(tree, before):
    """The tree, with the modes of `before`: what is replaced keeps its own."""
    return {path: entry._replace(mode=before.get(path, entry).mode) for path, entry in tree.items()}


class Scene:
    """A project at `root` and a command; `before` and `after` are its trees, `finish` is the command that completes it.

    `settled` has, for each text of ports.toml that may be there by then, the trees of complete runs: from `before`, and from `after`.
    """

    def __init__(self, portgen, root, seed):
        self.portgen, self.root, self.chance = portgen, root, random.Random(seed)
        self.env = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        # A scene whose command does nothing, or is refused, shows nothing.
        while not self.make():
            pass

    def run(self, *arguments, wrap=(), **options):
        """Runs portgen; one that hangs ends with all that it has started, and with a signal as its exit code."""
        program = [*wrap, self.portgen, "-C", self.root, *arguments]
        pipes = dict(stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with subprocess.Popen(program, env=self.env, start_new_session=True, **pipes, **options) as process:
            try:
                out, err = process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                out, err = process.communicate()
            return subprocess.CompletedProcess(program, process.returncode, out, err)

    def make(self):
        chance = self.chance
        directory = chance.choice(["generated", "generated", "made/by"])
        names = chance.sample(NAMES, chance.randint(1, 5))
        tree = self.people(names)
        tree["ports.toml"] = Entry(chance.choice([0o644, 0o600]), self.ports_toml(names, directory).encode())
        put_tree(self.root, tree)
        kind = chance.choice(["fresh", "edited", "force", "replace", "add", "move", "rename", "remove", "reserve", "add", "move"])
        self.command, self.finish = ["write"], ["write"]
        if kind != "fresh":
            self.run("write").check_returncode()
            self.modes(directory)
        if chance.random() < 0.2:
            self.commit()
        self.earlier = pathlib.Path(self.root, "ports.toml").read_bytes()
        getattr(self, f"scene_{kind}")(names, directory)
        self.before = read_tree(self.root)
        done = self.run(*self.command)
        self.after = with_modes(read_tree(self.root), self.before)
        self.kind, self.said = kind, done.stdout
        if done.returncode != 0 or without_git(self.after) == without_git(self.before):
            return False
        # A run that is stopped before ports.toml is in its place is completed from the old one; and somebody may change it in between.
        texts = {self.earlier, *(tree["ports.toml"].content for tree in (self.before, self.after))}
        self.settled = {text: [self.completed(tree, text) for tree in (self.before, self.after)] for text in texts}
        return all(None not in trees for trees in self.settled.values())

    def completed(self, tree, text):
        """The tree that `finish` makes of another with this ports.toml; None where it is refused."""
        put_tree(self.root, tree | {"ports.toml": tree["ports.toml"]._replace(content=text)})
        return with_modes(without_git(read_tree(self.root)), tree) if self.run(*self.finish).returncode == 0 else None

    def people(self, names):
        """Files of people: of portgen's concern, and not."""
        chance = self.chance
        tree = {"README.md": Entry(0o644, README), "apps/notes.txt": Entry(0o640, b"20001\n")}
        for at, name in enumerate(names):
            scripts = f'{{"name": "{name}", "scripts": {{"dev": "vite --port {self.port(at)}"}}}}\n'
            tree[f"apps/{name}/package.json"] = Entry(chance.choice([0o644, 0o600, 0o664]), scripts.encode())
        if chance.random() < 0.3:
            tree["templates/ports.txt.j2"] = Entry(0o644, TEMPLATE.encode())
        return tree

    def port(self, at):
        return 20001 + 100 * at

    def ports_toml(self, names, directory, first=0):
        chance = self.chance
        text = HEAD + chance.choice(["", "", "# Longer than any lock.\n" * 400]) + f'[outputs]\ndirectory = "{directory}"\n' * (directory != "generated")
        if chance.random() < 0.4:
            # A folder besides that of the lock.
            text += '[outputs.paths]\n"PORT_ALLOCATION.md" = "docs/ports/ALLOCATION.md"\n'
        self.has_blocks = chance.random() < 0.5
        if self.has_blocks:
            text += '[references]\nfiles = ["README.md"]\n'
        for at, name in enumerate(names):
            text += f'[services.{name}]\ngroup = "g"\nport = {self.port(at) + first}\n'
            if chance.random() < 0.5:
                text += f'package = "apps/{name}/package.json"\nscripts = ["dev"]\n'
            if at and chance.random() < 0.3:
                text += f'depends-on = ["{names[at - 1]}"]\n'
        return text

    def modes(self, directory):
        """Some outputs that a person made less or more open."""
        made = pathlib.Path(self.root, directory)
        for path in sorted(made.rglob("*")):
            if path.is_file() and self.chance.random() < 0.2:
                path.chmod(self.chance.choice([0o600, 0o640, 0o664, 0o755]))
        (made / "mine.txt").write_bytes(b"20001 is mine\n")

    def commit(self):
        git = ["git", "-C", self.root, "-c", "user.name=p", "-c", "user.email=p@example.com"]
        for arguments in [["init", "-q", "--template="], ["add", "-A"], ["commit", "-q", "-m", "x"], ["repack", "-adq"]]:
            subprocess.run([*git, *arguments], env=self.env, check=True, capture_output=True)

    def edit(self, path, change):
        path = pathlib.Path(self.root, path)
        path.write_bytes(change(path.read_bytes()))

    def moved(self, text):
        digit = b"%d" % self.chance.choice([3, 5, 7])
        return re.sub(rb"port = 2(\d{4})", lambda found: b"port = 2" + digit + found[1][1:], text)

    def outputs(self, directory):
        made = sorted(pathlib.Path(self.root, directory).rglob("*"))
        return [path for path in made if path.is_file() and path.name not in ("portgen.lock", "mine.txt")]

    def scene_fresh(self, names, directory):
        """What is there may be edited after the run was stopped."""
        self.earlier = self.moved(self.earlier)

    def scene_edited(self, names, directory):
        """Services come, go and get other ports."""
        self.edit("ports.toml", self.moved)
        if self.chance.random() < 0.5:
            self.edit("ports.toml", lambda text: text + b'[services.late]\ngroup = "g"\nport = 29000\n')
        if len(names) > 1 and self.chance.random() < 0.5:
            last = f"[services.{names[-1]}]".encode()
            self.edit("ports.toml", lambda text: text[: text.index(last)])

    def scene_force(self, names, directory):
        self.scene_edited(names, directory)
        if not self.has_blocks or self.chance.random() < 0.5:
            self.chance.choice(self.outputs(directory)).write_bytes(b"edited by hand\n")
        if self.has_blocks:
            self.edit("README.md", lambda text: text.replace(b"<!-- portgen:end", EDITED + b"<!-- portgen:end", self.chance.randint(1, 2)))
        self.command, self.finish = ["write", "--force"], ["write", "--force"]

    def scene_replace(self, names, directory):
        self.edit("ports.toml", lambda text: text + b'[services.late]\ngroup = "g"\nport = 29000\n')
        pathlib.Path(self.root, directory, "env/late.env").write_bytes(b"LATE=1\n")
        self.command, self.finish = ["write", "--replace"], ["write", "--replace"]

    def scene_add(self, names, directory):
        self.command = ["add", "late", "--group", "g"]
        if self.chance.random() < 0.5:
            self.command += ["--depends-on", names[0]]

    def scene_move(self, names, directory):
        self.command = ["move", self.chance.choice(names), str(self.chance.randint(25000, 25999))]

    def scene_rename(self, names, directory):
        self.command = ["rename", self.chance.choice(names), "late"]

    def scene_remove(self, names, directory):
        self.command = ["remove", self.chance.choice(names), "--force"]

    def scene_reserve(self, names, directory):
        self.command = ["reserve", "26000-26010", "--reason", "kept"]
        # The outputs are behind: they follow in the same run.
        if self.chance.random() < 0.5:
            self.edit("ports.toml", lambda text: text.replace(b"port = 20001", b"port = 20009"))

    def judge(self, tree, *further):
        """What is torn, lost, foreign, or has another mode, in a tree that a stopped run has left; it may be of `further` trees too."""
        trees, faults = [self.before, self.after, *further], []
        for path in sorted(set().union(tree, *trees)):
            if staged(path) or path.startswith(OF_GIT):
                continue
            now, whole = tree.get(path), [tree.get(path) for tree in trees]
            is_lock = path.endswith("portgen.lock")
            if now not in whole and not (is_lock and now and self.is_interim(now, trees, whole)):
                faults.append(f"{path} is {shown(now)}, not {either(whole)}")
        return faults

    def is_interim(self, now, trees, whole):
        """While files change, the lock knows those of all trees; but nothing else."""
        known = set()
        for entry in filter(None, whole):
            known.update(entry.content.splitlines())
        for tree in trees:
            files = [(path, entry.content) for path, entry in tree.items() if entry.content is not None]
            known.update(f"{hashlib.sha256(content).hexdigest()}  {path}".encode() for path, content in files)
            known.update(f"# README.md: block {hashlib.sha256(block).hexdigest()}".encode() for block in blocks(tree))
        lines = now.content.splitlines()
        return now.mode in [entry.mode for entry in whole if entry] and known.issuperset(lines)

    def owned(self):
        """The outputs of both trees."""
        locks = [tree[path].content for tree in (self.before, self.after) for path in tree if path.endswith("portgen.lock")]
        return {line.split("  ", 1)[1] for lock in locks for line in lock.decode().splitlines() if not line.startswith("#")}

    def recover(self, finish=None, made_again=frozenset()):
        """Completes what was stopped: what is wrong with the result. Files that are `made_again` have any mode; one that was removed may be there."""
        stopped = read_tree(self.root)
        wanted = self.wanted(stopped)
        if not wanted:
            return [f"ports.toml is {shown(stopped.get('ports.toml'))}"]
        finish = finish or self.completion(stopped)
        done = self.run(*finish)
        if done.returncode != 0:
            return [f"{' '.join(finish)} ended with {done.returncode}: {done.stderr.decode()}"]
        tree = without_git(read_tree(self.root))
        faults = []
        for path in sorted(set().union(tree, *wanted)):
            now, whole = tree.get(path), [tree.get(path) for tree in wanted]
            # What was removed and is made again is as open as any new file.
            any_mode = path in made_again or path not in stopped
            same = now in whole or any_mode and now and now.content in [then.content for then in whole if then]
            if staged(path) or not same and not (path in made_again and None in whole):
                faults.append(f"after {' '.join(finish)}, {path} is {shown(now)}, not {either(whole)}")
        return faults

    def wanted(self, stopped):
        """The trees of complete runs with the ports.toml that is there; none where it is torn."""
        ports_toml = stopped.get("ports.toml")
        return self.settled.get(ports_toml and ports_toml.content, [])

    def completion(self, stopped):
        """The command that completes a stopped run: as soon as the lock is another one, it knows what was to be replaced."""
        locks = [path for path in stopped if path.endswith("portgen.lock")]
        return ["write"] if any(stopped[path] != self.before.get(path) for path in locks) else self.finish


# Calls that take a file out of the staging folder.
RENAMES = ["rename", "renameat", "renameat2", "link", "linkat"]
# Calls that change what is on the disk.
CHANGING = ["open", "openat", "openat2", "write", "pwrite64", "writev", "fchmod", "fsync", "fdatasync", "syncfs", "ftruncate", "mkdir",
            "mkdirat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "link", "linkat", "symlinkat", "flock", "close"]
TRACED = "%file,%desc"
# Of portgen alone: git, which it runs, makes calls of the same names, and would be struck before it.
STRACE = ["strace", "-f", "-b", "execve", "-qq"]
# What portgen says, and how it speaks with git: neither is a file.
OF_PIPES = re.compile(r"write\(2\b|\w+\(\d+<pipe:")


class Call(NamedTuple):
    """The `nth` call of `name` in one process."""

    name: str
    nth: int

    def strace(self, what):
        """strace that does something to this call."""
        return [*STRACE, "-e", f"trace={self.name}", "--inject", f"{self.name}:{what}:when={self.nth}"]


def calls(scene):
    """Every file-related call of the command, without those that load the program: its line in the log of strace."""
    log = scene.root + ".strace"
    put_tree(scene.root, scene.before)
    scene.run(*scene.command, wrap=[*STRACE, "-y", "-o", log, "-e", f"trace={TRACED}"])
    counts, loading, found, begun = {}, {}, {}, False
    for line in open(log):
        process, call = line.split(maxsplit=1)
        # Loading ends where the folder of the project comes up.
        begun |= scene.root in call and not call.startswith("execve")
        name = re.match(r"(\w+)\(", call)
        if not name:
            continue
        counts[process, name[1]] = counts.get((process, name[1]), 0) + 1
        if not begun:
            loading[name[1]] = counts[process, name[1]]
        elif counts[process, name[1]] > loading.get(name[1], 0) and not OF_PIPES.match(call):
            found[Call(name[1], counts[process, name[1]])] = call
    return found


def either(entries):
    return " or ".join(dict.fromkeys(map(shown, entries)))


def shown(entry):
    if entry is None:
        return "absent"
    if entry.content is None:
        return f"a folder {entry.mode:o}"
    start = entry.content[:40]
    return f"{len(entry.content)} bytes {entry.mode:o} {hashlib.sha256(entry.content).hexdigest()[:6]} ({start!r})"
