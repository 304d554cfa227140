//! `portgen instance`: which copy of the platform this worktree is.

use crate::allocation::{Allocation, Instances};
use crate::commands::args::columns::columns;
use crate::commands::args::instance::{missing, of_section, unreadable};
use crate::diagnostic::{Diagnostic, codes};
use crate::git::worktrees::{Worktree, Worktrees};
use crate::pipeline;
use crate::session::{Exit, Session};

/// What to do about the instances.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen instance          which worktree has which instance
  portgen instance next     take the first one that no worktree has
  portgen instance take 3   take this one
  portgen instance release  give it back

The number is kept in the git directory of the worktree, so that it is never committed. The main worktree has 0 until it takes another.")]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Clone, Copy, Debug, clap::Subcommand)]
enum Action {
    /// Take the first instance that no worktree has, and print its number; the one it has already, if it has one
    Next,
    /// Take an instance, and print its number
    Take {
        /// Its number
        #[arg(value_name = "K")]
        number: u16,
    },
    /// Give the instance of this worktree back
    Release,
}

impl Args {
    /// Whether it changes what is kept.
    pub fn keeps(&self) -> bool {
        self.action.is_some()
    }
}

/// Lists the instances, takes one, or gives it back.
///
/// # Errors
/// No `[instances]`, no git repository, no such instance, or none is left; the git directory cannot be read or written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, _) = pipeline::allocation(&tree)?;
    let Some(instances) = &allocation.instances else {
        return Err(Diagnostic::error(codes::NO_INSTANCE, "ports.toml says nothing of instances")
            .help("add `[instances]` to it: `count = 8` and `step = 100`, for example")
            .into());
    };
    let worktrees = Worktrees::around(tree.root()).ok_or_else(|| {
        Diagnostic::error(codes::NO_GIT_REPOSITORY, "this is not a git repository")
            .help("set PORTGEN_INSTANCE, or use `--instance`: a number is kept in a git directory alone")
    })?;
    let known = Known { allocation: &allocation, instances, worktrees: &worktrees };
    match args.action {
        None => session.print(&known.table()?)?,
        Some(Action::Next) => session.print(&format!("{}\n", known.next()?))?,
        Some(Action::Take { number }) => session.print(&format!("{}\n", known.take(number)?))?,
        Some(Action::Release) => worktrees.keep(None).map_err(|error| unreadable(&error))?,
    }
    Ok(Exit::Clean)
}

/// The instances, and who may have one.
struct Known<'a> {
    allocation: &'a Allocation,
    instances: &'a Instances,
    worktrees: &'a Worktrees,
}

impl Known<'_> {
    fn all(&self) -> Result<Vec<Worktree>, Diagnostic> {
        self.worktrees.all().map_err(|error| unreadable(&error))
    }

    /// A line for each instance.
    fn table(&self) -> Result<String, Diagnostic> {
        let all = self.all()?;
        let mut rows = vec![["INSTANCE", "PORTS", "WORKTREE"].map(str::to_owned)];
        for number in 0..self.instances.count {
            let ports = match u32::from(number) * u32::from(self.instances.step) {
                0 => "as in ports.toml".to_owned(),
                more => format!("+{more}"),
            };
            let holders = all.iter().filter(|one| instance_of(one) == Some(number));
            let holders: Vec<String> = holders.map(shown).collect();
            let holders = if holders.is_empty() { "-".to_owned() } else { holders.join(", ") };
            rows.push([number.to_string(), ports, holders]);
        }
        Ok(columns(&rows))
    }

    fn next(&self) -> Result<u16, Diagnostic> {
        let _lock = self.worktrees.lock().map_err(|error| unreadable(&error))?;
        let all = self.all()?;
        let is_free = |number: &u16| all.iter().all(|one| one.is_this || instance_of(one) != Some(*number));
        let own = all.iter().find(|one| one.is_this).and_then(instance_of);
        if let Some(own) = own.filter(|own| *own < self.instances.count && is_free(own)) {
            return Ok(own);
        }
        let Some(number) = (0..self.instances.count).find(is_free) else { return Err(self.none_left(&all)) };
        self.worktrees.keep(Some(number)).map_err(|error| unreadable(&error))?;
        Ok(number)
    }

    fn take(&self, number: u16) -> Result<u16, Diagnostic> {
        if number >= self.instances.count {
            return Err(missing(self.allocation, number, ""));
        }
        let _lock = self.worktrees.lock().map_err(|error| unreadable(&error))?;
        let all = self.all()?;
        if let Some(other) = all.iter().find(|one| !one.is_this && instance_of(one) == Some(number)) {
            let message = format!("instance {number} is that of the worktree {}", other.folder.display());
            return Err(Diagnostic::error(codes::NO_INSTANCE, message)
                .help("`portgen instance` shows which ones are free; `portgen instance release` there gives it back"));
        }
        self.worktrees.keep(Some(number)).map_err(|error| unreadable(&error))?;
        Ok(number)
    }

    fn none_left(&self, all: &[Worktree]) -> Diagnostic {
        let holders: Vec<String> = all
            .iter()
            .filter(|one| !one.is_this)
            .filter_map(|one| Some((instance_of(one)?, shown(one))))
            .map(|(number, folder)| format!("{number}: {folder}"))
            .collect();
        let none = Diagnostic::error(codes::NO_INSTANCE, "every instance is that of another worktree");
        of_section(self.allocation, self.instances, none)
            .help(format!("they are: {}", holders.join(", ")))
            .help("raise `count`, or remove a worktree that you no longer need: `git worktree remove`")
    }
}

/// The instance that a worktree is: the main one is the first unless it has taken another.
fn instance_of(worktree: &Worktree) -> Option<u16> {
    worktree.instance.or_else(|| worktree.is_main.then_some(0))
}

fn shown(worktree: &Worktree) -> String {
    let this = if worktree.is_this { " (this one)" } else { "" };
    format!("{}{this}", worktree.folder.display())
}
