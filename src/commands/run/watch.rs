//! A program that listens on another port than its own.
//!
//! Vite, Nuxt, Astro, Storybook and others go on with the next free port, or never look at `PORT`, without an exit code.

use std::time::{Duration, Instant};

use super::Program;
use crate::allocation::{Allocation, Protocol};
use crate::machine::process::descendants;
use crate::machine::sockets::Listeners;

/// How often it is looked, until the program listens on its port.
const PAUSE: Duration = Duration::from_millis(300);

/// How long a program may listen on other ports alone: some open one for themselves first.
const GRACE: Duration = Duration::from_secs(2);

/// After so long without any port, it is no server.
const PATIENCE: Duration = Duration::from_secs(600);

/// Looks after one program.
#[derive(Debug)]
pub(super) struct Watch {
    pid: u32,
    wanted: Option<u16>,
    started: Instant,
    looked: Instant,
    elsewhere_since: Option<Instant>,
    is_done: bool,
}

impl Watch {
    /// Looks after a process of `program`. One without a TCP port may listen where it likes.
    pub(super) fn new(allocation: &Allocation, program: &Program, pid: u32) -> Self {
        let main = allocation.services[program.service].main().filter(|main| main.protocol == Protocol::Tcp);
        let wanted = main.map(|main| main.host.get());
        let now = Instant::now();
        Self { pid, wanted, started: now, looked: now, elsewhere_since: None, is_done: wanted.is_none() }
    }

    /// The ports on which the program listens although its own is not among them: once, after a while.
    pub(super) fn elsewhere(&mut self) -> Option<(u16, Vec<u16>)> {
        let wanted = self.wanted.filter(|_| !self.is_done && self.looked.elapsed() >= PAUSE)?;
        self.looked = Instant::now();
        self.is_done = self.started.elapsed() > PATIENCE;
        let ports = listening(self.pid)?;
        if ports.contains(&wanted) {
            self.is_done = true;
            return None;
        }
        if ports.is_empty() {
            self.elsewhere_since = None;
            return None;
        }
        let since = *self.elsewhere_since.get_or_insert_with(Instant::now);
        self.is_done = since.elapsed() >= GRACE;
        self.is_done.then_some((wanted, ports))
    }
}

/// The TCP ports of a process and of all that it has started.
fn listening(pid: u32) -> Option<Vec<u16>> {
    let listeners = Listeners::now().ok()?;
    let own = descendants(pid).into_iter().chain([pid]).flat_map(|pid| listeners.of(pid));
    let mut ports: Vec<u16> = own.filter(|(_, protocol)| *protocol == Protocol::Tcp).map(|(port, _)| port).collect();
    ports.sort_unstable();
    ports.dedup();
    Some(ports)
}
