//! The flags of the commands that write, about others that write at the same time.

use std::time::Duration;

use crate::apply::{self, Guard};
use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::files::tree::Tree;
use crate::session::Session;

/// What to do where another portgen is writing.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
pub struct Args {
    /// How many seconds to wait for another portgen that is writing
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    lock_timeout: u64,
    /// Take no lock, for a file system without locks
    #[arg(long, conflicts_with = "lock_timeout")]
    no_lock: bool,
}

impl Args {
    /// The right to write below the root.
    ///
    /// # Errors
    /// Another portgen has it, or the file system knows no locks.
    pub fn guard<'t>(&self, tree: &'t Tree, session: &Session) -> Result<Guard<'t>, Diagnostic> {
        if self.no_lock {
            let warning = Diagnostic::new(
                codes::NO_LOCK,
                Severity::Warning,
                "nothing prevents another portgen from writing here now",
            );
            session.insist(&warning.help("run one portgen at a time, or leave out `--no-lock`"));
            return apply::unlocked(tree);
        }
        let waiting = || session.say("portgen: waiting for another portgen, which is writing here");
        apply::exclusive(tree, Duration::from_secs(self.lock_timeout), waiting)
    }
}
