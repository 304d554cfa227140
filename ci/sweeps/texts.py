"""Hostile texts in everything that a person can write in ports.toml, through every output, into readers that are not ours.

Each text is refused at its line of ports.toml, or every reader gets it back: PyYAML, Docker Compose and kustomize (YAML), json, markdown-it
(Markdown), bash, node, python-dotenv and Docker Compose (.env), git (the patch of `diff`), tomllib (ports.toml after `add`, `move`, `rename`).
A text for people is refused if and only if it is blank, too long or has something hidden; a key in `compose` also if it has more than 500 bytes; a value
there if it has something hidden but line breaks, tabs and joiners; one in a .env file if it has another character than readers agree on. No run takes more than 2 s of processor time or
256 MiB.
"""

import json, multiprocessing, os, pathlib, random, re, subprocess, sys, tempfile, tomllib
from typing import NamedTuple

import readers
from hostile import Texts, is_data, is_for_people, is_hidden, is_key, toml
from limits import run

PORTGEN = os.environ["PORTGEN"]
# In one ports.toml: portgen tells the first 1,000 mistakes of a file, and about one text in five is one.
SERVICES = 230
PER_SERVICE = 16
HEAD = """version = 1
[outputs.paths]
"docker-compose.yml" = "docker-compose.yml"
"""
LIST = """{#-
output: list.json
format: json
claims: any
-#}
{"":[]{% for service in services %},
{{ service.id }}: [{{ service.title }}, {{ service.description }}, {{ service.exception }}
{%- if service.compose %}{% for key, value in service.compose["x-a"] | items %}, {{ key }}, {{ value }}{% endfor %}{% endif %}]
{%- endfor %}}
"""
CONFIG = """{#-
output: %(name)s.yaml
format: %(name)s
claims: any
-#}
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
data:
{%% for service in services %%}
  {{ service.id }}-title: {{ service.title%(filter)s }}
  {{ service.id }}-description: {{ service.description%(filter)s }}
  {{ service.id }}-out-of-range: {{ service.exception%(filter)s }}
{%% for value in (service.compose.command if service.compose else []) %%}
  {{ service.id }}-{{ loop.index0 }}:{{ value%(filter)s | block(4) }}
{%% endfor %%}
{%% endfor %%}
"""
ENV = """{#-
output: plain.env
format: dotenv
claims: any
-#}
{% for service in services if service.group.id == "plain" %}
{{ service.id }}_T={{ service.title }}
{{ service.id }}_D={{ service.description }}
{% endfor %}
"""
EACH = """{#-
output: each/{{ service.id }}.%(name)s
each: service
format: %(name)s
claims: any
-#}
T={{ service.title }}
"""
# kustomize 5 cannot read what it has written itself with one of these.
UNKNOWN_TO_KUSTOMIZE = "\ufffe\uffff"
WITHOUT_THEM = "".join(f' | replace("\\u{ord(one):04x}", "")' for one in UNKNOWN_TO_KUSTOMIZE)
TEMPLATES = {
    "list.json": LIST,
    "yaml.yaml": CONFIG % {"name": "yaml", "filter": ""},
    "kubernetes.yaml": CONFIG % {"name": "kubernetes", "filter": WITHOUT_THEM},
    "plain.env": ENV,
}
MORE = re.compile(r"the same in (\d+) more output")


class Line(NamedTuple):
    """A line of ports.toml: a text, or a key with a text, after `start`."""

    start: str
    key: str | None
    text: str
    is_valid: object

    def is_refused(self):
        return not self.is_valid(self.text) or self.key is not None and not is_key(self.key)


