//! `portgen init`: the first ports.toml, and what git is told of portgen.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::allocation::Outputs;
use crate::diagnostic::{Diagnostic, Diagnostics, codes, quoted};
use crate::drift::ignored::{self, Ignored};
use crate::files::disk;
use crate::files::names::PORTS_TOML;
use crate::files::root;
use crate::files::tree::Tree;
use crate::import::{self, Import, Prefer};
use crate::init::{self, Places, Step};
use crate::manifest::earlier::Earlier;
use crate::session::{Exit, Session};
use crate::system::mode;
use crate::templates::{Templates, own};
use crate::{git, pipeline};

/// What is set up.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen init               create ports.toml
  portgen init --git --hook  also have git merge it, and check each commit")]
pub struct Args {
    /// Tell git how to merge and show ports.toml and the outputs: .gitattributes, and the settings of this clone
    #[arg(long)]
    git: bool,
    /// Install hooks that reject drift before a commit and a merge; existing hooks are kept
    #[arg(long)]
    hook: bool,
}

/// What is to be done, and what is said of it once it is done.
#[derive(Debug, Default)]
struct Plan {
    steps: Vec<Step>,
    said: Vec<String>,
}

/// Makes ports.toml where there is none, and what the flags ask for: all of it or nothing.
///
/// # Errors
/// ports.toml or another hook is there already; git is asked for and this is no repository; a file cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let mut folder = root::folder(session.directory())?;
    let mut top = folder.clone();
    if args.git || args.hook {
        top = PathBuf::from(git::line(&folder, &["rev-parse", "--show-toplevel"])?);
        // What is told to git is told for the ports.toml that there is.
        folder = root::find(&folder).unwrap_or(folder);
    }
    let mut plan = Plan::default();
    plan.ports_toml(&folder, args)?;
    if !plan.steps.is_empty() {
        plan.said.extend(importable(&folder));
    }
    if args.git {
        plan.git(&folder)?;
    }
    if args.hook {
        plan.hooks(&folder, &top)?;
    }
    init::take(&top, plan.steps)?;
    plan.said.iter().for_each(|line| session.say(&format!("portgen: {line}")));
    session.warn(&ignored_outputs(&folder));
    Ok(Exit::Clean)
}

/// What `import` would make of the files that are there; nothing where they state no ports.
fn importable(folder: &Path) -> Option<String> {
    let tree = Tree::new(folder);
    let is_asked = |_: &str| false;
    let all = Import {
        generate: None,
        tree: &tree,
        wanted: &|_| true,
        is_asked: &is_asked,
        prefer: Prefer::default(),
        prefer_for: HashMap::new(),
    };
    let imported = import::import(&all, &mut |_| Ok(0)).ok()?;
    let found = imported.report.summary();
    Some(format!("this repository has ports already: remove ports.toml, and `portgen import` makes one with {found}"))
}

/// The outputs that are still to be made and that git will ignore. Mistakes in ports.toml are for the commands that make them.
fn ignored_outputs(folder: &Path) -> Vec<Diagnostic> {
    let tree = Tree::new(folder);
    let Ok((allocation, _)) = pipeline::allocation(&tree) else { return Vec::new() };
    let earlier = Earlier::in_git(&tree);
    let Ok(outcome) = pipeline::outcome(&tree, &earlier, allocation, Vec::new()) else { return Vec::new() };
    ignored::find(&tree, &outcome.changes).iter().map(Ignored::warning).collect()
}

impl Plan {
    fn ports_toml(&mut self, folder: &Path, args: &Args) -> Result<(), Diagnostics> {
        let file = folder.join(PORTS_TOML);
        if fs::symlink_metadata(&file).is_err() {
            let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            self.steps.push(Step::Make { file, text: init::ports_toml(&name), runnable: false });
            self.said.push("created ports.toml: add services to it, and run `portgen write`".to_owned());
        } else if !args.git && !args.hook {
            return Err(taken("ports.toml", "`portgen init --git` and `--hook` leave it as it is").into());
        }
        Ok(())
    }

    /// What .gitattributes and this clone's settings lack.
    fn git(&mut self, folder: &Path) -> Result<(), Diagnostics> {
        let before = self.said.len();
        if let Some(text) = missing_attributes(folder)? {
            self.steps.push(Step::Append { file: folder.join(ATTRIBUTES), text });
            self.said.push("added to .gitattributes how git shows and merges the outputs: commit it".to_owned());
        }
        let mut is_told = true;
        for (key, value) in init::SETTINGS {
            match git::own_setting(folder, key)? {
                None => {
                    self.steps.push(Step::Set { folder: folder.to_path_buf(), key, value });
                    is_told = false;
                }
                Some(own) if own != value => {
                    self.said.push(format!("{key} is already set, and was kept: {}", quoted(&own)));
                }
                Some(_) => {}
            }
        }
        if !is_told {
            let told = "this clone merges ports.toml by services, and outputs without conflicts; every other clone needs `portgen init --git` too";
            self.said.push(told.to_owned());
        }
        if self.said.len() == before {
            self.said.push("git is already set up to merge and show ports.toml and the outputs".to_owned());
        }
        Ok(())
    }

