//! What somebody sees who waits: how many files were read.

use std::io::{IsTerminal as _, stderr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::files::tree::Tree;
use crate::session::Session;

/// How long nothing is shown: most work has ended by then.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often the number is renewed.
const TICK: Duration = Duration::from_millis(100);

/// A line on the terminal while files are read; it goes away at the end.
#[derive(Debug)]
pub struct Waiting {
    /// What shows it, and how that is told to end; none where nobody looks.
    shown: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Waiting {
    /// Shows what becomes of `tree`: on a terminal, not where `--quiet` is given, and once half a second has gone by.
    pub fn start(session: &Session, tree: &Tree) -> Self {
        if session.is_quiet() || !stderr().is_terminal() {
            return Self { shown: None };
        }
        let (end, ended) = channel();
        let count = tree.count();
        Self { shown: Some((end, thread::spawn(move || show(&ended, &count)))) }
    }

    /// Ends it: something else is to be said.
    pub fn end(&mut self) {
        if let Some((end, thread)) = self.shown.take() {
            drop(end);
            // A thread that only draws has nothing to lose.
            let _ = thread.join();
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.end();
    }
}

fn show(ended: &Receiver<()>, count: &Arc<AtomicUsize>) {
    let goes_on = |time| matches!(ended.recv_timeout(time), Err(RecvTimeoutError::Timeout));
    if !goes_on(PATIENCE) {
        return;
    }
    let style = ProgressStyle::with_template("{spinner} {human_pos} files read, {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner().with_style(style);
    loop {
        bar.set_position(count.load(Ordering::Relaxed) as u64);
        bar.tick();
        if !goes_on(TICK) {
            break;
        }
    }
    bar.finish_and_clear();
}