class Project:
    """A ports.toml of hostile texts, each on a line of its own."""

    def __init__(self, seed, services):
        self.chance = random.Random(seed)
        self.texts = Texts(self.chance)
        # Where Compose interpolates, a dollar is written twice.
        self.is_interpolated = seed % 2 == 1
        self.lines = [HEAD, "[platform]\n", 'id = "p"\n', self.people("name")]
        self.of_platform()
        for number in range(services):
            self.service(number)

    def people(self, key):
        return Line(f"{key} = ", None, self.texts.any() if self.chance.random() < 0.3 else self.texts.visible(), is_for_people)

    def data(self, start, keys=None):
        """A text of `compose`, and a key that is not yet in `keys`."""
        key = None if keys is None else self.texts.any()
        while keys is not None and key in keys:
            key += "k"
        if keys is not None:
            keys.add(key)
        text = self.texts.any()
        return Line(start, key, text.replace("$", "$$") if self.is_interpolated else text, is_data)

    def of_platform(self):
        for number in range(10):
            first = 9000 + number * 10
            self.lines += [f"[ranges.r{number}]\n", f'ports = "{first}-{first + 9}"\n', self.people("purpose")]
            self.lines += [f"[groups.g{number}]\n", self.people("title"), self.people("label")]
            self.lines += ["[[reserved]]\n", f"port = {8000 + number}\n", self.people("reason")]
            self.lines += ["[[retired]]\n", f"port = {8100 + number}\n", 'service = "o"\nsince = 2026-01-31\n', self.people("reason")]
        self.lines.append("[groups.plain]\n")

    def service(self, number):
        is_plain = number % 10 == 3
        self.lines += [f"[services.s{number}]\n", f"port = {20000 + number}\n", f'group = "{"plain" if is_plain else f"g{number % 10}"}"\n']
        for key in ["title", "description", "out-of-range"]:
            line = self.people(key)
            self.lines.append(line._replace(text=self.texts.plain()) if is_plain else line)
        self.lines += [f"[services.s{number}.compose]\n", 'image = "x"\n', "command = [\n"]
        self.lines += [self.data(""), self.data(""), "]\n"]
        self.lines.append(f"[services.s{number}.compose.environment]\n")
        self.lines += [self.data(f"E{at} = ") for at in range(3)]
        for key in ["labels", "x-a"]:
            keys = set()
            self.lines += [f"[services.s{number}.compose.{key}]\n", self.data("", keys), self.data("", keys)]

    def put(self, path):
        """Writes the file; the lines with texts by their number."""
        written, numbered, number = [], {}, 1
        for at, line in enumerate(self.lines):
            if isinstance(line, Line):
                numbered[number] = at
                key = "" if line.key is None else toml(line.key, self.chance) + " = "
                comma = "," if line.start == "" and line.key is None else ""
                line = f"{line.start}{key}{toml(line.text, self.chance)}{comma}\n"
            written.append(line)
            number += line.count("\n")
        path.write_bytes("".join(written).encode())
        return numbered

    def replace(self, at):
        """Puts a text that is valid at the place of one that is not."""
        line = self.lines[at]
        self.lines[at] = line._replace(text="x", key=None if line.key is None else f"k{at}")


