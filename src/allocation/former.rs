//! The numbers that bindings had before, and no longer have.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::{Allocation, Binding, Numbers, Port, Ports, Retired, Service};

/// A binding with the numbers that it had before. A number that has not changed is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Former {
    /// Index into [`Allocation::services`].
    pub service: usize,
    /// Index into [`Service::bindings`].
    pub binding: usize,
    /// The former host ports.
    pub host: Option<Ports>,
    /// The former container ports.
    pub container: Option<Ports>,
    /// The former port of the Kubernetes Service.
    pub kubernetes: Option<Port>,
}

/// The host ports of a binding as the last `write` had it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written<'t> {
    /// The id of the service.
    pub service: &'t str,
    /// The name of the binding.
    pub binding: &'t str,
    /// Its numbers then.
    pub hosts: Ports,
}

/// The former numbers of an allocation.
#[derive(Debug, Default)]
pub struct FormerPorts {
    all: Vec<Former>,
    /// Host ports of services that are not there any more, and retired ports of services with several bindings, each with the
    /// service.
    given_up: Vec<(Ports, String)>,
    /// The bindings that had their host ports before, too; `None` if nobody knows what was before.
    settled: Option<HashSet<(usize, usize)>>,
    by_host: OnceLock<ByHost>,
}

/// Indices of former ports by the host ports that they had.
#[derive(Debug, Default)]
struct ByHost {
    /// Single ports, sorted.
    one: Vec<(u16, usize)>,
    ranges: Vec<usize>,
}

impl ByHost {
    fn of(all: &[Former]) -> Self {
        let mut by_host = Self::default();
        for (at, former) in all.iter().enumerate() {
            match former.host {
                Some(host) if host.is_one() => by_host.one.push((host.first().get(), at)),
                Some(_) => by_host.ranges.push(at),
                None => {}
            }
        }
        by_host.one.sort_unstable();
        by_host
    }
}

impl FormerPorts {
    /// The numbers of `before` that are other numbers in `now`, then the numbers that `now` has retired. Services have the same
    /// id in both; bindings have the same name, or are the only one of their service.
    pub fn new(before: Option<&Allocation>, now: &Allocation) -> Self {
        let ids: HashMap<&str, usize> = now.services.iter().enumerate().map(|(at, one)| (&*one.id, at)).collect();
        let mut found = Self { settled: before.map(|_| HashSet::new()), ..Self::default() };
        for old in before.iter().flat_map(|before| &before.services) {
            match ids.get(&*old.id) {
                Some(&service) => found.compare(service, old, &now.services[service]),
                None => found.given_up.extend(old.bindings.iter().map(|binding| (binding.hosts(), old.id.clone()))),
            }
        }
        for retired in &now.retired {
            let service = ids.get(&*retired.service);
            match service.and_then(|&service| given_up(service, &now.services[service], retired)) {
                Some(former) => found.all.push(former),
                None => found.given_up.push((retired.ports, retired.service.clone())),
            }
        }
        found
    }

    /// As [`FormerPorts::new`], for what the last `write` had, without what is retired. After a merge a binding may have had several numbers.
    pub fn since_write(written: &[Written<'_>], now: &Allocation) -> Self {
        let mut by_service: HashMap<&str, Vec<&Written<'_>>> = HashMap::new();
        for one in written {
            by_service.entry(one.service).or_default().push(one);
        }
        let mut found = Self { settled: Some(HashSet::new()), ..Self::default() };
        for (at, service) in now.services.iter().enumerate() {
            let all = by_service.remove(&*service.id).unwrap_or_default();
            let main = all.iter().find(|one| one.hosts.is_one()).or(all.first()).map(|one| one.binding);
            for one in &all {
                found.add_written(at, service, one, main == Some(one.binding));
            }
        }
        let gone = by_service.into_values().flatten();
        found.given_up = gone.map(|one| (one.hosts, one.service.to_owned())).collect();
        found
    }

    /// Adds one number of a service; `is_main` is whether it was the first one, which the first one now follows where no binding has
    /// its name any more.
    fn add_written(&mut self, at: usize, service: &Service, written: &Written<'_>, is_main: bool) {
        let is_main = is_main || service.bindings.len() == 1;
        let same = service.bindings.iter().position(|one| one.name == written.binding);
        let Some(binding) = same.or(service.first_index().filter(|_| is_main)) else { return };
        if service.bindings[binding].hosts() == written.hosts {
            self.settled.get_or_insert_default().insert((at, binding));
        } else {
            let host = Some(written.hosts);
            self.all.push(Former { service: at, binding, host, container: None, kubernetes: None });
        }
    }

    /// The bindings that had the host port `port`, also that of `now` if it has kept it.
    pub fn had(&self, port: u16, now: Option<(usize, usize)>) -> Vec<(usize, usize)> {
        let mut had: Vec<_> = self.with_host(port).map(|former| (former.service, former.binding)).collect();
        had.extend(now.filter(|(service, binding)| !self.is_new(*service, *binding)));
        had.dedup();
        had
    }

    /// The service that had the host port `port` and is not there any more, or had it with a binding that nobody knows.
    pub fn given_up_by(&self, port: u16) -> Option<&str> {
        self.given_up.iter().find(|(given_up, _)| given_up.has(port)).map(|(_, service)| &**service)
    }

    /// Whether it is known what was before, besides what is retired.
    pub fn is_known(&self) -> bool {
        self.settled.is_some()
    }

    /// Whether a binding did not have its host port before: it has moved there, or it is new.
    pub fn is_new(&self, service: usize, binding: usize) -> bool {
        self.settled.as_ref().is_some_and(|settled| !settled.contains(&(service, binding)))
    }

    /// Adds what has changed of a service.
    fn compare(&mut self, at: usize, old: &Service, now: &Service) {
        for (binding, one) in now.bindings.iter().enumerate() {
            let Some(old) = same(old, one, now) else { continue };
            let (was, is) = (old.numbers(), one.numbers());
            if was != is {
                self.all.push(Former::between(at, binding, was, is));
            }
            if was.hosts() == is.hosts() {
                self.settled.get_or_insert_default().insert((at, binding));
            }
        }
    }

    /// Every binding that has had other numbers.
    pub fn iter(&self) -> impl Iterator<Item = &Former> {
        self.all.iter()
    }

    /// Whether a binding has moved to its host port.
    pub fn has_moved(&self, service: usize, binding: usize) -> bool {
        let is_it = |one: &Former| (one.service, one.binding) == (service, binding) && one.host.is_some();
        self.is_new(service, binding) && self.all.iter().any(is_it)
    }

    /// The bindings that had the host port `port`.
    pub fn with_host(&self, port: u16) -> impl Iterator<Item = &Former> {
        let ByHost { one, ranges } = self.by_host.get_or_init(|| ByHost::of(&self.all));
        let start = one.partition_point(|(host, _)| *host < port);
        let alone = one[start..].iter().take_while(move |(host, _)| *host == port).map(|(_, at)| *at);
        let in_range = move |at: &usize| self.all[*at].host.is_some_and(|host| host.has(port));
        alone.chain(ranges.iter().copied().filter(in_range)).map(|at| &self.all[at])
    }
}

/// The binding of `old` that is `binding` of `now`.
fn same<'o>(old: &'o Service, binding: &Binding, now: &Service) -> Option<&'o Binding> {
    match (&*old.bindings, &*now.bindings) {
        ([only], [_]) => Some(only),
        (all, _) => all.iter().find(|one| one.name == binding.name),
    }
}

