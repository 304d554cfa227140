//! Signals that portgen gets while it waits for a program that it has started.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

/// Signals that are still to be passed on. Those that the terminal sends to all of its foreground programs have reached them already.
#[derive(Clone, Debug, Default)]
pub struct Stops(Arc<AtomicBool>);

impl Stops {
    /// Waits for signals from now on; they no longer end this process.
    ///
    /// # Errors
    /// The system refuses.
    pub fn new() -> io::Result<Self> {
        let stops = Self::default();
        let seen = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGQUIT] {
            signal_hook::flag::register(signal, Arc::clone(&seen))?;
        }
        let unsent: &[_] = if is_in_foreground() { &[SIGHUP, SIGTERM] } else { &[SIGHUP, SIGTERM, SIGINT, SIGQUIT] };
        for signal in unsent {
            signal_hook::flag::register(*signal, Arc::clone(&stops.0))?;
        }
        Ok(stops)
    }

    /// Whether there is one; once for each.
    pub fn take_unsent(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// Whether the terminal sends its signals to this process and to what it starts: tcgetpgrp(3).
fn is_in_foreground() -> bool {
    let own = rustix::process::getpgrp();
    rustix::termios::tcgetpgrp(io::stdin()).is_ok_and(|group| group == own)
}
