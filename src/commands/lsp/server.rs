//! What an editor asks, and what it is told.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response, ResponseError};
use lsp_types::notification::{self, Notification as _, PublishDiagnostics};
use lsp_types::request::{self, Request as _};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProviderCapability, CodeActionResponse,
    GotoDefinitionParams, GotoDefinitionResponse, Hover, HoverParams, HoverProviderCapability, InitializeParams,
    Location, OneOf, PrepareRenameResponse, PublishDiagnosticsParams, ReferenceParams, RenameOptions, RenameParams,
    ServerCapabilities, TextDocumentPositionParams, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, WorkspaceEdit,
};
use serde::de::DeserializeOwned;

use super::actions::{self, Asked};
use super::positions::{self, Encoding};
use super::spot::Spot;
use super::world::{Files, Open, World, root_of};
use super::{edits, findings, uris};
use crate::allocation::Allocation;
use crate::commands::rename;
use crate::diagnostic::{Diagnostic, Diagnostics, Origin, Severity, codes};
use crate::files::names::PORTS_TOML;
use crate::manifest::edit::Draft;
use crate::manifest::validate::names;
use crate::{manifest, pipeline};

/// How long an editor has to be silent before files are read anew: a user types faster.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves one editor, from its first message to its last.
///
/// # Errors
/// The editor does not speak the protocol, or went away.
pub(super) fn serve(connection: &Connection) -> anyhow::Result<()> {
    let (id, params) = connection.initialize_start().map_err(|_| {
        Diagnostic::error(codes::FAILED, "no editor speaks the Language Server Protocol on stdin")
            .help("editors start `portgen lsp` themselves: docs/editors.md shows how")
    })?;
    let params: InitializeParams = serde_json::from_value(params)?;
    let general = params.capabilities.general.unwrap_or_default();
    let encoding = Encoding::of(general.position_encodings.as_deref());
    let info = serde_json::json!({ "name": "portgen", "version": env!("CARGO_PKG_VERSION") });
    let result = serde_json::json!({ "capabilities": capabilities(encoding), "serverInfo": info });
    connection.initialize_finish(id, result)?;
    let workspace = params.capabilities.workspace.unwrap_or_default();
    if workspace.did_change_watched_files.and_then(|able| able.dynamic_registration) == Some(true) {
        connection.sender.send(watch().into())?;
    }
    let mut server = Server { connection, encoding, files: Files::new(), has_changed: false };
    while let Some(next) = server.next() {
        let goes_on = match next {
            Next::Message(message) => server.hear(message)?,
            Next::Silence => server.publish().map(|()| true)?,
        };
        if !goes_on {
            break;
        }
    }
    Ok(())
}

/// Asks to be told of a ports.toml that somebody else changes: `portgen move`, `git checkout`.
fn watch() -> Request {
    let watchers = serde_json::json!([{ "globPattern": format!("**/{PORTS_TOML}") }]);
    let method = notification::DidChangeWatchedFiles::METHOD;
    let registration =
        serde_json::json!({ "id": method, "method": method, "registerOptions": { "watchers": watchers } });
    let params = serde_json::json!({ "registrations": [registration] });
    Request::new("watch".to_owned().into(), request::RegisterCapability::METHOD.to_owned(), params)
}

fn capabilities(encoding: Encoding) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::FULL),
            save: Some(lsp_types::TextDocumentSyncSaveOptions::Supported(true)),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: lsp_types::WorkDoneProgressOptions::default(),
        })),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        ..ServerCapabilities::default()
    }
}

struct Server<'c> {
    connection: &'c Connection,
    encoding: Encoding,
    files: Files,
    /// Whether something has changed since findings were published.
    has_changed: bool,
}

/// What comes from the editor.
enum Next {
    Message(Message),
    /// Nothing for a while, after something has changed.
    Silence,
}

/// What a request came to; none where there is nothing at its place.
type Answer<T> = Result<Option<T>, ResponseError>;

