#!/usr/bin/env bash
# pytest-lsp 1.0.1 (PyPI): a test fails where the server does what the client offers.
#
# `client_capabilities("visual_studio_code")` offers dynamic registration of file watchers, and so does the profile of Emacs 29.1. A server
# that registers one by `client/registerCapability` (LSP 3.17) is answered "Method Not Found", and pytest-lsp
# makes a failed test of that, whatever the test asks. It passes once the test itself has a handler for that request.
# Output seen on 2026-12-01 with Python 3.11, pygls 2.1.1 and lsprotocol 2025.0.0; the server below is one of pygls:
#
#     visual_studio_code offers dynamic registration: True
#     Method Not Found: client/registerCapability
#     1 failed, 2 passed
#
# `portgen lsp` asks editors to watch ports.toml; its tests with pytest-lsp have such a handler.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pytest-lsp==1.0.1 pytest==9.2.0 pytest-asyncio==1.5.0 pygls==2.1.1 lsprotocol==2025.0.0
cat >server.py <<'PYTHON'
from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("watcher", "1")


@server.feature(types.INITIALIZED)
async def initialized(params):
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers=[types.FileSystemWatcher(glob_pattern="**/a.toml")])
    watch = types.Registration(id="watch", method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES, register_options=options)
    server.client_register_capability(types.RegistrationParams(registrations=[watch]))


@server.feature(types.TEXT_DOCUMENT_HOVER)
def hover(params):
    return None


server.start_io()
PYTHON
cat >test_watch.py <<'PYTHON'
import sys

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

EDITOR = "visual_studio_code"
ABLE = client_capabilities(EDITOR)


@pytest_lsp.fixture(params=["bare", "with a handler"], config=ClientServerConfig(server_command=[sys.executable, "server.py"]))
async def editor(request, lsp_client: LanguageClient):
    if request.param == "with a handler":
        lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
    await lsp_client.initialize_session(types.InitializeParams(capabilities=ABLE, root_uri="file:///"))
    yield lsp_client
    await lsp_client.shutdown_session()


@pytest.mark.asyncio
async def test_nothing_is_there(editor):
    place = types.TextDocumentIdentifier(uri="file:///a"), types.Position(line=0, character=0)
    assert await editor.text_document_hover_async(types.HoverParams(*place)) is None


def test_offer(capsys):
    with capsys.disabled():
        print(f"\n{EDITOR} offers dynamic registration: {ABLE.workspace.did_change_watched_files.dynamic_registration}")
PYTHON
(venv/bin/python -m pytest -q -p no:cacheprovider -o asyncio_default_fixture_loop_scope=function test_watch.py || true) >all 2>&1
{
  grep -o 'visual_studio_code offers.*' all
  grep -o 'Method Not Found: .*' all | head -1 | sed "s/'.*//"
  grep -oE '[0-9]+ failed, [0-9]+ passed' all
} | tee seen
diff - seen <<'TEXT'
visual_studio_code offers dynamic registration: True
Method Not Found: client/registerCapability
1 failed, 2 passed
TEXT
