//! `portgen init`: the first ports.toml, and what git is told of portgen.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use crate::allocation::Outputs;
use crate::commands::{Exit, Session};
use crate::diagnostic::{Diagnostic, Diagnostics, quoted};
use crate::load::{self, PORTS_TOML};
use crate::path::RelPath;
use crate::{git, init};

/// What is set up.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tell git how ports.toml and the outputs are merged and shown: .gitattributes, and this clone's settings
    #[arg(long)]
    git: bool,
    /// Install a pre-commit hook that refuses a commit with drift; never over another one
    #[arg(long)]
    hook: bool,
}

/// Makes ports.toml where there is none, and what the flags ask for.
///
/// # Errors
/// ports.toml or a hook is there already; git is asked for and this is no repository; a file cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let mut folder = load::folder(session.directory()).map_err(Diagnostics::from)?;
    if args.git || args.hook {
        git::run(&folder, &["rev-parse", "--show-toplevel"]).map_err(Diagnostics::from)?;
        // What is told to git is told for the ports.toml that there is.
        folder = load::root(&folder).unwrap_or(folder);
    }
    let hooks = if args.hook { hook_paths(&folder)? } else { Vec::new() };
    let file = folder.join(PORTS_TOML);
    if fs::symlink_metadata(&file).is_err() {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        write_new(&file, &init::ports_toml(&name), PORTS_TOML)?;
        session.say("portgen: made ports.toml: add services to it, and run `portgen write`");
    } else if !args.git && !args.hook {
        return Err(taken("ports.toml", "`portgen init --git` and `--hook` leave it as it is").into());
    }
    if args.git {
        attributes(&folder, session)?;
        for (key, value) in init::SETTINGS {
            git::run(&folder, &["config", "--local", key, value]).map_err(Diagnostics::from)?;
        }
        session
            .say("portgen: this clone merges ports.toml by services; every other clone needs `portgen init --git` too");
    }
    for hook in hooks {
        install(&folder, &hook)?;
        session.say(&format!("portgen: installed {hook}"));
    }
    Ok(Exit::Clean)
}

/// Where git looks for the hooks, from `folder`; nothing is there yet.
fn hook_paths(folder: &Path) -> Result<Vec<String>, Diagnostics> {
    let path = |name: &&str| {
        let path = git::run(folder, &["rev-parse", "--git-path", &format!("hooks/{name}")])?;
        let path = String::from_utf8_lossy(&path).trim_end().to_owned();
        match fs::symlink_metadata(folder.join(&path)) {
            Ok(_) => Err(taken(&path, "add the line `portgen diff --staged` to it")),
            Err(_) => Ok(path),
        }
    };
    init::HOOKS.iter().map(path).collect()
}

fn install(folder: &Path, hook: &str) -> Result<(), Diagnostics> {
    let file = folder.join(hook);
    if let Some(hooks) = file.parent() {
        fs::create_dir_all(hooks).map_err(|error| unwritable(hook, &error))?;
    }
    let prefix = git::run(folder, &["rev-parse", "--show-prefix"])?;
    write_new(&file, &init::hook(String::from_utf8_lossy(&prefix).trim_end_matches('\n')), hook)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let runnable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&file, runnable).map_err(|error| unwritable(hook, &error))?;
    }
    Ok(())
}

/// Adds to .gitattributes what it lacks.
fn attributes(folder: &Path, session: &Session) -> Result<(), Diagnostics> {
    const NAME: &str = ".gitattributes";
    let file = folder.join(NAME);
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(unwritable(NAME, &error)),
    };
    let ports_toml = fs::read_to_string(folder.join(PORTS_TOML)).unwrap_or_default();
    let lock = load::probable_lock_path(&ports_toml);
    let directory = lock.as_ref().and_then(RelPath::parent).unwrap_or(Outputs::DIRECTORY);
    let Some(whole) = init::attributes(&text, directory) else { return Ok(()) };
    let added = &whole[text.len()..];
    let mut options = OpenOptions::new();
    let opened = options.append(true).create(true).open(&file);
    opened.and_then(|mut file| file.write_all(added.as_bytes())).map_err(|error| unwritable(NAME, &error))?;
    session.say("portgen: added to .gitattributes how the outputs are shown and merged: commit it");
    Ok(())
}

fn write_new(file: &Path, text: &str, shown: &str) -> Result<(), Diagnostics> {
    let opened = OpenOptions::new().write(true).create_new(true).open(file);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| unwritable(shown, &error))
}

fn taken(shown: &str, help: &str) -> Diagnostics {
    Diagnostic::error("already-there", format!("{} is there already", quoted(shown))).help(help).into()
}

fn unwritable(shown: &str, error: &io::Error) -> Diagnostics {
    let message = format!("{} cannot be written: {error}", quoted(shown));
    Diagnostic::error("cannot-write", message).help("mend this, and run it again").into()
}
