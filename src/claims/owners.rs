//! Who has what, for looking up claims.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use crate::allocation::{Allocation, Binding, Service};
use crate::formats::{Claim, Owner};

use super::agrees::agrees;

/// A service's index and a binding's within it.
pub type At = (usize, usize);

/// Who has what; each look-up table is made when a claim first asks for it. Nearly every claim is found without.
#[derive(Debug)]
pub struct Owners<'w> {
    pub(super) allocation: &'w Allocation,
    by_id: OnceLock<HashMap<&'w str, usize>>,
    by_title: OnceLock<HashMap<&'w str, Vec<At>>>,
    by_variable: OnceLock<HashMap<String, At>>,
    by_number: OnceLock<HashMap<u16, Vec<At>>>,
}

/// Where an owner is looked for first: around a service.
#[derive(Debug)]
pub struct Hint {
    service: usize,
    /// Whether the file is about that service alone; it is the one that the file has come to otherwise.
    is_subject: bool,
}

impl Hint {
    /// For a file about one service: a number in it that does not say whose it is, is that service's where it has it.
    pub fn about(service: usize) -> Self {
        Self { service, is_subject: true }
    }

    /// For a file about all of them, likely in the order of ports.toml.
    pub fn anywhere() -> Self {
        Self { service: 0, is_subject: false }
    }

    fn come_to(&mut self, service: usize) {
        if !self.is_subject {
            self.service = service;
        }
    }
}

/// The bindings that a claim can be about: those of one service, and those of a list.
pub(super) struct Candidates<'i> {
    service: usize,
    bindings: Range<usize>,
    listed: &'i [At],
}

impl<'i> Candidates<'i> {
    fn of(service: usize, bindings: Range<usize>) -> Self {
        Self { service, bindings, listed: &[] }
    }

    fn listed(listed: &'i [At]) -> Self {
        Self { listed, ..Self::of(0, 0..0) }
    }

    /// Their places, in the order of the file.
    pub(super) fn iter(&self) -> impl Iterator<Item = At> {
        self.bindings.clone().map(|binding| (self.service, binding)).chain(self.listed.iter().copied())
    }
}

impl<'w> Owners<'w> {
    /// The owners of an allocation.
    pub fn new(allocation: &'w Allocation) -> Self {
        let (by_id, by_title, by_variable, by_number) = Default::default();
        Self { allocation, by_id, by_title, by_variable, by_number }
    }

