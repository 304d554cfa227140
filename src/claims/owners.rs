//! Look-up tables from what a file states to the bindings that have it.

use std::hash::Hash;
use std::sync::OnceLock;

use foldhash::{HashMap, HashMapExt};

use super::ids::{At, Ids};
use crate::allocation::former::FormerPorts;
use crate::allocation::{Allocation, Binding, ENDS, Port, Ports, Service};
use crate::formats::{Claim, Owner, PortName, Role};
use crate::manifest::earlier::Earlier;
use crate::manifest::last_write::{History, LastWrite};
use crate::path::RelPath;
use crate::templates::context::Subject;

/// Bindings by a key, in the order of ports.toml.
type Table<K> = OnceLock<HashMap<K, Few>>;

/// One binding, as a rule: lists are made by the ten thousand.
#[derive(Debug)]
enum Few {
    One([At; 1]),
    Several(Vec<At>),
}

impl Few {
    fn as_slice(&self) -> &[At] {
        match self {
            Self::One(one) => one,
            Self::Several(several) => several,
        }
    }

    /// Adds a binding that is not the last one already.
    fn push(&mut self, at: At) {
        match self {
            _ if self.as_slice().last() == Some(&at) => {}
            Self::One([one]) => *self = Self::Several(vec![*one, at]),
            Self::Several(several) => several.push(at),
        }
    }

    /// Adds a binding in the order of ports.toml, unless it is there.
    fn insert(&mut self, at: At) {
        let mut all = self.as_slice().to_vec();
        if let Err(place) = all.binary_search(&at) {
            all.insert(place, at);
            *self = Self::Several(all);
        }
    }
}

/// The bindings of an allocation by id, title, variable and number; each table is made when first used.
#[derive(Debug)]
pub struct Owners<'w> {
    pub(super) allocation: &'w Allocation,
    ids: OnceLock<Ids<'w>>,
    by_kubernetes_name: OnceLock<HashMap<&'w str, usize>>,
    by_port_name: Table<&'w str>,
    by_title: Table<&'w str>,
    by_variable: Table<String>,
    by_number: Table<u16>,
    pub(super) earlier: Option<&'w Earlier<'w>>,
    pub(super) before: Option<&'w Owners<'w>>,
    pub(super) later: Option<&'w Allocation>,
    former: OnceLock<FormerPorts>,
    /// The text of portgen.lock, and its path.
    pub(super) lock: Option<(&'w [u8], &'w RelPath)>,
    pub(super) is_lock_of_now: OnceLock<bool>,
    pub(super) last_write: OnceLock<LastWrite>,
    pub(super) history: OnceLock<History<'w>>,
    pub(super) long_ago: OnceLock<HashMap<u16, Vec<At>>>,
    pub(super) has_other_commit: OnceLock<bool>,
    pub(super) written_files: OnceLock<Vec<(&'w str, &'w str)>>,
}

/// Lists with more bindings than this are searched by number.
const MANY: usize = 16;

impl<'w> Owners<'w> {
    /// Prepares the look-up in an allocation.
    pub fn new(allocation: &'w Allocation) -> Self {
        let (ids, by_kubernetes_name, by_port_name) = Default::default();
        let (by_title, by_variable, by_number, former) = Default::default();
        let (is_lock_of_now, last_write, history, long_ago, has_other_commit, written_files) = Default::default();
        Self {
            allocation,
            ids,
            by_kubernetes_name,
            by_port_name,
            by_title,
            by_variable,
            by_number,
            earlier: None,
            before: None,
            later: None,
            former,
            lock: None,
            last_write,
            is_lock_of_now,
            history,
            long_ago,
            has_other_commit,
            written_files,
        }
    }

    /// As [`Owners::new`], with the numbers that bindings had in an `earlier` allocation.
    pub fn since(allocation: &'w Allocation, earlier: &'w Earlier<'w>) -> Self {
        Self { earlier: Some(earlier), ..Self::new(allocation) }
    }

