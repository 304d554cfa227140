//! How it stands with a port.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::subject::Subject;
use crate::allocation::{Port, Ports};
use crate::machine::holder::{Held, Machine};

/// How it stands with a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// A stranger holds it.
    Taken,
    /// One program answers on 127.0.0.1 and another one on ::1, so that `localhost` means two things.
    Split,
    /// The container of its service runs, and does not publish it.
    Silent,
    /// The right one holds it.
    Right,
    /// Somebody holds it, and ports.toml does not say whose it is.
    Held,
    /// Nobody holds it.
    Free,
}

impl State {
    /// The worst first.
    pub(super) const ALL: [Self; 6] = [Self::Taken, Self::Split, Self::Silent, Self::Right, Self::Held, Self::Free];

    /// In a word.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Split => "split",
            Self::Silent => "silent",
            Self::Right => "right",
            Self::Held => "held",
            Self::Free => "free",
        }
    }

    /// Whether somebody has to do something about it.
    pub(super) fn is_wrong(self) -> bool {
        matches!(self, Self::Taken | Self::Split | Self::Silent)
    }
}

/// A port with who holds it, or free ports next to each other.
#[derive(Debug)]
pub(super) struct Judged<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) ports: Ports,
    pub(super) count: u16,
    pub(super) state: State,
    /// Who holds it, for people, whether rightly, and on which addresses.
    pub(super) held: Vec<(Held, String, bool)>,
    /// What else there is to say.
    pub(super) remark: Option<String>,
}

/// Every port of a subject. Those of a range that are free are one.
pub(super) fn judged<'a>(machine: &Machine, subject: Subject<'a>) -> Vec<Judged<'a>> {
    let mut all: Vec<Judged<'a>> = Vec::new();
    for port in subject.ports.iter() {
        let one = judge(machine, subject, port);
        match all.last_mut().filter(|last| one.state == State::Free && last.state == State::Free) {
            Some(last) => {
                last.count += 1;
                last.ports = Ports::new(last.ports.first(), one.ports.last()).unwrap_or(last.ports);
            }
            None => all.push(one),
        }
    }
    all
}

fn judge<'a>(machine: &Machine, subject: Subject<'a>, port: u16) -> Judged<'a> {
    let holders = machine.holders(port, subject.protocol);
    let service = subject.owner.map(|(service, _)| service);
    let held: Vec<(Held, String, bool)> = holders
        .into_iter()
        .map(|held| {
            let is_right = service.is_some_and(|service| machine.is_right(&held.who, service));
            let shown = machine.shown(&held.who);
            (held, shown, is_right)
        })
        .collect();
    let silent = service.filter(|_| held.is_empty()).and_then(|service| machine.container_of(service));
    let state = match silent {
        Some(_) => State::Silent,
        None => state(&held, service.is_some()),
    };
    let remark = match silent {
        Some(container) => Some(format!("container {} runs, but does not publish it", container.name)),
        None => only_v6(&held).then(|| "on ::1 alone: who calls 127.0.0.1 does not reach it".to_owned()),
    };
    let ports = Port::new(port.into()).map_or(subject.ports, Ports::from);
    Judged { subject, ports, count: 1, state, held, remark }
}

fn state(held: &[(Held, String, bool)], has_owner: bool) -> State {
    match held {
        [] => State::Free,
        _ if is_split(held) => State::Split,
        _ if !has_owner => State::Held,
        _ if held.iter().all(|(_, _, is_right)| *is_right) => State::Right,
        _ => State::Taken,
    }
}

/// Whether `localhost` reaches one program by 127.0.0.1 and another one by ::1.
fn is_split(held: &[(Held, String, bool)]) -> bool {
    let v4: Vec<bool> = answering(held, Ipv4Addr::LOCALHOST.into());
    let v6: Vec<bool> = answering(held, Ipv6Addr::LOCALHOST.into());
    v4.contains(&true) && v6.contains(&true) && !v4.iter().zip(&v6).any(|(v4, v6)| *v4 && *v6)
}

/// Which of the holders answer on an address of loopback.
fn answering(held: &[(Held, String, bool)], loopback: IpAddr) -> Vec<bool> {
    let has_v4 =
        held.iter().any(|(one, ..)| one.addresses.iter().any(|address| address.is_ipv4() && is_local(*address)));
    held.iter().map(|(one, ..)| one.answers(loopback, has_v4)).collect()
}

fn is_local(address: IpAddr) -> bool {
    address.is_loopback() || address.is_unspecified()
}

fn only_v6(held: &[(Held, String, bool)]) -> bool {
    !held.is_empty() && held.iter().all(|(one, ..)| one.addresses.iter().all(|one| *one == Ipv6Addr::LOCALHOST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::holder::Who;

    fn held(addresses: &[&str]) -> (Held, String, bool) {
        let addresses = addresses.iter().map(|one| one.parse().unwrap()).collect();
        (Held { who: Who::Unseen, addresses }, String::new(), true)
    }

    #[test]
    fn localhost_means_two_things_where_two_answer() {
        for (holders, expected) in [
            (vec![held(&["127.0.0.1"]), held(&["::1"])], true),
            (vec![held(&["0.0.0.0"]), held(&["::1"])], true),
            (vec![held(&["127.0.0.1"]), held(&["::"])], true),
            (vec![held(&["127.0.0.1", "::1"])], false),
            (vec![held(&["::"])], false),
            (vec![held(&["::1"])], false),
            (vec![held(&["0.0.0.0"]), held(&["192.168.7.1"])], false),
        ] {
            assert_eq!(is_split(&holders), expected, "{holders:?}");
        }
    }
}