    fn hooks(&mut self, folder: &Path, top: &Path) -> Result<(), Diagnostics> {
        let HooksFolder { hooks, callers } = hooks_folder(top)?;
        let prefix = git::line(folder, &["rev-parse", "--show-prefix"])?;
        let line = init::hook_line(&prefix);
        // husky has a shell read its hooks that ends at the first failure.
        let shell = if hooks.ends_with(".husky") { "set -e\n" } else { "" };
        for name in init::HOOKS {
            let shown = format!("{hooks}/{name}");
            let file = top.join(&shown);
            if let Some(callers) = callers.as_ref().filter(|callers| !top.join(callers).join(name).exists()) {
                return Err(is_not_called(callers, name, &shown).into());
            }
            if fs::symlink_metadata(&file).is_err() {
                self.steps.push(Step::Make { file, text: init::hook(&prefix), runnable: true });
                self.said.push(format!("installed {shown}"));
            } else if text(&file).is_ok_and(|hook| init::has_line(&format!("{shell}{hook}"), &line)) {
                if shell.is_empty() && !is_runnable(&file) {
                    return Err(taken(&shown, &format!("git runs only executable hooks: `chmod +x {shown}`")).into());
                }
                self.said.push(format!("{shown} already has the line that rejects drift, and was kept"));
            } else {
                let made = "if lefthook or pre-commit created it, add the line to their configuration";
                return Err(taken(&shown, &format!("add the line `{line}` to it")).help(made).into());
            }
        }
        Ok(())
    }
}

/// Where hooks lie, from the top of the repository.
struct HooksFolder {
    /// The folder of those that people write.
    hooks: String,
    /// husky's own folder, where git looks for hooks: each calls that of its name in the folder above.
    callers: Option<String>,
}

/// git runs nothing where its own folder has no such hook. husky makes that folder in each working tree, and ignores it.
fn is_not_called(callers: &str, name: &str, hook: &str) -> Diagnostic {
    let message = format!("git does not run {}: {} does not exist", quoted(hook), quoted(&format!("{callers}/{name}")));
    Diagnostic::error(codes::HOOKS_PATH, message)
        .help("run `npx husky` or `npm install` in this working tree, then run this again: git takes husky's folder from the working tree")
        .help(format!("if husky does not make {}, update it: husky 9.1 does", quoted(name)))
}

/// The folders in which the hooks of this repository lie.
fn hooks_folder(top: &Path) -> Result<HooksFolder, Diagnostic> {
    let mend =
        "`git config --unset core.hooksPath` in the configuration that `git config --show-origin core.hooksPath` names";
    if git::setting(top, "core.hooksPath")?.is_some_and(|path| path.is_empty()) {
        return Err(
            Diagnostic::error(codes::HOOKS_PATH, "git runs no hooks here: `core.hooksPath` is empty").help(mend)
        );
    }
    let hooks = git::line(top, &["rev-parse", "--git-path", "hooks"])?;
    let folder = top.join(&hooks);
    let real = folder.ancestors().find_map(|folder| dunce::canonicalize(folder).ok()).unwrap_or_default();
    let common = top.join(git::line(top, &["rev-parse", "--git-common-dir"])?);
    if real.starts_with(top) || dunce::canonicalize(common).is_ok_and(|common| real.starts_with(common)) {
        return Ok(match hooks.strip_suffix(".husky/_") {
            Some(above) => HooksFolder { hooks: format!("{above}.husky"), callers: Some(hooks) },
            None => HooksFolder { hooks, callers: None },
        });
    }
    let message = format!("git runs the hooks in {}, outside this repository: `core.hooksPath`", quoted(&hooks));
    Err(Diagnostic::error(codes::HOOKS_PATH, message).help(mend))
}

const ATTRIBUTES: &str = ".gitattributes";

/// What .gitattributes lacks; none where it has all of it.
fn missing_attributes(folder: &Path) -> Result<Option<String>, Diagnostics> {
    let now = match text(&folder.join(ATTRIBUTES)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            return Err(Diagnostic::error(codes::UNREADABLE_FILE, format!("{ATTRIBUTES} cannot be read: {error}"))
                .help("make it a regular file: git reads nothing else")
                .into());
        }
    };
    Ok(init::attributes(&now, &places(folder)?).map(|whole| whole[now.len()..].to_owned()))
}

/// Where the outputs lie, as the ports.toml in `folder` has it; where there is none, as that which is made has it.
fn places(folder: &Path) -> Result<Places, Diagnostics> {
    if fs::symlink_metadata(folder.join(PORTS_TOML)).is_err() {
        return Ok(Places { directory: Outputs::DIRECTORY.to_owned(), elsewhere: Vec::new() });
    }
    let tree = Tree::new(folder);
    let (allocation, _) = pipeline::allocation(&tree)?;
    let templates = Templates::new(own::read(&tree)?, &allocation)?;
    let elsewhere = templates.list.into_iter().filter(|template| template.from_root);
    let elsewhere = elsewhere.map(|template| template.front.output).collect();
    Ok(Places { directory: allocation.outputs.directory.as_str().to_owned(), elsewhere })
}

/// The text of a regular file; what is not UTF-8 in it is not what is looked for.
fn text(file: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    disk::read_file(file, &mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether somebody may run the file; git leaves out a hook that nobody may (githooks(5)).
fn is_runnable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|meta| mode::is_runnable(&meta))
}

fn taken(shown: &str, help: &str) -> Diagnostic {
    Diagnostic::error(codes::ALREADY_THERE, format!("{} already exists", quoted(shown))).help(help)
}
