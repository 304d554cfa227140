//! `portgen inputs` and `portgen outputs`: what `write` reads and writes, for build systems that run it only where something has changed.

use std::collections::BTreeSet;

use crate::files::tree::Tree;
use crate::manifest::earlier::Earlier;
use crate::pipeline;
use crate::session::{Exit, Session};

/// In which form.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen inputs                 the files that `portgen write` reads, one a line
  portgen inputs --format json   the same, with the patterns of files that it would read if they were there
  portgen outputs --format json  the files that it writes")]
pub struct Args {
    /// The form of the result
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// The forms of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A path a line
    Text,
    /// For programs
    Json,
}

/// Prints every file that the pass has read, but for those that portgen owns. Nothing is listed that was not read: a new file of a pattern is
/// read the next time.
///
/// # Errors
/// Whatever keeps the pass from ending.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?.remembering();
    let (owned, patterns) = passed(&tree)?;
    let files: Vec<String> = tree.remembered().into_iter().filter(|path| !owned.contains(path)).collect();
    match args.format {
        Format::Text => session.print(&lines(&files))?,
        Format::Json => session.json(&serde_json::json!({ "version": 1, "files": files, "patterns": patterns }))?,
    }
    Ok(Exit::Clean)
}

/// Prints every file that portgen owns; files of people, in which `write` changes numbers, are none of them.
///
/// # Errors
/// As [`run`].
pub fn run_outputs(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (owned, _) = passed(&tree)?;
    let files: Vec<String> = owned.into_iter().collect();
    match args.format {
        Format::Text => session.print(&lines(&files))?,
        Format::Json => session.json(&serde_json::json!({ "version": 1, "files": files }))?,
    }
    Ok(Exit::Clean)
}

/// What the pass would write that portgen owns, portgen.lock among it; and the patterns of what it reads.
fn passed(tree: &Tree) -> anyhow::Result<(BTreeSet<String>, Vec<String>)> {
    let (allocation, said) = pipeline::allocation(tree)?;
    let outcome = pipeline::outcome(tree, &Earlier::in_git(tree), allocation, said)?;
    let references = &outcome.context.allocation.references.files;
    let patterns = ["ports.toml", "templates/**/*.j2"].map(str::to_owned).into_iter();
    let patterns = patterns.chain(references.iter().map(|files| files.text.clone())).collect();
    let outputs = outcome.outputs.entries().iter().map(|(path, _)| path.to_string());
    Ok((outputs.chain([outcome.lock_path.to_string()]).collect(), patterns))
}

fn lines(files: &[String]) -> String {
    files.iter().map(|path| format!("{path}\n")).collect()
}
