"""`portgen lsp` with the abilities that editors have: pytest-lsp answers as each of them, and checks what it is told against them."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

SCENE = Path(__file__).parent / "scene"
EDITORS = ["visual_studio_code", "neovim", "emacs"]


@pytest.fixture
def shop(tmp_path):
    root = tmp_path / "shop"
    shutil.copytree(SCENE, root)
    subprocess.run(["git", "init", "--quiet", root], check=True)
    subprocess.run(["git", "-C", root, "add", "."], check=True)
    return root


@pytest_lsp.fixture(params=EDITORS, config=ClientServerConfig(server_command=[os.environ["PORTGEN"], "lsp"]))
async def editor(request, lsp_client: LanguageClient, shop):
    # Editors that say that they can be asked to watch files can; pytest-lsp leaves that to the test.
    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def watch(params: types.RegistrationParams):
        assert params.registrations[0].register_options["watchers"] == [{"globPattern": "**/ports.toml"}]

    folder = types.WorkspaceFolder(uri=shop.as_uri(), name="shop")
    capabilities = client_capabilities(request.param)
    params = types.InitializeParams(capabilities=capabilities, root_uri=shop.as_uri(), workspace_folders=[folder])
    await lsp_client.initialize_session(params)
    yield lsp_client
    await lsp_client.shutdown_session()


async def opened(editor, path):
    """Opens a file, and waits for what is said of it."""
    uri = path.as_uri()
    item = types.TextDocumentItem(uri=uri, language_id="plaintext", version=1, text=path.read_text())
    editor.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    while uri not in editor.diagnostics:
        await editor.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    return types.TextDocumentIdentifier(uri=uri)


def place(path, word):
    """The position of a word as editors count: in units of UTF-16."""
    for line, text in enumerate(path.read_text().splitlines()):
        if word in text:
            return types.Position(line=line, character=len(text[: text.index(word)].encode("utf-16-le")) // 2)
    raise AssertionError(f"{path} has no {word}")


@pytest.mark.asyncio
async def test_findings_stand_at_their_numbers(editor, shop):
    env = await asyncio.wait_for(opened(editor, shop / ".env.example"), 20)
    [finding] = editor.diagnostics[env.uri]
    assert (finding.code, finding.source) == ("contradicting-port", "portgen")
    assert finding.range.start == place(shop / ".env.example", "4011")


@pytest.mark.asyncio
async def test_a_number_leads_to_its_service_and_back(editor, shop):
    file = shop / "compose.yaml"
    compose = await asyncio.wait_for(opened(editor, file), 20)
    at = place(file, "4001")
    hover = await editor.text_document_hover_async(types.HoverParams(text_document=compose, position=at))
    assert hover.contents.value.startswith("**`auth`**")
    params = types.DefinitionParams(text_document=compose, position=at)
    definition = await editor.text_document_definition_async(params)
    assert definition.uri == (shop / "ports.toml").as_uri()
    assert definition.range.start == place(shop / "ports.toml", "4001")
    context = types.ReferenceContext(include_declaration=False)
    references = await editor.text_document_references_async(
        types.ReferenceParams(text_document=compose, position=at, context=context)
    )
    assert {Path(one.uri).name for one in references} == {".env.example", "compose.yaml"}


@pytest.mark.asyncio
async def test_a_rename_and_an_action_are_edits_that_the_editor_can_make(editor, shop):
    file = shop / "ports.toml"
    ports = await asyncio.wait_for(opened(editor, file), 20)
    at = place(file, "auth]")
    edit = await editor.text_document_rename_async(
        types.RenameParams(text_document=ports, position=at, new_name="identity")
    )
    assert [one.new_text for one in edit.changes[ports.uri]] == ['depends-on = ["identity"]\n', "[services.identity]\n"]
    spot = types.Range(start=place(file, "4000 # taken"), end=place(file, "4000 # taken"))
    actions = await editor.text_document_code_action_async(
        types.CodeActionParams(text_document=ports, range=spot, context=types.CodeActionContext(diagnostics=[]))
    )
    assert [one.title for one in actions] == ["Take 4002, the first free port of `backend`"]
    assert [one.new_text for one in actions[0].edit.changes[ports.uri]] == ["4002"]
