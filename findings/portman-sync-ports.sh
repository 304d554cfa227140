#!/usr/bin/env bash
# portman 1.0.2 (PyPI, "Port manager for containerised development"): `portman sync` publishes a host port twice, and one time more at each run.
#
# It looks for the old port of a service by the range that its kind has (8000 to 8099 for `api`). A port outside of it, such as 4001, is kept,
# and the same number is added a second time, with the container port of the kind (8000) instead of the one that the file states. A port inside
# of it is replaced, and takes that container port as well: `8000:3000` becomes `8010:8000`, where nobody listens. The comments of the file are gone.
#
# Output seen on 2026-12-01 with Python 3.11, after one run and after a second one:
#
#     services:
#       api:
#         image: shop-api
#         ports:
#         - 4001:4001
#         - 4001:8000
#     ---
#     services:
#       api:
#         image: shop-api
#         ports:
#         - 4001:4001
#         - 4001:8000
#         - 4001:8000
#
# portgen changes the digits of a port in the file and nothing else, and reads every output back before it is written.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME=$work/home # portman keeps its registry there
mkdir -p home stacks/shop
cat >stacks/shop/docker-compose.yml <<'YAML'
services:
  # The API of the shop.
  api:
    image: shop-api
    ports: ["4001:4001"]
YAML

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check portman==1.0.2
venv/bin/portman assign api --app shop --port 4001 >/dev/null
{
    venv/bin/portman sync stacks >/dev/null
    cat stacks/shop/docker-compose.yml
    echo ---
    venv/bin/portman sync stacks >/dev/null
    cat stacks/shop/docker-compose.yml
} | tee seen
diff - seen <<'YAML'
services:
  api:
    image: shop-api
    ports:
    - 4001:4001
    - 4001:8000
---
services:
  api:
    image: shop-api
    ports:
    - 4001:4001
    - 4001:8000
    - 4001:8000
YAML
