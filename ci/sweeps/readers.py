"""Readers of what portgen makes, none of them ours. Each gives what it has read as dicts, lists and strings; a reader that fails is a `Refused`."""

import json, os, subprocess

import dotenv, markdown_it, yaml


class Refused(Exception):
    """A reader has refused a file."""


def output(*command, cwd, given=b""):
    """What a program prints, with nothing but PATH and HOME in its environment."""
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(command, cwd=cwd, env=env, input=given, capture_output=True, check=False)
    if done.returncode != 0:
        raise Refused(f"{command[0]}: {done.stderr[-500:].decode(errors='replace')}")
    return done.stdout.decode()


def read_yaml(text):
    """PyYAML on libyaml: YAML 1.1."""
    try:
        return yaml.load(text, yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise Refused(f"PyYAML: {error}") from error


def docker_compose(root, *options):
    """The services as Docker Compose understands them: YAML in Go."""
    return json.loads(output("docker-compose", "config", "--format", "json", *options, cwd=root))["services"]


def kustomize(root, path):
    """A manifest as kustomize writes it anew: YAML in Go, as Kubernetes reads it."""
    (root / "kustomization.yaml").write_text(f"resources: [{path}]\n")
    # Go leaves `<<` and `=` plain, which YAML 1.1 reads as more than a string.
    return yaml.load(output("kustomize", "build", ".", cwd=root), yaml.CBaseLoader)


def bash(path):
    return assignments(output("bash", "-c", 'set -a; . "./$0"; env --null', path.name, cwd=path.parent).split("\0"))


def node(path):
    script = "process.stdout.write(JSON.stringify(process.env))"
    return json.loads(output("node", f"--env-file={path}", "--eval", script, cwd=path.parent))


def compose_environment(path):
    command = ["docker-compose", "--file", "-", "--env-file", path.name, "config", "--environment"]
    return assignments(output(*command, cwd=path.parent, given=b"services: { a: { image: a } }").split("\n"))


def assignments(rows):
    return dict(row.split("=", 1) for row in rows if row)


# Each reader of .env files by its name.
ENVIRONMENTS = {"bash": bash, "node": node, "python-dotenv": dotenv.dotenv_values, "Docker Compose": compose_environment}


def markdown(text):
    """Headings of the second level and rows of tables in their order; what is more than text is a list of what it is."""
    tokens = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    found, row = [], None
    for token, inline in zip(tokens, tokens[1:]):
        if token.type == "heading_open" and token.tag == "h2":
            found.append(shown(inline))
        elif token.type == "tr_open":
            row = []
            found.append(row)
        elif token.type in ("th_open", "td_open"):
            row.append(shown(inline))
    return found


def shown(inline):
    children = inline.children or []
    if all(child.type == "text" for child in children):
        return "".join(child.content for child in children)
    return [child.type for child in children]
