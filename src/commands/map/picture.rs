//! What every form of the picture shows, as texts and numbers.

use std::collections::HashMap;
use std::ops::Range as Span;
use std::sync::Arc;

use serde::Serialize;

use crate::allocation::address;
use crate::allocation::free_ports::Taken;
use crate::allocation::holders::{Holder, Holders};
use crate::allocation::occupancy::Occupancy;
use crate::allocation::{Allocation, Binding, Port, Ports, Range, Service};
use crate::diagnostic::{Diagnostic, Severity, counted};

/// The allocation.
#[derive(Debug, Serialize)]
pub(super) struct Picture<'a> {
    /// The name of the platform.
    pub(super) platform: &'a str,
    /// `21 services, 20 ports, 5 ranges`.
    pub(super) summary: String,
    /// In the order of ports.toml.
    pub(super) tracks: Vec<Track<'a>>,
    /// What services have outside of every range, by number.
    pub(super) outside: Vec<Row>,
    /// The groups with services, in the order of ports.toml; last, the services without a group.
    pub(super) panels: Vec<Panel<'a>>,
    /// Every service, in the order of ports.toml.
    pub(super) cards: Vec<Card<'a>>,
    /// What is reserved and retired, by number.
    pub(super) withheld: Vec<Row>,
    /// What lints say of anything else than services.
    pub(super) findings: Vec<String>,
}

/// A range.
#[derive(Debug, Serialize)]
pub(super) struct Track<'a> {
    pub(super) id: &'a str,
    pub(super) purpose: &'a str,
    /// `4000-4099`.
    pub(super) ports: String,
    pub(super) first: u16,
    /// How many numbers it has.
    pub(super) size: usize,
    /// `9 of 100 used, 90 free, next 4006`.
    pub(super) fill: String,
    /// Every number of it, in rows by number.
    pub(super) rows: Vec<Row>,
}

/// Numbers next to each other of which one thing can be said.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    /// `4000`, `50000-50100`, `any`; with its protocol where that is not TCP.
    pub(super) ports: String,
    pub(super) first: u16,
    pub(super) last: u16,
    pub(super) kind: Kind,
    /// Whose they are, or why nobody gets them.
    pub(super) who: String,
    /// The service and its binding, by their indices.
    pub(super) seat: Option<(usize, usize)>,
}

/// What a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// It can be given out.
    Free,
    /// A lint objects to it.
    Avoided,
    /// It is reserved or retired.
    Withheld,
    /// A service has it.
    Used,
}

/// A group.
#[derive(Debug, Serialize)]
pub(super) struct Panel<'a> {
    pub(super) title: &'a str,
    /// Its services, by their indices.
    pub(super) services: Vec<usize>,
}

/// A service.
#[derive(Debug, Serialize)]
pub(super) struct Card<'a> {
    pub(super) id: &'a str,
    /// Empty where it is the id.
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    pub(super) aliases: &'a [String],
    pub(super) folder: &'a str,
    pub(super) seats: Vec<Seat<'a>>,
    /// How far it can be reached: the farthest of its ports.
    pub(super) reach: Reach,
    /// The same in words; where its ports differ, how many of them: `2 of 4 on all interfaces`.
    pub(super) reached: String,
    /// The ids of what it depends on.
    pub(super) needs: Vec<&'a str>,
    /// The ids of what depends on it.
    pub(super) needed_by: Vec<&'a str>,
    /// Why some of its ports may lie outside its ranges; empty where none does.
    pub(super) exception: &'a str,
    /// What lints say of it and of its ports.
    pub(super) findings: Vec<String>,
}

/// A port of a service.
#[derive(Debug, Serialize)]
pub(super) struct Seat<'a> {
    pub(super) name: &'a str,
    /// As [`Row::ports`].
    pub(super) ports: String,
    /// The ports inside of the container where they are others; else empty.
    pub(super) inside: String,
    pub(super) reach: Reach,
    /// `expose` in ports.toml.
    pub(super) expose: String,
    /// Its addresses where it can be reached: from the host, inside Compose, in the cluster.
    pub(super) addresses: Vec<(&'static str, String)>,
    /// Why it may lie outside of the ranges of its service; empty where it does not.
    pub(super) exception: &'a str,
    /// What lints say of it.
    pub(super) findings: Vec<String>,
}

/// How far a port is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Reach {
    /// There is no port.
    Nothing,
    /// Among containers alone.
    Internal,
    /// On the machine itself.
    Loopback,
    /// By other machines.
    All,
}