impl Server<'_> {
    /// What comes next; none once the editor has gone.
    fn next(&self) -> Option<Next> {
        if !self.has_changed {
            return self.connection.receiver.recv().ok().map(Next::Message);
        }
        match self.connection.receiver.recv_timeout(PAUSE) {
            Ok(message) => Some(Next::Message(message)),
            Err(error) => error.is_timeout().then_some(Next::Silence),
        }
    }

    /// Takes a message; whether to go on.
    fn hear(&mut self, message: Message) -> anyhow::Result<bool> {
        match message {
            Message::Request(request) => {
                // Its errors repeat messages, which may hold secrets.
                let ends = self.connection.handle_shutdown(&request).map_err(|_| {
                    Diagnostic::error(codes::FAILED, "the editor went on after it had said that it ends")
                })?;
                if ends {
                    return Ok(false);
                }
                let response = self.answer(request);
                self.connection.sender.send(response.into())?;
            }
            Message::Notification(told) => self.learn(told)?,
            Message::Response(_) => {}
        }
        Ok(true)
    }

    fn answer(&self, request: Request) -> Response {
        let id = request.id.clone();
        let result = match &*request.method {
            request::HoverRequest::METHOD => answered(request, |params| Ok(self.hover(&params))),
            request::GotoDefinition::METHOD => answered(request, |params| Ok(self.definition(&params))),
            request::References::METHOD => answered(request, |params| Ok(self.references(&params))),
            request::PrepareRenameRequest::METHOD => answered(request, |params| Ok(self.prepare_rename(&params))),
            request::Rename::METHOD => answered(request, |params| self.rename(&params)),
            request::CodeActionRequest::METHOD => answered(request, |params| Ok(self.actions(&params))),
            method => Err(error(ErrorCode::MethodNotFound, format!("portgen does not know {method}"))),
        };
        Response { id, response_result: result }
    }

    /// Takes note of what is open.
    fn learn(&mut self, told: Notification) -> anyhow::Result<()> {
        match &*told.method {
            notification::DidOpenTextDocument::METHOD => {
                let Some(params) = parsed::<notification::DidOpenTextDocument>(told) else { return Ok(()) };
                let document = params.text_document;
                self.open(Open { uri: document.uri, version: document.version, text: document.text });
            }
            notification::DidChangeTextDocument::METHOD => {
                let Some(params) = parsed::<notification::DidChangeTextDocument>(told) else { return Ok(()) };
                let text = params.content_changes.into_iter().next_back().map(|change| change.text);
                let document = params.text_document;
                text.into_iter().for_each(|text| {
                    self.open(Open { uri: document.uri.clone(), version: document.version, text });
                });
            }
            notification::DidCloseTextDocument::METHOD => {
                let Some(params) = parsed::<notification::DidCloseTextDocument>(told) else { return Ok(()) };
                let uri = params.text_document.uri;
                uris::path(&uri).and_then(|path| self.files.remove(&path));
                self.has_changed = true;
                let nothing = PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None };
                self.tell(nothing)?;
            }
            notification::DidSaveTextDocument::METHOD | notification::DidChangeWatchedFiles::METHOD => {
                self.has_changed = true;
            }
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, open: Open) {
        if let Some(path) = uris::path(&open.uri) {
            self.files.insert(path, open);
            self.has_changed = true;
        }
    }

    /// Tells what is wrong in each open file, which the editor shows in the place of what it knew.
    fn publish(&mut self) -> anyhow::Result<()> {
        self.has_changed = false;
        let mut roots: BTreeMap<PathBuf, Vec<&Path>> = BTreeMap::new();
        for (path, Open { uri, version, .. }) in &self.files {
            match root_of(path) {
                Some(root) => roots.entry(root).or_default().push(path),
                None => self.tell(PublishDiagnosticsParams::new(uri.clone(), Vec::new(), Some(*version)))?,
            }
        }
        for (root, own) in roots {
            let world = World::below(root, &self.files, self.encoding);
            let own = own.into_iter().filter_map(|path| Some((world.relative(path)?, self.files.get(path)?)));
            for params in findings::of_world(&world, own) {
                self.tell(params)?;
            }
        }
        Ok(())
    }

    fn tell(&self, params: PublishDiagnosticsParams) -> anyhow::Result<()> {
        let told = Notification::new(PublishDiagnostics::METHOD.to_owned(), params);
        Ok(self.connection.sender.send(told.into())?)
    }

    /// What lies at a position, for `use_it`.
    fn at<T>(&self, at: &TextDocumentPositionParams, use_it: impl FnOnce(&Spot<'_>) -> Option<T>) -> Option<T> {
        let path = uris::path(&at.text_document.uri)?;
        let world = World::around(&path, &self.files, self.encoding)?;
        let path = world.relative(&path)?;
        let (allocation, _) = world.allocation().ok()?;
        use_it(&Spot::at(&world, &allocation, &path, at.position)?)
    }

    fn hover(&self, params: &HoverParams) -> Option<Hover> {
        self.at(&params.text_document_position_params, |spot| spot.hover())
    }

    fn definition(&self, params: &GotoDefinitionParams) -> Option<GotoDefinitionResponse> {
        let definition = self.at(&params.text_document_position_params, |spot| spot.definition());
        definition.map(GotoDefinitionResponse::Scalar)
    }

    fn references(&self, params: &ReferenceParams) -> Option<Vec<Location>> {
        self.at(&params.text_document_position, |spot| spot.references(params.context.include_declaration))
    }

    fn prepare_rename(&self, params: &TextDocumentPositionParams) -> Option<PrepareRenameResponse> {
        self.at(params, |spot| Some(spot.renaming()))
    }

    /// Renames the service in ports.toml, as `portgen rename` does; `write` brings the rest in step.
    fn rename(&self, params: &RenameParams) -> Answer<WorkspaceEdit> {
        let new = &*params.new_name;
        names::service(new).map_err(|reason| refused(&reason))?;
        if let Some(Diagnostics(mistakes)) = self.mistakes(&params.text_document_position)
            && let Some(mistake) = mistakes.first()
        {
            return Err(error(ErrorCode::RequestFailed, format!("ports.toml has a mistake: {}", mistake.message)));
        }
        let edit = self.at(&params.text_document_position, |spot| {
            let old = &*spot.allocation.services[spot.target.service].id;
            let (text, uri) = (spot.world.text(PORTS_TOML)?, spot.world.uri(PORTS_TOML)?);
            let after = renamed(&text, spot.allocation, old, new);
            Some(after.map(|after| edits::of_file(uri, edits::between(&text, &after))).map_err(|one| refused(&one)))
        });
        edit.transpose()
    }

    /// What keeps the ports.toml of a file from being read.
    fn mistakes(&self, at: &TextDocumentPositionParams) -> Option<Diagnostics> {
        let path = uris::path(&at.text_document.uri)?;
        World::around(&path, &self.files, self.encoding)?.allocation().err()
    }

    fn actions(&self, params: &CodeActionParams) -> Option<CodeActionResponse> {
        let path = uris::path(&params.text_document.uri)?;
        let world = World::around(&path, &self.files, self.encoding)?;
        let path = world.relative(&path)?;
        let text = world.text(&path)?;
        let (allocation, said) = world.allocation().ok()?;
        let [start, end] = [params.range.start, params.range.end].map(|at| positions::offset(&text, at, self.encoding));
        let asked = Asked { path: &path, text: &text, span: start..end };
        if path == PORTS_TOML {
            return Some(actions::in_ports_toml(&world, &allocation, &said, &asked));
        }
        Some(actions::in_file(&world, &allocation, &world.scanned(&allocation).ok()?, &asked))
    }
}