class Judge:
    """What is wrong with one project, and how many of its texts were refused."""

    def __init__(self, root, seed, services):
        self.root, self.faults, self.refused = pathlib.Path(root), [], 0
        self.ports_toml = self.root / "ports.toml"
        self.project = Project(seed, services)
        (self.root / "templates").mkdir()
        for name, text in TEMPLATES.items():
            (self.root / f"templates/{name}.j2").write_text(text)

    def portgen(self, *arguments):
        done = run(PORTGEN, "-C", self.root, *arguments)
        what = f"portgen {' '.join(map(ascii, arguments))}"
        self.faults += [f"{what} {fault}" for fault in done.faults()]
        hidden = set(filter(is_hidden, (done.out + done.err).decode())) - {"\n"}
        if hidden and arguments[0] != "diff":
            self.faults.append(f"{what} prints {sorted(map(ascii, hidden))}")
        return done

    def judge(self):
        if self.refusals():
            self.make()
            self.expected = tomllib.loads(self.ports_toml.read_text())
            for check in [self.compose, self.documents, self.environment, self.listing, self.edits, self.refused_by_formats]:
                try:
                    check()
                except readers.Refused as refused:
                    self.faults.append(f"{check.__name__}: {refused}")
        return self.faults

    def refusals(self):
        """Whether all that is refused is refused at its line, and nothing else, and the rest is accepted then."""
        numbered = self.project.put(self.ports_toml)
        done = self.portgen("check", "--format", "json")
        self.portgen("check")
        lines = {at: self.project.lines[at] for at in numbered.values()}
        wanted = {at for at, line in lines.items() if line.is_refused()}
        report = json.loads(done.out)
        found = {numbered.get(place["line"]) for one in report["diagnostics"] if one["severity"] == "error" for place in one["places"][:1]}
        for at in sorted(wanted ^ found, key=str)[:5]:
            self.faults.append(f"{ascii(lines.get(at))} is {'not refused' if at in wanted else 'refused'}: {report['diagnostics'][:1]}")
        for at in wanted:
            self.project.replace(at)
        self.refused += len(wanted)
        self.project.put(self.ports_toml)
        done = self.portgen("check")
        if done.code != 0:
            self.faults.append(f"what is left is refused: {done.err[:1500].decode()}")
        return done.code == 0

    def make(self):
        """Writes every output, by `write` or by git, from the patch of `diff`."""
        if self.project.is_interpolated:
            self.portgen("write")
        else:
            patch = self.portgen("diff").out
            subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], cwd=self.root, input=patch, check=True)
        left = self.portgen("diff")
        if left.code != 0:
            self.faults.append(f"is not the same once it is made: {left.out[:500]}")

    def compare(self, where, expected, found):
        """Reports the first few places where two trees differ."""
        if len(self.faults) > 10 or expected == found:
            return
        if isinstance(expected, dict) and isinstance(found, dict) and list(expected) == list(found):
            for key in expected:
                self.compare(f"{where}.{ascii(key)}", expected[key], found[key])
        elif isinstance(expected, list) and isinstance(found, list) and expected and found:
            for at, both in enumerate(zip(expected, found)):
                self.compare(f"{where}[{at}]", *both)
            self.compare(f"the length of {where}", len(expected), len(found))
        else:
            self.faults.append(f"{where} is {ascii(found)[:500]}, not {ascii(expected)[:500]}")

    def compose(self):
        made = (self.root / "docker-compose.yml").read_bytes()
        expected = {id: service["compose"] for id, service in self.expected["services"].items()}
        found = readers.read_yaml(made)["services"]
        self.compare("docker-compose.yml", expected, {id: {key: service.get(key) for key in expected[id]} for id, service in found.items()})
        options = [] if self.project.is_interpolated else ["--no-interpolate"]
        found = readers.docker_compose(self.root, *options)
        if self.project.is_interpolated:
            # Compose doubles every dollar again where it shows what it has interpolated, also in keys.
            expected, found = interpolated(expected), with_texts(found, lambda text: text.replace("$$", "$"))
        # Extensions are not shown.
        expected = {id: {key: one for key, one in service.items() if key != "x-a"} for id, service in expected.items()}
        found = {id: {key: found[id].get(key) for key in expected[id]} for id in expected}
        self.compare("docker compose config", by_key(expected), by_key(found))

    def documents(self):
        services = self.expected["services"]
        expected = {"": []}
        for id, service in services.items():
            pairs = [text for pair in service["compose"]["x-a"].items() for text in pair]
            expected[id] = [service[key] for key in ("title", "description", "out-of-range")] + pairs
        self.compare("list.json", expected, json.loads((self.root / "generated/list.json").read_text()))
        data = {}
        for id, service in services.items():
            data |= {f"{id}-{key}": service[key] for key in ("title", "description", "out-of-range")}
            data |= {f"{id}-{at}": text for at, text in enumerate(service["compose"]["command"])}
        self.compare("yaml.yaml", data, readers.read_yaml((self.root / "generated/yaml.yaml").read_bytes())["data"])
        data = {key: text.translate(dict.fromkeys(map(ord, UNKNOWN_TO_KUSTOMIZE))) for key, text in data.items()}
        self.compare("kustomize build", by_key(data), by_key(readers.kustomize(self.root, "generated/kubernetes.yaml")["data"]))
        found = readers.markdown((self.root / "generated/PORT_ALLOCATION.md").read_text())
        self.compare("PORT_ALLOCATION.md", self.document(), [row.strip() if isinstance(row, str) else row for row in found])

    def document(self):
        """What the port document says: headings, and rows of tables."""
        said = []
        for id, group in self.expected["groups"].items():
            services = [one for one in self.expected["services"].values() if one["group"] == id]
            if services:
                said += [group.get("title", id).strip(), [group.get("label", "Service").strip(), "Port", "Description"]]
                said += [[one["title"].strip(), str(one["port"]), one["description"].strip()] for one in services]
        said += ["Port Ranges", ["Range", "Purpose"]]
        said += [[one["ports"], one["purpose"].strip()] for one in self.expected["ranges"].values()]
        said += ["Exceptions", ["Service", "Port", "Reason"]]
        for service in self.expected["services"].values():
            said.append([service["title"].strip(), str(service["port"]), service["out-of-range"].strip()])
        said += ["Reserved Numbers", ["Number", "Reason"]]
        said += [[str(one["port"]), one["reason"].strip()] for one in self.expected["reserved"]]
        said += ["Retired Numbers", ["Number", "Former owner", "Since", "Reason"]]
        said += [[str(one["port"]), one["service"], str(one["since"]), one["reason"].strip()] for one in self.expected["retired"]]
        return [*said, "Development vs Production", "Updating Ports"]

    def environment(self):
        plain = {id: service for id, service in self.expected["services"].items() if service["group"] == "plain"}
        expected = {f"{id}_T": service["title"] for id, service in plain.items()}
        expected |= {f"{id}_D": service["description"] for id, service in plain.items()}
        file = self.root / "plain.env"
        file.write_bytes((self.root / "generated/plain.env").read_bytes())
        for name, reader in readers.ENVIRONMENTS.items():
            found = reader(file)
            self.compare(f"plain.env in {name}", expected, {key: found.get(key) for key in expected})

    def listing(self):
        listed = json.loads(self.portgen("list", "--format", "json").out)["services"]
        found = {one["id"]: [one["title"], one["description"], one["outOfRange"]] for one in listed}
        wanted = {id: [one["title"], one["description"], one["out-of-range"]] for id, one in self.expected["services"].items()}
        self.compare("list", wanted, found)
        self.portgen("list")
        self.portgen("show", "s0")

    def edits(self):
        """Edits change what they are to change in ports.toml, whatever stands around it, and a hostile argument is a text or refused."""
        services = self.expected["services"]
        self.edit("move", "s1", "30000", "--no-retire", f"--out-of-range={services['s1']['out-of-range']}")
        services["s1"]["port"] = {"host": 30000, "container": 20001, "service": 20001}
        self.edit("rename", "s2", "t2")
        services = self.expected["services"] = {"t2" if id == "s2" else id: one for id, one in services.items()}
        for number in range(4):
            # An argument cannot have a NUL.
            title, reason = [self.project.texts.any().replace("\0", "") for _ in range(2)]
            added = {"title": title, "group": "g1", "port": 31000 + number, "out-of-range": reason}
            texts = [f"--title={title}", f"--out-of-range={reason}"]
            done = self.portgen("add", f"n{number}", "-g", "g1", "-p", str(added["port"]), *texts)
            if done.code == 0:
                services[f"n{number}"] = added
            elif is_for_people(title) and is_for_people(reason):
                self.faults.append(f"add refuses {ascii(texts)}: {done.err[:500].decode()}")
        self.compare("ports.toml after edits", self.expected, tomllib.loads(self.ports_toml.read_text()))

    def edit(self, *arguments):
        done = self.portgen(*arguments)
        if done.code != 0:
            self.faults.append(f"portgen {' '.join(arguments)} ends with {done.code}: {done.err[:500].decode()}")

    def refused_by_formats(self):
        """How many titles the formats without quotes refuse."""
        for name in ["dotenv", "text"]:
            (self.root / f"templates/each.{name}.j2").write_text(EACH % {"name": name})
        titles = [one.get("title", "") for one in tomllib.loads(self.ports_toml.read_text())["services"].values()]
        refused = sum(re.fullmatch(r"[A-Za-z0-9_./:@%+,=\[\]-]*", title) is None for title in titles)
        said = json.loads(self.portgen("check", "--format", "json").out)["diagnostics"]
        found = [1 + sum(int(more) for more in MORE.findall(" ".join(one["help"]))) for one in said if one["code"] == "template"]
        self.compare("titles that .env and text files refuse", [refused, refused], found)