impl<'a> Picture<'a> {
    /// That of `allocation`, of which lints have `said` something.
    pub(super) fn of(allocation: &'a Allocation, said: &[Diagnostic]) -> Self {
        let counts = [
            counted(allocation.services.len(), "service"),
            counted(allocation.bindings().count(), "port"),
            counted(allocation.ranges.len(), "range"),
        ];
        let (occupancy, holders) = (Occupancy::of(allocation), Holders::new(allocation));
        Self {
            platform: &allocation.platform.name,
            summary: counts.join(", "),
            tracks: allocation.ranges.iter().map(|range| track(&occupancy, &holders, range)).collect(),
            outside: by_number(held(allocation).filter(|row| !is_in_a_range(allocation, row)).collect()),
            panels: panels(allocation),
            cards: cards(allocation, said),
            withheld: by_number(withheld(allocation).collect()),
            findings: others(allocation, said),
        }
    }

    /// How far what a service has in `row` can be reached; none where it is no service's.
    pub(super) fn reach(&self, row: &Row) -> Option<Reach> {
        row.seat.map(|(at, index)| self.cards[at].seats[index].reach)
    }
}

fn is_in_a_range(allocation: &Allocation, row: &Row) -> bool {
    allocation.ranges.iter().any(|range| range.ports.has(row.first))
}

fn track<'a>(occupancy: &Occupancy, holders: &Holders<'a>, range: &'a Range) -> Track<'a> {
    let allocation = holders.allocation;
    let mut rows: Vec<Row> = held(allocation).chain(withheld(allocation)).chain(elsewhere(allocation)).collect();
    let (first, last) = (range.ports.first().get(), range.ports.last().get());
    rows.retain(|row| row.first <= last && row.last >= first);
    let avoided = occupancy.runs(range, Some(Taken::Linted)).into_iter().flat_map(|run| avoided(holders, run));
    rows.extend(avoided);
    let free = occupancy.runs(range, None);
    let next = free.first().map(|run| format!(", next {}", run.first())).unwrap_or_default();
    let [used, left] = [Some(Taken::Used), None].map(|why| occupancy.count(range, why));
    rows.extend(free.into_iter().map(|run| row(run, Kind::Free, "free".to_owned())));
    let size = usize::from(range.ports.count());
    Track {
        id: &range.id,
        purpose: &range.purpose,
        ports: range.to_string(),
        first,
        size,
        fill: format!("{used} of {size} used, {left} free{next}"),
        rows: by_number(rows),
    }
}

/// What lints object to, each number for the first reason.
fn avoided(holders: &Holders<'_>, run: Ports) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut left = Some(run);
    while let Some(run) = left {
        let hazard = holders.of(run.first().into()).find_map(|holder| match holder {
            Holder::Hazard(hazard, zone) => Some((hazard, zone, zone.ports()?.shared(run)?)),
            _ => None,
        });
        let Some((hazard, zone, ports)) = hazard else { break };
        let kind = if ports.is_one() { hazard.kind } else { hazard.kinds };
        rows.push(row(ports, Kind::Avoided, format!("avoided: {kind} ({})", zone.whose)));
        left = run.without(ports).last();
    }
    rows
}

fn by_number(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|row| (row.first, row.last));
    rows
}

fn row(ports: Ports, kind: Kind, who: String) -> Row {
    let [first, last] = [ports.first(), ports.last()].map(Port::get);
    Row { ports: ports.to_string(), first, last, kind, who, seat: None }
}

/// What services have.
fn held(allocation: &Allocation) -> impl Iterator<Item = Row> {
    let services = allocation.services.iter().enumerate();
    services.flat_map(|(at, service)| {
        service.bindings.iter().enumerate().map(move |(index, binding)| Row {
            ports: binding.number(),
            seat: Some((at, index)),
            ..row(binding.hosts(), Kind::Used, party(service, binding))
        })
    })
}

/// A binding as people name it, as [`Service::party`] without backticks.
fn party(service: &Service, binding: &Binding) -> String {
    match service.bindings.len() {
        1 => service.id.clone(),
        _ => format!("{} ({})", service.id, binding.name),
    }
}

/// What is reserved and retired.
fn withheld(allocation: &Allocation) -> impl Iterator<Item = Row> {
    let reserved =
        allocation.reserved.iter().map(|one| row(one.ports, Kind::Withheld, format!("reserved: {}", one.reason)));
    let retired = allocation.retired.iter().map(|one| {
        row(one.ports, Kind::Withheld, format!("retired: {} had it until {}: {}", one.service, one.since, one.reason))
    });
    reserved.chain(retired)
}

/// What Compose files of people publish for services that are not in ports.toml.
fn elsewhere(allocation: &Allocation) -> impl Iterator<Item = Row> {
    let others = allocation.elsewhere.iter();
    others.map(|one| row(one.ports, Kind::Used, format!("{} in {}", one.service, one.file)))
}

fn panels(allocation: &Allocation) -> Vec<Panel<'_>> {
    let of = |group: Option<usize>, title| {
        let services = allocation.services.iter().enumerate().filter(move |(_, service)| service.group == group);
        Panel { title, services: services.map(|(at, _)| at).collect() }
    };
    let groups = allocation.groups.iter().enumerate().map(|(at, group)| of(Some(at), &*group.title));
    let title = if allocation.groups.is_empty() { "Services" } else { "Other services" };
    groups.chain([of(None, title)]).filter(|panel| !panel.services.is_empty()).collect()
}

