//! What `compose` stated before a change, and whose numbers it were.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::allocation::former::FormerPorts;
use crate::allocation::{Allocation, Binding, Port, Ports};
use crate::claims::{At, Owners};
use crate::formats::Role;
use crate::formats::compose_values::{View, Whose};
use crate::manifest::document::Step;
use crate::manifest::earlier::Earlier;

use super::statements::{Held, Holders, Statement, statements};

/// The service, the way to the value, which of its ports, and the number.
type Key<'a> = (Option<&'a str>, Vec<Step<'a>>, usize, u16);

/// The allocation before a change, read only if it is needed.
#[derive(Debug)]
pub(super) struct Former<'e> {
    now: &'e Allocation,
    earlier: &'e Earlier<'e>,
    /// The bindings and numbers that each statement was true of, by id and name.
    meant: OnceCell<HashMap<Key<'e>, Held>>,
    ports: OnceCell<FormerPorts>,
    /// The services as they are now by their ids.
    ids: OnceCell<HashMap<&'e str, usize>>,
}

/// What a number of a binding has become, whose role it has.
fn now_of(role: Role, before: &Binding, now: &Binding, port: u16) -> Option<Port> {
    match role {
        Role::Host => before.hosts().moved(port, now.hosts()),
        _ => before.containers().moved(port, now.containers()),
    }
}

impl<'e> Former<'e> {
    pub(super) fn new(now: &'e Allocation, earlier: &'e Earlier<'e>) -> Self {
        Self { now, earlier, meant: OnceCell::new(), ports: OnceCell::new(), ids: OnceCell::new() }
    }

    /// The binding that an unchanged statement meant, with its number now, if that is another one.
    pub(super) fn meant(&self, statement: &Statement<'_>) -> Option<(Held, Port)> {
        let id = statement.service.map(|at| &*self.now.services[at].id);
        let stated = &statement.stated;
        let key = (id, stated.path.clone(), stated.nth, stated.port);
        let old = *self.meant.get_or_init(|| self.read()).get(&key)?;
        let (at, number) = self.now_of(old, stated.port).filter(|(_, number)| number.get() != stated.port)?;
        Some((Held { at, role: old.role }, number))
    }

    /// What the ports of a statement's value were before the change, as the numbers that they have become, ascending.
    pub(super) fn become_of(&self, statement: &Statement<'_>) -> Vec<u16> {
        let id = statement.service.map(|at| &*self.now.services[at].id);
        let mut numbers = Vec::new();
        for ((other, path, _, port), held) in self.meant.get_or_init(|| self.read()) {
            if (*other, path) == (id, &statement.stated.path)
                && let Some((_, number)) = self.now_of(*held, *port)
            {
                numbers.push(number.get());
            }
        }
        numbers.sort_unstable();
        numbers
    }

    /// The binding that a number meant, with what it has become.
    fn now_of(&self, old: Held, port: u16) -> Option<(At, Port)> {
        let at = self.same(old.at)?;
        let binding = &self.now.services[at.0].bindings[at.1];
        let (_, before) = self.earlier.allocation()?.binding(old.at);
        Some((at, now_of(old.role, before, binding, port)?))
    }

    /// The binding that had the number of a statement, with its number now.
    pub(super) fn had(&self, statement: &Statement<'_>, named: Option<At>) -> Option<(Held, Port)> {
        let port = statement.stated.port;
        let is_of_others = matches!(statement.stated.whose, Whose::Local(view) if view != View::Inside);
        let ports = self.ports.get_or_init(|| self.earlier.ports(self.now));
        for former in ports.iter() {
            let at = (former.service, former.binding);
            let is_own = named.map_or(Some(at.0) == statement.service, |named| named == at);
            let [host, container] = [former.host, former.container].map(|old| old.is_some_and(|old| old.has(port)));
            let role = match (is_of_others && host, is_own && (container || host)) {
                (true, _) => Role::Host,
                (false, true) => Role::Container,
                (false, false) => continue,
            };
            let binding = &self.now.services[at.0].bindings[at.1];
            let (old, now) = match role {
                Role::Host => (former.host.or(former.container), binding.hosts()),
                _ => (former.container.or(former.host), binding.containers()),
            };
            let number = old.and_then(|old| old.moved(port, now)).unwrap_or(now.first());
            return Some((Held { at, role }, number));
        }
        None
    }

    /// The service that had a number that nobody has now, and whether that is news: it had it in the last commit or at the last `write`, not
    /// before them.
    pub(super) fn of_another<'o>(&'o self, port: u16, owners: &'o Owners<'_>) -> Option<(&'o str, bool)> {
        let ports = self.ports.get_or_init(|| self.earlier.ports(self.now));
        let at_last_write = owners.last_write().former();
        let all = || [Some(ports), at_last_write].into_iter().flatten();
        let has = |old: Option<Ports>| old.is_some_and(|old| old.has(port));
        let moved = all().flat_map(FormerPorts::iter).find(|former| has(former.host) || has(former.container));
        let moved = moved.map(|former| &*self.now.services[former.service].id);
        let recent = moved.or_else(|| all().find_map(|former| former.given_up_by(port)));
        let long_ago = || owners.had_long_ago(port).first().map(|at| &*self.now.services[at.0].id);
        let service = recent.or_else(long_ago)?;
        let has_now = |one: &Binding| one.hosts().has(port) || one.containers().has(port) || one.service.get() == port;
        (!self.now.bindings().any(|(_, one)| has_now(one))).then_some((service, recent.is_some()))
    }

    fn read(&self) -> HashMap<Key<'e>, Held> {
        let Some(before) = self.earlier.allocation() else { return HashMap::new() };
        let holders = Holders::new(before);
        let mut meant = HashMap::new();
        for statement in statements(before) {
            let held = holders.of(&statement);
            let is_of_one = held.iter().all(|one| one.at == held[0].at);
            // What may mean either number of a binding is known by the one on the host, which comes first.
            if let Some(&held) = held.first().filter(|_| is_of_one) {
                let id = statement.service.map(|at| &*before.services[at].id);
                let stated = statement.stated;
                meant.insert((id, stated.path, stated.nth, stated.port), held);
            }
        }
        meant
    }

    fn ids(&self) -> HashMap<&'e str, usize> {
        self.now.services.iter().enumerate().map(|(at, service)| (&*service.id, at)).collect()
    }

    /// The binding of the allocation as it is now that a binding before the change has become.
    fn same(&self, (service, binding): At) -> Option<At> {
        let old = &self.earlier.allocation()?.services[service];
        let at = *self.ids.get_or_init(|| self.ids()).get(&*old.id)?;
        let bindings = &self.now.services[at].bindings;
        if old.bindings.len() == 1 && bindings.len() == 1 {
            return Some((at, 0));
        }
        let name = &old.bindings[binding].name;
        Some((at, bindings.iter().position(|one| one.name == *name)?))
    }
}