/// The result of a request as JSON.
fn answered<P: DeserializeOwned, T: serde::Serialize>(
    request: Request,
    answer: impl FnOnce(P) -> Answer<T>,
) -> Result<serde_json::Value, ResponseError> {
    let params = serde_json::from_value(request.params);
    let params = params.map_err(|fault| error(ErrorCode::InvalidParams, fault.to_string()))?;
    serde_json::to_value(answer(params)?).map_err(|fault| error(ErrorCode::InternalError, fault.to_string()))
}

/// What a notification says; none where it is not as it has to be, which nobody could be told.
fn parsed<N: lsp_types::notification::Notification>(told: Notification) -> Option<N::Params> {
    serde_json::from_value(told.params).ok()
}

/// A ports.toml with another id for a service, proven as `portgen rename` does.
fn renamed(text: &str, allocation: &Allocation, old: &str, new: &str) -> Result<String, Diagnostic> {
    let mut draft = Draft::new(text)?;
    rename::rename(allocation, &mut draft, old, new)?;
    let after = draft.finish()?;
    match pipeline::proven(&manifest::source(Origin::Tree, after.clone())) {
        Ok(_) => Ok(after),
        Err(Diagnostics(mistakes)) => {
            let error = mistakes.into_iter().find(|one| one.severity == Severity::Error);
            Err(error.unwrap_or_else(|| Diagnostic::error(codes::FAILED, "ports.toml would not be valid")))
        }
    }
}

fn refused(reason: &Diagnostic) -> ResponseError {
    error(ErrorCode::RequestFailed, reason.message.to_string())
}

fn error(code: ErrorCode, message: String) -> ResponseError {
    ResponseError { code: code as i32, message, data: None }
}
