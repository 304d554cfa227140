//! `portgen lsp`: a language server for editors, on stdin and stdout.
//!
//! ```text
//! editor ──message──> server     server: what is open, which request is which
//!        ──path──> world         world: ports.toml and the files as the editor has them
//!        ──position──> spot      spot: what lies there, hover, definition, references
//!        ──> findings | rename | actions
//! ```
//!
//! Source of every message: <https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/>.

mod actions;
mod edits;
mod findings;
mod hover;
mod positions;
mod server;
mod spot;
mod target;
mod uris;
mod world;

use lsp_server::Connection;

use crate::diagnostic::{Diagnostic, codes};
use crate::session::{Exit, Session};

/// Nothing: an editor starts it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen lsp   an editor starts it and speaks with it on stdin and stdout")]
pub struct Args {
    /// As other servers have it; nothing else can be chosen
    #[arg(long)]
    stdio: bool,
}

/// Serves one editor until it says that it ends.
///
/// # Errors
/// The editor does not speak the protocol, or went away.
pub fn run(_: &Args, _: &Session) -> anyhow::Result<Exit> {
    let (connection, threads) = Connection::stdio();
    let served = server::serve(&connection);
    // The threads end once nobody can send to them.
    drop(connection);
    // What they say of a message that cannot be read has its text, which may hold a secret.
    let unread =
        || Diagnostic::error(codes::FAILED, "the editor sent what is no message of the Language Server Protocol");
    served?;
    threads.join().map_err(|_| unread())?;
    Ok(Exit::Clean)
}