def by_key(tree):
    """As Go writes it: the keys of each map sorted."""
    if isinstance(tree, dict):
        return {key: by_key(tree[key]) for key in sorted(tree)}
    return [by_key(one) for one in tree] if isinstance(tree, list) else tree


def interpolated(tree):
    """As Compose interpolates it: values, not keys."""
    if isinstance(tree, dict):
        return {key: interpolated(value) for key, value in tree.items()}
    return [interpolated(one) for one in tree] if isinstance(tree, list) else tree.replace("$$", "$")


def with_texts(tree, change):
    """A tree with each text changed, and each key."""
    if isinstance(tree, dict):
        return {change(key): with_texts(value, change) for key, value in tree.items()}
    if isinstance(tree, list):
        return [with_texts(one, change) for one in tree]
    return change(tree) if isinstance(tree, str) else tree


def judge(task):
    seed, services = task
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as root:
        judge = Judge(root, seed, services)
        faults = judge.judge()
        return [f"seed {seed} with {services} services: {fault}" for fault in faults], judge.refused


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    projects = -(-count // (SERVICES * PER_SERVICE))
    services = -(-count // (projects * PER_SERVICE))
    # A process of its own for each, so that what readers have in memory does not count as portgen's.
    with multiprocessing.Pool(maxtasksperchild=1) as pool:
        results = list(pool.imap_unordered(judge, [(seed + at, services) for at in range(projects)], chunksize=1))
    faults = [fault for some, _ in results for fault in some]
    refused = sum(some for _, some in results)
    print(*faults[:20], sep="\n", end="\n" if faults else "")
    print(f"{projects * services * PER_SERVICE} texts in {projects} files from seed {seed}, {refused} lines refused, {len(faults)} failures")
    sys.exit(bool(faults) or not refused)


if __name__ == "__main__":
    main()