    /// Whose they are.
    pub fn allocation(&self) -> &'w Allocation {
        self.allocation
    }

    /// The binding at a place, with its service.
    pub fn get(&self, (service, binding): At) -> (&'w Service, &'w Binding) {
        let service = &self.allocation.services[service];
        (service, &service.bindings[binding])
    }

    /// The bindings that a claim can be about; none where its owner is nobody of the platform.
    pub(super) fn candidates(&self, claim: &Claim<'_>, hint: &mut Hint) -> Option<Candidates<'_>> {
        Some(match &claim.owner {
            Owner::Unsaid => self.by_number(claim, hint),
            Owner::Service(id) => match self.by_id(id, hint) {
                Some(service) => {
                    hint.come_to(service);
                    self.all_of(service)
                }
                None => Candidates::listed(&[]),
            },
            Owner::Host(host) => self.all_of(self.by_id(host, hint)?),
            Owner::Variable(name) => match self.by_variable(name, hint) {
                Some((service, binding)) => {
                    hint.come_to(service);
                    Candidates::of(service, binding..binding + 1)
                }
                None => self.by_number(claim, hint),
            },
            Owner::Title(title) => match self.by_title().get(&**title) {
                Some(these) => Candidates::listed(these),
                None => self.by_number(claim, hint),
            },
        })
    }

    fn all(&self) -> impl Iterator<Item = (At, &'w Service, &'w Binding)> {
        let services = self.allocation.services.iter().enumerate();
        services.flat_map(|(at, service)| {
            service.bindings.iter().enumerate().map(move |(index, binding)| ((at, index), service, binding))
        })
    }

    fn all_of(&self, service: usize) -> Candidates<'_> {
        Candidates::of(service, 0..self.allocation.services[service].bindings.len())
    }

    /// A service, those that it depends on, and the one that an output may come to next.
    fn near(&self, hint: &Hint) -> impl Iterator<Item = (usize, &'w Service)> {
        let services = &self.allocation.services;
        let dependencies = services.get(hint.service).map_or(&[][..], |service| &service.depends_on);
        let next = if hint.is_subject { hint.service } else { hint.service + 1 };
        let here = (hint.service..=next).filter(|index| *index < services.len());
        here.chain(dependencies.iter().map(|(index, _)| *index)).map(|index| (index, &services[index]))
    }

    /// The service with an id; as ids are unique, it is the first one found.
    fn by_id(&self, id: &str, hint: &Hint) -> Option<usize> {
        let found = self.near(hint).find(|(_, service)| service.id == id);
        found.map(|(index, _)| index).or_else(|| {
            let services = self.allocation.services.iter().enumerate();
            let all = || services.map(|(index, service)| (&*service.id, index)).collect();
            self.by_id.get_or_init(all).get(id).copied()
        })
    }

    /// The binding with an environment name; as these are unique (the lint `env-name-collision`), it is the first one found.
    fn by_variable(&self, name: &str, hint: &Hint) -> Option<At> {
        let found = self.near(hint).find_map(|(index, service)| {
            let binding = service.bindings.iter().position(|binding| service.has_env_name(binding, name))?;
            Some((index, binding))
        });
        found.or_else(|| {
            let all = || self.all().map(|(at, service, binding)| (service.env_name(binding), at)).collect();
            self.by_variable.get_or_init(all).get(name).copied()
        })
    }

    fn by_title(&self) -> &HashMap<&'w str, Vec<At>> {
        self.by_title.get_or_init(|| {
            let mut table: HashMap<&str, Vec<At>> = HashMap::new();
            self.all().for_each(|(at, service, _)| table.entry(&service.title).or_default().push(at));
            table
        })
    }

    /// The bindings with a number of the claim: the subject's, where it states one of them.
    fn by_number(&self, claim: &Claim<'_>, hint: &Hint) -> Candidates<'_> {
        if hint.is_subject && self.allocation.services[hint.service].bindings.iter().any(|own| agrees(claim, own)) {
            return self.all_of(hint.service);
        }
        let number = claim.numbers.iter().next();
        Candidates::listed(number.map_or(&[], |number| self.holders(number.port)))
    }

    /// The bindings that have a number, as whichever of their three.
    fn holders(&self, port: u16) -> &[At] {
        let table = self.by_number.get_or_init(|| {
            let mut table: HashMap<u16, Vec<At>> = HashMap::new();
            for (at, _, binding) in self.all() {
                for port in [binding.host, binding.container, binding.service] {
                    let holders = table.entry(port.get()).or_default();
                    if holders.last() != Some(&at) {
                        holders.push(at);
                    }
                }
            }
            table
        });
        table.get(&port).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Source;
    use crate::manifest::validate;

    #[test]
    fn an_owner_is_the_same_from_wherever_it_is_looked_for() {
        let text = "version = 1\n[platform]\nname = \"P\"\nid = \"p\"\n[services]\na = { port = 1025, depends-on = [\"a-c\"] }\na-b = { port = 1026 }\na-c = { ports = { b = 1027, c-d = 1028 } }\nab = { port = \"none\", depends-on = [\"a-c\", \"a\"] }\n";
        let allocation = validate::validate(&Source::new("ports.toml", text)).allocation.unwrap();
        let owners = Owners::new(&allocation);
        let names = ["A", "A_B", "A_C_B", "A_C_C_D", "A_C", "a", "A_", "A_B_", "A-B", "", "A_C_", "A_C_C", "AB", "ÄB"];
        let ids = ["a", "a-b", "a-c", "ab", "", "A", "a-", "abc"];
        let services = &allocation.services;
        let mut hints: Vec<Hint> = (0..services.len()).map(Hint::about).collect();
        hints.extend((0..services.len()).map(|service| Hint { service, is_subject: false }));
        for hint in &hints {
            for name in names {
                let found = owners.all().find(|(_, service, binding)| service.env_name(binding) == name);
                assert_eq!(owners.by_variable(name, hint), found.map(|(at, ..)| at), "{name}");
            }
            for id in ids {
                assert_eq!(owners.by_id(id, hint), services.iter().position(|service| service.id == id), "{id}");
            }
        }
        let known = names.iter().filter(|name| owners.by_variable(name, &hints[0]).is_some());
        assert_eq!(known.count(), owners.all().count());
    }
}