    /// With the numbers of the last `write`, which the portgen.lock at `path` remembers.
    pub fn remembering(self, lock: Option<&'w [u8]>, path: &'w RelPath) -> Self {
        Self { lock: Some((lock.unwrap_or_default(), path)), ..self }
    }

    /// The numbers that a command edits, with those that it gives.
    pub fn until(self, later: &'w Allocation) -> Self {
        Self { later: Some(later), ..self }
    }

    /// After a command's edit of the allocation of `before`, with which files are brought in step first, as `write` would do.
    pub fn after(self, before: Option<&'w Owners<'w>>) -> Self {
        Self { before, ..self }
    }

    /// The numbers that a command edits.
    pub fn before(&self) -> Option<&'w Owners<'w>> {
        self.before
    }

    /// Whether they are those that a command edits.
    pub fn is_before_edit(&self) -> bool {
        self.later.is_some()
    }

    /// The host ports that a binding has after the edit of a command, if there is one and it is still there then.
    pub fn latest(&self, at: At) -> Ports {
        let (service, binding) = self.get(at);
        let same = self.later.and_then(|later| later.services.iter().find(|one| one.id == service.id));
        let same = same.and_then(|same| same.bindings.iter().find(|one| one.name == binding.name));
        same.unwrap_or(binding).hosts()
    }

    /// The numbers that bindings had before. git may be asked for them, so ask only about numbers that are not right now.
    pub fn former(&self) -> &FormerPorts {
        self.former.get_or_init(|| FormerPorts::new(self.earlier.and_then(Earlier::allocation), self.allocation))
    }

    /// The service that had a host port on a side of the last merge. git is asked.
    pub fn holder_on_a_side(&self, number: u16) -> Option<&str> {
        self.earlier.and_then(|earlier| earlier.holder_on_a_side(number))
    }

    /// What a number that is or was a host port of a binding is now. `None` if nobody knows: it was between the ends of a range that is
    /// history or shorter now, or it is an end now and was another one.
    pub fn host_now(&self, at: At, number: u16) -> Option<Port> {
        let binding = self.get(at).1;
        if !binding.is_range() {
            return Some(binding.host);
        }
        let hosts = binding.hosts();
        let is_settled = hosts.has(number) && matches!(self.last_write(), LastWrite::Unchanged);
        let old = if is_settled { None } else { self.old_range(at, number) };
        let is_end = |ports: Ports| [ports.first(), ports.last()].iter().any(|end| end.get() == number);
        let same = Port::new(number.into()).filter(|_| hosts.has(number));
        match old {
            Some(old) if !is_end(hosts) || is_end(old) => {
                old.moved(number, hosts).filter(|now| !is_end(hosts) || now.get() == number)
            }
            _ => same,
        }
    }

    /// The host ports with a number in them that a binding had at the last `write`, or in git's last commit.
    fn old_range(&self, at: At, number: u16) -> Option<Ports> {
        let at_last_write = self.last_write().former().into_iter().flat_map(FormerPorts::iter);
        let mut all = at_last_write.chain(self.former().iter()).filter(|one| (one.service, one.binding) == at);
        all.find_map(|former| former.host.filter(|old| old.has(number)))
    }

    /// A file as it was when bindings had those numbers; `None` if that cannot be known.
    pub fn former_file(&self, path: &RelPath) -> Option<Vec<u8>> {
        self.earlier?.file(path)
    }