/// The binding that had a retired number; `None` if that can be one of several.
fn given_up(at: usize, service: &Service, retired: &Retired) -> Option<Former> {
    match &*service.bindings {
        // Of a part of a range nobody knows which part of the new one has taken its place.
        [only] if only.hosts() != retired.ports && only.count == retired.ports.count() => {
            Some(Former { service: at, binding: 0, host: Some(retired.ports), container: None, kubernetes: None })
        }
        _ => None,
    }
}

impl Former {
    fn between(service: usize, binding: usize, was: Numbers, is: Numbers) -> Self {
        Self {
            service,
            binding,
            host: Some(was.hosts()).filter(|hosts| *hosts != is.hosts()),
            container: Some(was.containers()).filter(|containers| *containers != is.containers()),
            kubernetes: Some(was.service).filter(|service| *service != is.service),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Source;
    use crate::manifest::validate::validate;

    fn allocation(text: &str) -> Allocation {
        let head = "version = 1\n[platform]\nname = \"P\"\nid = \"p\"\n";
        validate(&Source::new("ports.toml", format!("{head}{text}"))).allocation.unwrap()
    }

    fn former(before: &str, now: &str) -> Vec<(usize, usize, [u16; 3])> {
        let (before, now) = (allocation(before), allocation(now));
        let number = |port: Option<Port>| port.map_or(0, Port::get);
        let first = |ports: Option<Ports>| number(ports.map(Ports::first));
        let all = FormerPorts::new(Some(&before), &now);
        let row =
            |one: &Former| (one.service, one.binding, [first(one.host), first(one.container), number(one.kubernetes)]);
        all.iter().map(row).collect()
    }

    #[test]
    fn a_moved_binding_has_the_numbers_that_changed() {
        let before = "[services]\nweb = { port = 4001 }\ndb = { port = 5432 }\nsame = { port = 4009 }\n";
        let now = "[services]\ndb = { port = { host = 5433, container = 5432 } }\nweb = { port = 4002 }\nsame = { port = 4009 }\nnew = { port = 4010 }\n";
        assert_eq!(former(before, now), [(1, 0, [4001; 3]), (0, 0, [5432, 0, 5432])]);
    }

    #[test]
    fn bindings_are_matched_by_name_unless_each_is_the_only_one() {
        let before = "[services.a.ports]\nx = 4001\ny = 4002\n[services.b.ports]\nold = 4003\n";
        let now = "[services.a.ports]\ny = 4012\nz = 4001\n[services.b.ports]\nnew = 4013\n";
        assert_eq!(former(before, now), [(0, 0, [4002; 3]), (1, 0, [4003; 3])]);
    }

    #[test]
    fn a_retired_number_is_that_of_a_service_with_one_binding() {
        let services = "[services.one]\nport = 4002\n[services.two.ports]\nx = 4003\ny = 4004\n";
        for (service, count) in [("one", 1), ("two", 0), ("gone", 0)] {
            let retired = format!("port = 4001\nservice = \"{service}\"\nsince = \"2026-01-31\"\nreason = \"r\"\n");
            let now = allocation(&format!("{services}[[retired]]\n{retired}"));
            let former = FormerPorts::new(None, &now);
            assert_eq!(former.with_host(4001).count(), count, "{service}");
            assert_eq!(former.given_up_by(4001), Some(service).filter(|_| count == 0), "{service}");
        }
    }
}
