#!/usr/bin/env bash
# compose-go 2.10.1 (Docker Compose 5): `depends_on` with `required: false` still demands that the service is defined.
#
# The Compose specification says of `required: false` that Compose only warns when the dependency is not started or available. A service that no
# file defines is refused all the same, at every command; one that is defined, and whose profile is not active, is left out without a word. So
# an optional dependency on a service of another Compose file, which is there on some machines only, cannot be stated. Output seen on
# 2026-11-29 with Go 1.26.8:
#
#     undefined: service "web" depends on undefined service "cache": invalid compose project
#     inactive: <nil>
#
# portgen refuses an undefined name in `depends_on` with `undefined-compose-name`, whether it is required or not.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >go.mod <<'MOD'
module probe

go 1.24

require github.com/compose-spec/compose-go/v2 v2.10.1
MOD
cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	for _, name := range os.Args[1:] {
		options, err := cli.NewProjectOptions([]string{name + ".yaml"}, cli.WithName("probe"))
		if err == nil {
			_, err = options.LoadProject(context.Background())
		}
		fmt.Printf("%s: %v\n", name, err)
	}
}
GO
cat >undefined.yaml <<'YAML'
services:
  web:
    image: web:1
    depends_on:
      cache:
        condition: service_started
        required: false
YAML
{ cat undefined.yaml; printf '  cache:\n    image: cache:1\n    profiles: [extra]\n'; } >inactive.yaml
go mod tidy >/dev/null 2>&1
go run . undefined inactive | tee seen
diff - seen <<'TEXT'
undefined: service "web" depends on undefined service "cache": invalid compose project
inactive: <nil>
TEXT