    /// The allocation.
    pub fn allocation(&self) -> &'w Allocation {
        self.allocation
    }

    /// The service and binding with these indices.
    pub fn get(&self, (service, binding): At) -> (&'w Service, &'w Binding) {
        let service = &self.allocation.services[service];
        (service, &service.bindings[binding])
    }

    /// The bindings that a claim in a file about `subject` can mean; `None` if it names a host outside the platform.
    pub(super) fn candidates(&self, claim: &Claim<'_>, subject: Subject) -> Option<&[At]> {
        let named = match &claim.owner {
            Owner::Unsaid => None,
            Owner::Service(name) => Some(self.named(name, claim).unwrap_or_default()),
            Owner::Host(host) if claim.numbers.get(Role::Container).is_some() => {
                return self.of_container(host);
            }
            Owner::Host(host) => return self.named(host, claim),
            Owner::Domain(host) => return self.in_domain(host, claim),
            Owner::Variable(name) => self.by_variable.get_or_init(|| self.variables()).get(&**name).map(Few::as_slice),
            Owner::Named(name) => {
                Some(self.by_variable.get_or_init(|| self.variables()).get(&**name).map_or(&[][..], Few::as_slice))
            }
            Owner::PortName(named) => Some(self.with_name(named, claim, subject)),
            Owner::PerhapsTitle(title) => return self.of_title(title).or_else(|| self.with_range(claim, subject)),
            Owner::Title(title) => self.of_title(title),
        };
        Some(named.unwrap_or_else(|| self.with_number(claim, subject)))
    }

    /// The bindings of the service that has a port by its name: the one that the file names, else the subject if it has such a
    /// port, else every binding of that name.
    fn with_name(&self, named: &PortName<'_>, claim: &Claim<'_>, subject: Subject) -> &[At] {
        if let Some(service) = &named.service {
            return self.in_cluster(service).or_else(|| self.of_service(service)).unwrap_or_default();
        }
        if let Subject::Service(service) | Subject::Binding(service, _) = subject {
            let service = &self.allocation.services[service];
            if service.bindings.iter().any(|own| claim.is_so_of(own)) {
                return self.of_service(&service.id).unwrap_or_default();
            }
        }
        self.by_port_name.get_or_init(|| self.port_names()).get(&*named.port).map_or(&[], Few::as_slice)
    }

    /// The bindings of the service that a claim names; `None` if there is no such service. In the cluster a service has the name of
    /// its Kubernetes Service.
    fn named(&self, name: &str, claim: &Claim<'_>) -> Option<&[At]> {
        let is_in_cluster = claim.numbers.get(Role::Service).is_some();
        self.in_cluster(name).filter(|_| is_in_cluster).or_else(|| self.of_service(name))
    }

    /// The bindings of the service that a host is named after; the longest name counts.
    fn in_domain(&self, host: &str, claim: &Claim<'_>) -> Option<&[At]> {
        let mut name = host;
        loop {
            if let Some(found) = self.named(name, claim) {
                return Some(found);
            }
            name = name.rsplit_once('.')?.0;
        }
    }

    /// The bindings of the service whose Kubernetes Service has a name of its own.
    fn in_cluster(&self, name: &str) -> Option<&[At]> {
        let service = *self.by_kubernetes_name.get_or_init(|| self.kubernetes_names()).get(name)?;
        Some(self.ids().of(service))
    }

    /// The bindings of the service with an id; `None` if there is no such service.
    fn of_service(&self, id: &str) -> Option<&[At]> {
        self.ids().named(id)
    }

    /// The bindings that containers reach at a host; `None` if no container has this name, as no service on the host's network.
    fn of_container(&self, host: &str) -> Option<&[At]> {
        let service = self.ids().index(host)?;
        if self.allocation.services[service].is_on_host() { None } else { self.of_service(host) }
    }

    fn ids(&self) -> &Ids<'w> {
        self.ids.get_or_init(|| Ids::new(&self.allocation.services))
    }

    /// The bindings of the services with a title; `None` if there is no such service.
    fn of_title(&self, title: &str) -> Option<&[At]> {
        self.by_title.get_or_init(|| self.titles()).get(title).map(Few::as_slice)
    }

    /// All bindings of the subject if the claim is true of one of them, else every binding with the claim's first number.
    fn with_number(&self, claim: &Claim<'_>, subject: Subject) -> &[At] {
        if let Subject::Service(service) | Subject::Binding(service, _) = subject {
            let service = &self.allocation.services[service];
            let is_its = match service.bindings.len() {
                0..=MANY => service.bindings.iter().any(|own| claim.is_so_of(own)),
                _ => self.of_service(&service.id).is_some_and(|own| self.so_of(claim, own).next().is_some()),
            };
            if is_its {
                return self.of_service(&service.id).unwrap_or_default();
            }
        }
        self.holders(claim).unwrap_or_default()
    }

    /// The bindings of which a claim about a range is true; another range is one of `[ranges]`, or of something else.
    fn with_range(&self, claim: &Claim<'_>, subject: Subject) -> Option<&[At]> {
        claim.count?;
        let those = self.with_number(claim, subject);
        self.so_of(claim, those).next().is_some().then_some(those)
    }

    /// The bindings with the first number of the claim; `None` if it has no number.
    fn holders(&self, claim: &Claim<'_>) -> Option<&[At]> {
        let number = claim.numbers.iter().next()?;
        Some(self.by_number.get_or_init(|| self.numbers()).get(&number.port).map_or(&[], Few::as_slice))
    }

    /// The bindings in `bindings`, which are sorted, of which the claim is true.
    pub(super) fn so_of<'a>(&'a self, claim: &'a Claim<'_>, bindings: &'a [At]) -> impl Iterator<Item = At> + 'a {
        let few = if bindings.len() > MANY { self.holders(claim) } else { None };
        let is_among = move |at: &At| few.is_none() || bindings.binary_search(at).is_ok();
        let sought = few.unwrap_or(bindings).iter().copied();
        sought.filter(move |at| is_among(at) && claim.is_so_of(self.get(*at).1))
    }

    /// Those of services whose Kubernetes Service has a name of its own.
    fn kubernetes_names(&self) -> HashMap<&'w str, usize> {
        let services = self.allocation.services.iter().enumerate();
        let stated = services.filter_map(|(at, service)| Some((service.kubernetes.stated()?.name.as_ref()?, at)));
        stated.map(|((name, _), at)| (&**name, at)).collect()
    }

    fn port_names(&self) -> HashMap<&'w str, Few> {
        self.table(|_, binding| [&*binding.name])
    }

    /// Bindings by the title of their service without the blanks around it, which a cell of a table does not have.
    fn titles(&self) -> HashMap<&'w str, Few> {
        self.table(|service, _| [service.title.trim()])
    }

    /// Bindings by their environment names; a range also by those of its ends, `RELAY_MIN` and `RELAY_MAX`.
    fn variables(&self) -> HashMap<String, Few> {
        let mut table = self.table(|service, binding| [service.env_name(binding)]);
        for (at, service, binding) in self.ranges() {
            let name = service.env_name(binding);
            for end in ENDS {
                table.entry([&*name, end].concat()).and_modify(|known| known.insert(at)).or_insert(Few::One([at]));
            }
        }
        table
    }

    /// Bindings by their host, container and service port; a range by its first ones and its last ones.
    fn numbers(&self) -> HashMap<u16, Few> {
        let mut table =
            self.table(|_, binding| [binding.host, binding.container, binding.service].map(|port| port.get()));
        for (at, _, binding) in self.ranges() {
            for last in [binding.hosts(), binding.containers()].map(|ports| ports.last().get()) {
                table.entry(last).and_modify(|known| known.insert(at)).or_insert(Few::One([at]));
            }
        }
        table
    }

    /// The bindings that are ranges.
    fn ranges(&self) -> impl Iterator<Item = (At, &'w Service, &'w Binding)> {
        self.allocation.services.iter().enumerate().flat_map(|(index, service)| {
            let bindings = service.bindings.iter().enumerate().filter(|(_, binding)| binding.is_range());
            bindings.map(move |(at, binding)| ((index, at), service, binding))
        })
    }

    fn table<K: Eq + Hash, const N: usize>(
        &self,
        keys: impl Fn(&'w Service, &'w Binding) -> [K; N],
    ) -> HashMap<K, Few> {
        let services = &self.allocation.services;
        let mut table: HashMap<K, Few> = HashMap::with_capacity(services.len());
        for (index, service) in services.iter().enumerate() {
            for (at, binding) in service.bindings.iter().enumerate() {
                for key in keys(service, binding) {
                    table.entry(key).and_modify(|known| known.push((index, at))).or_insert(Few::One([(index, at)]));
                }
            }
        }
        table
    }
}