fn cards<'a>(allocation: &'a Allocation, said: &[Diagnostic]) -> Vec<Card<'a>> {
    let findings = Findings::of(allocation, said);
    let mut needed_by = vec![Vec::new(); allocation.services.len()];
    for service in &allocation.services {
        service.depends_on.iter().for_each(|(at, _)| needed_by[*at].push(&*service.id));
    }
    let cards = allocation.services.iter().zip(needed_by).map(|(service, needed_by)| {
        let seats: Vec<Seat<'_>> =
            service.bindings.iter().map(|one| seat(allocation, &findings, service, one)).collect();
        Card {
            id: &service.id,
            title: if service.title == service.id { "" } else { &service.title },
            description: &service.description,
            aliases: service.aliases.as_deref().unwrap_or_default(),
            folder: service.dir.as_ref().map_or("", |dir| dir.as_str()),
            reach: farthest(&seats),
            reached: reached(&seats),
            needs: allocation.ids(&service.depends_on).collect(),
            needed_by,
            exception: seats.iter().map(|seat| seat.exception).find(|reason| !reason.is_empty()).unwrap_or_default(),
            findings: findings.at([&service.span].into_iter().chain(service.bindings.iter().map(|one| &one.span))),
            seats,
        }
    });
    cards.collect()
}

fn farthest(seats: &[Seat<'_>]) -> Reach {
    seats.iter().map(|seat| seat.reach).max().unwrap_or(Reach::Nothing)
}

fn reached(seats: &[Seat<'_>]) -> String {
    let farthest = farthest(seats);
    let (word, on) = match farthest {
        Reach::All => ("all interfaces", "on all interfaces"),
        Reach::Loopback => ("loopback", "on loopback"),
        Reach::Internal => ("internal", "internal"),
        Reach::Nothing => ("no port", "no port"),
    };
    match seats.iter().filter(|seat| seat.reach == farthest).count() {
        count if count == seats.len() => word.to_owned(),
        count => format!("{count} of {} {on}", seats.len()),
    }
}

/// What warnings and findings say of places that are no service's.
fn others(allocation: &Allocation, said: &[Diagnostic]) -> Vec<String> {
    let of_services = allocation.services.iter();
    let spans: Vec<&Span<usize>> = of_services
        .flat_map(|service| [&service.span].into_iter().chain(service.bindings.iter().map(|one| &one.span)))
        .collect();
    let is_shown = |one: &&Diagnostic| {
        let own = one.labels.iter().filter(|label| Arc::ptr_eq(&label.place.source, &allocation.source));
        own.map(|label| &label.place.span).any(|span| spans.contains(&span))
    };
    let others = said.iter().filter(|one| one.severity >= Severity::Warning && !is_shown(one));
    others.map(|one| format!("{}: {}", one.code, one.message)).collect()
}

fn seat<'a>(allocation: &Allocation, findings: &Findings<'_>, service: &'a Service, binding: &'a Binding) -> Seat<'a> {
    let is_other = binding.is_anywhere || binding.hosts() != binding.containers();
    let is_inside = allocation.ranges_of(service).iter().any(|range| range.ports.contains(binding.host));
    Seat {
        name: &binding.name,
        ports: binding.number(),
        inside: if is_other { binding.containers().to_string() } else { String::new() },
        reach: match binding.expose {
            one if one.is_beyond_loopback() => Reach::All,
            _ if binding.is_reachable() => Reach::Loopback,
            _ => Reach::Internal,
        },
        expose: binding.expose.to_string(),
        addresses: address::everywhere(allocation, service, binding).collect(),
        exception: service.exception.as_ref().filter(|_| !is_inside).map_or("", |exception| &exception.reason),
        findings: findings.at([&binding.span]),
    }
}

/// What warnings and findings say, by each place in ports.toml that they show: a conflict is said of both parties.
struct Findings<'a>(HashMap<&'a Span<usize>, Vec<&'a Diagnostic>>);

impl<'a> Findings<'a> {
    fn of(allocation: &Allocation, said: &'a [Diagnostic]) -> Self {
        let mut places: HashMap<_, Vec<&Diagnostic>> = HashMap::new();
        for one in said.iter().filter(|one| one.severity >= Severity::Warning) {
            let own = one.labels.iter().filter(|label| Arc::ptr_eq(&label.place.source, &allocation.source));
            own.for_each(|label| places.entry(&label.place.span).or_default().push(one));
        }
        Self(places)
    }

    fn at<'s>(&self, spans: impl IntoIterator<Item = &'s Span<usize>>) -> Vec<String> {
        let all = spans.into_iter().filter_map(|span| self.0.get(span)).flatten();
        let mut said: Vec<String> = Vec::new();
        for one in all.map(|one| format!("{}: {}", one.code, one.message)) {
            if !said.contains(&one) {
                said.push(one);
            }
        }
        said
    }
}
