#!/usr/bin/env bash
# micro 10.0.1 (npm): `--listen tcp://HOST:PORT` also listens on a Unix socket named HOST, a file in the current directory.
#
# The help offers `micro -l tcp://hostname:1234`. micro makes two endpoints of it and gives each to `server.listen` alone: the port, and the
# host, which Node takes for the path of a socket. When micro ends without its handlers (SIGKILL, a container that is stopped hard), the file
# stays, and the next start fails with EADDRINUSE, on whatever port. Output seen on 2026-11-29 with Node 26.10.0:
#
#     micro: Accepting connections on port 47115
#     micro: Accepting connections on localhost
#     socket localhost
#     Error: listen EADDRINUSE: address already in use localhost
#
# portgen keeps the port of such an address in step all the same. Its script that proves the table of programs starts each in a
# folder of its own because of it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --no-audit --no-fund --silent --prefix tools node@26.10.0 micro@10.0.1 >/dev/null 2>&1
export PATH="$work/tools/node_modules/.bin:$PATH"
: >first
echo 'module.exports = () => "x";' >server.js
micro --listen tcp://localhost:47115 server.js >first &
for _ in {1..100}; do [[ $(wc -l <first) -ge 2 ]] && break || sleep 0.1; done
kill -9 $!
wait $! 2>/dev/null || true
{
  head -2 first
  [[ -S localhost ]] && echo 'socket localhost'
  (micro --listen tcp://localhost:47116 server.js || true) 2>&1 | grep -o 'Error: listen.*'
} | tee seen
diff - seen <<'TEXT'
micro: Accepting connections on port 47115
micro: Accepting connections on localhost
socket localhost
Error: listen EADDRINUSE: address already in use localhost
TEXT
