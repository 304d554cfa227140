//! Which instance of the platform a command is about.

use std::env;
use std::io;
use std::path::Path;

use crate::allocation::{Allocation, Instances};
use crate::diagnostic::{Diagnostic, codes, counted, quoted};
use crate::git::worktrees::Worktrees;
use crate::session::Session;

/// The variable that says which instance it is.
pub const VARIABLE: &str = "PORTGEN_INSTANCE";

/// Which instance.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
pub struct Args {
    /// The instance whose ports it has. Default: `PORTGEN_INSTANCE`, else what `portgen instance` has kept for this worktree, else 0
    #[arg(long, value_name = "K")]
    instance: Option<u16>,
}

impl Args {
    /// The number of the instance that the command line, the environment or the worktree of `root` says; 0 where none does, also
    /// where there are no instances. Says so where that is a guess.
    ///
    /// # Errors
    /// There is no such instance, or what is kept cannot be read.
    pub fn number(&self, allocation: &Allocation, root: &Path, session: &Session) -> Result<u16, Diagnostic> {
        if let Some(number) = self.instance {
            return checked(allocation, number, "`--instance`");
        }
        if let Some(text) = env::var_os(VARIABLE).filter(|text| !text.is_empty()) {
            let number = text.to_str().and_then(|text| text.parse().ok());
            return match number {
                Some(number) => {
                    say_contradiction(number, root, session);
                    checked(allocation, number, VARIABLE)
                }
                None => {
                    let message = format!("{VARIABLE} is {}, which is no number", quoted(&text.to_string_lossy()));
                    Err(Diagnostic::error(codes::NO_INSTANCE, message).help("set it to a number, or unset it"))
                }
            };
        }
        let Some(instances) = &allocation.instances else { return Ok(0) };
        let Some(worktrees) = Worktrees::around(root) else { return Ok(0) };
        match worktrees.instance().map_err(|error| unreadable(&error))? {
            Some(number) => checked(allocation, number, "what is kept for this worktree"),
            None => {
                if worktrees.is_linked() && instances.count > 1 {
                    session.say("portgen: this worktree has no instance of its own: these are the ports of instance 0; `portgen instance next` takes one");
                }
                Ok(0)
            }
        }
    }
}

/// Says that the variable goes before what is kept, where the two are not the same.
fn say_contradiction(number: u16, root: &Path, session: &Session) {
    let kept = Worktrees::around(root).and_then(|worktrees| worktrees.instance().ok().flatten());
    if let Some(kept) = kept.filter(|kept| *kept != number) {
        session.say(&format!("portgen: {VARIABLE} says instance {number}, although this worktree has {kept}"));
    }
}

/// `number`, where there is such an instance; `said_by` is who says so.
fn checked(allocation: &Allocation, number: u16, said_by: &str) -> Result<u16, Diagnostic> {
    let count = allocation.instances.as_ref().map_or(1, |instances| instances.count);
    if number < count {
        return Ok(number);
    }
    Err(missing(allocation, number, &format!(", as {said_by} says")))
}

/// Says that there is no instance of this number; `said` is the end of the sentence.
pub fn missing(allocation: &Allocation, number: u16, said: &str) -> Diagnostic {
    let message = format!("there is no instance {number}{said}");
    let missing = Diagnostic::error(codes::NO_INSTANCE, message);
    match &allocation.instances {
        Some(instances) => of_section(allocation, instances, missing)
            .help(format!("take one from 0 to {}, or raise `count`", instances.count - 1)),
        None => missing.help("add `[instances]` to ports.toml: `count = 8` and `step = 100`, for example"),
    }
}

/// Points at `[instances]`.
pub fn of_section(allocation: &Allocation, instances: &Instances, said: Diagnostic) -> Diagnostic {
    said.at(allocation.place(&instances.span), counted(instances.count.into(), "instance"))
}

/// Says that what is kept for worktrees cannot be read or written.
pub fn unreadable(error: &io::Error) -> Diagnostic {
    let message = format!("what is kept of instances in the git directory cannot be read or written: {error}");
    Diagnostic::error(codes::NO_INSTANCE, message)
        .help("say which one it is with `--instance` or PORTGEN_INSTANCE, or remove that file")
}
