"""Runs every check, or with --self-test proves that every check can fail."""

import sys
from pathlib import Path

from . import self_test
from .site import Site
from .table import CHECKS


def main(arguments: list[str]) -> int:
    root = Path.cwd()
    if arguments == ["--self-test"]:
        return self_test.run(root)
    if arguments:
        print(f"unknown argument {arguments[0]}; there is only --self-test", file=sys.stderr)
        return 2
    return check(Site(root))


def check(site: Site) -> int:
    failed = 0
    for name, function in CHECKS.items():
        complaints = list(function(site))
        print(f"  {'ok  ' if not complaints else 'FAIL'} {name}: {function.__doc__}")
        for complaint in complaints:
            print(f"       {complaint}")
        failed += bool(complaints)
    bindings = sum(len(service.bindings) for service in site.services.values())
    print(f"{len(CHECKS) - failed} of {len(CHECKS)} checks agree with ports.toml on {bindings} ports")
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
