//! `--wait`: until what a program depends on accepts connections.

use std::thread;
use std::time::{Duration, Instant};

use super::Program;
use crate::allocation::{Allocation, Binding, Protocol, Service};
use crate::diagnostic::{Diagnostic, codes, counted};
use crate::machine::sockets::answering;
use crate::session::Session;

const PAUSE: Duration = Duration::from_millis(100);

/// How long nothing is said.
const SILENCE: Duration = Duration::from_secs(1);

/// Waits for every published TCP port of what the programs depend on, unless it is started with them.
///
/// # Errors
/// One does not answer in time.
pub(super) fn wait(
    allocation: &Allocation,
    programs: &[Program],
    patience: Duration,
    session: &Session,
) -> Result<(), Diagnostic> {
    let start = Instant::now();
    let mut is_said = false;
    loop {
        let missing: Vec<_> =
            needed(allocation, programs).filter(|(_, binding)| answering(binding.host.get()).is_empty()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        if start.elapsed() >= patience {
            return Err(late(allocation, &missing, patience));
        }
        if !is_said && start.elapsed() >= SILENCE {
            is_said = true;
            let names: Vec<String> =
                missing.iter().map(|(service, one)| format!("{} on {}", service.id, one.host)).collect();
            session.say(&format!("portgen: waiting for {}", names.join(", ")));
        }
        thread::sleep(PAUSE);
    }
}

fn needed<'a>(allocation: &'a Allocation, programs: &'a [Program]) -> impl Iterator<Item = (&'a Service, &'a Binding)> {
    let is_started = |service: usize| programs.iter().any(|program| program.service == service);
    let needed = programs.iter().flat_map(|program| &allocation.services[program.service].depends_on);
    let needed = needed.filter(move |(at, _)| !is_started(*at)).map(|(at, _)| &allocation.services[*at]);
    needed.flat_map(|service| {
        let has_port = |binding: &&Binding| {
            service.takes_host_port(binding)
                && !binding.is_anywhere
                && !binding.is_range()
                && binding.protocol == Protocol::Tcp
        };
        service.bindings.iter().filter(has_port).map(move |binding| (service, binding))
    })
}

fn late(allocation: &Allocation, missing: &[(&Service, &Binding)], patience: Duration) -> Diagnostic {
    let names: Vec<String> =
        missing.iter().map(|(service, one)| format!("{} on {}", service.party(one), one.host)).collect();
    let seconds = counted(usize::try_from(patience.as_secs()).unwrap_or(usize::MAX), "second");
    let late = Diagnostic::error(codes::NO_ANSWER, format!("nobody has answered for {seconds}: {}", names.join(", ")));
    let late = missing.iter().fold(late, |late, (_, one)| late.at(allocation.place(&one.span), "this port"));
    late.help("start what is missing first, or wait longer: `--wait-timeout SECONDS`")
}
