//! Who holds a port: a process, a container, or somebody whom the user may not see.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::thread;

use super::docker::{self, Container};
use super::process::{Process, processes};
use super::sockets::{Listeners, answering};
use crate::allocation::{Allocation, Protocol, Service};
use crate::diagnostic::Diagnostic;
use crate::git::worktrees::{Worktree, Worktrees};

/// The machine as it is now, and this checkout on it.
#[derive(Debug)]
pub struct Machine {
    /// Who listens.
    pub listeners: Listeners,
    processes: HashMap<u32, Process>,
    /// The containers that run.
    pub containers: Vec<Container>,
    /// Why Docker does not tell, where it does not.
    pub docker_is_silent: Option<String>,
    root: PathBuf,
    /// The Compose project of this instance.
    project: Option<String>,
    worktrees: Vec<Worktree>,
    /// The folders of the services, from the root of the file system.
    folders: Vec<(String, PathBuf)>,
}

impl Machine {
    /// The machine of now, as far as it is about these ports.
    ///
    /// # Errors
    /// The system does not say who listens.
    pub fn now(
        allocation: &Allocation,
        root: &Path,
        instance: u16,
        ports: impl Iterator<Item = (u16, Protocol)>,
    ) -> Result<Self, Diagnostic> {
        // Docker's client takes longer to start than all the rest.
        let (containers, listeners) = thread::scope(|scope| {
            let containers = scope.spawn(docker::containers);
            let listeners = Listeners::now();
            (containers.join(), listeners)
        });
        let listeners = listeners?;
        let containers = containers.unwrap_or_else(|_| Err("it could not be asked".to_owned()));
        let mut pids: Vec<u32> =
            ports.flat_map(|(port, protocol)| listeners.on(port, protocol)).map(|one| one.pid).collect();
        pids.sort_unstable();
        pids.dedup();
        let root = dunce::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
        let folder = |service: &Service| Some((service.id.clone(), root.join(service.dir.as_ref()?.as_str())));
        Ok(Self {
            listeners,
            processes: processes(&pids).into_iter().map(|one| (one.pid, one)).collect(),
            docker_is_silent: containers.as_ref().err().cloned(),
            containers: containers.unwrap_or_default(),
            project: allocation.project_of(instance),
            worktrees: Worktrees::around(&root).and_then(|all| all.all().ok()).unwrap_or_default(),
            folders: allocation.services.iter().filter_map(folder).collect(),
            root,
        })
    }

    /// Who holds a port, each with the addresses on which he does.
    pub fn holders(&self, port: u16, protocol: Protocol) -> Vec<Held> {
        let mut held: Vec<Held> = Vec::new();
        for container in &self.containers {
            let on = container.published.iter().filter(|one| one.ports.has(port) && one.protocol == protocol);
            let addresses: Vec<IpAddr> = on.map(|one| one.address).collect();
            if !addresses.is_empty() {
                held.push(Held { who: Who::Container(container.clone()), addresses });
            }
        }
        let of_docker = !held.is_empty();
        for one in self.listeners.on(port, protocol) {
            if of_docker && docker::is_docker(&one.program) {
                continue;
            }
            match held.iter_mut().find(|other| other.who.pid() == Some(one.pid)) {
                Some(other) => other.addresses.push(one.address),
                None => held.push(Held { who: self.process(one.pid, &one.program), addresses: vec![one.address] }),
            }
        }
        if held.is_empty() && protocol == Protocol::Tcp {
            let addresses = answering(port);
            held.extend((!addresses.is_empty()).then_some(Held { who: Who::Unseen, addresses }));
        }
        held
    }

    fn process(&self, pid: u32, program: &str) -> Who {
        let unknown = || Process { pid, program: program.to_owned(), folder: None, started_for: None, parent: None };
        Who::Process(self.processes.get(&pid).cloned().unwrap_or_else(unknown))
    }

    /// The container of a service in the Compose project of this checkout, if it runs.
    pub fn container_of(&self, service: &Service) -> Option<&Container> {
        self.containers.iter().find(|one| self.is_here(one) && is_named(service, &one.service))
    }

    /// Whether somebody holds the port of a service rightly.
    pub fn is_right(&self, who: &Who, service: &Service) -> bool {
        match who {
            Who::Container(container) => self.is_here(container) && is_named(service, &container.service),
            Who::Process(process) => match (&process.started_for, &process.folder) {
                (Some((started, root)), _) => *started == service.id && *root == self.root,
                (None, Some(folder)) => self.is_folder_of(folder, service),
                (None, None) => false,
            },
            Who::Unseen => false,
        }
    }

    /// Whether a container belongs to this checkout: its project is that of this instance, or Compose was started here.
    fn is_here(&self, container: &Container) -> bool {
        let is_inside = !container.folder.is_empty() && Path::new(&container.folder).starts_with(&self.root);
        is_inside || !container.project.is_empty() && self.project.as_ref() == Some(&container.project)
    }

    /// Whether what runs in a folder is a service's: its own folder is the nearest, or nobody's is, in this checkout.
    fn is_folder_of(&self, folder: &Path, service: &Service) -> bool {
        let nearest = self.folders.iter().filter(|(_, own)| folder.starts_with(own));
        let nearest = nearest.map(|(_, own)| own).max_by_key(|own| own.components().count());
        match nearest {
            Some(nearest) => self.folders.iter().any(|(id, own)| own == nearest && *id == service.id),
            None => folder.starts_with(&self.root) && self.worktree_of(folder).is_none_or(|one| one.is_this),
        }
    }

    fn worktree_of(&self, folder: &Path) -> Option<&Worktree> {
        let around = self.worktrees.iter().filter(|one| folder.starts_with(&one.folder));
        around.max_by_key(|one| one.folder.components().count())
    }

    /// Who it is, for people: the program, its process and its folder; the container and its project; the other worktree.
    pub fn shown(&self, who: &Who) -> String {
        match who {
            Who::Unseen => "a process that you may not see".to_owned(),
            Who::Container(one) if one.project.is_empty() => format!("container {}", one.name),
            Who::Container(one) => {
                format!("container {} of project {}{}", one.name, one.project, self.other(Path::new(&one.folder)))
            }
            Who::Process(one) => {
                let folder = one.folder.as_deref();
                let place = folder.map(|folder| format!(" in {}{}", self.short(folder), self.other(folder)));
                let known = if one.program.starts_with("ControlCe") { ", AirPlay Receiver of macOS" } else { "" };
                format!("{} (pid {}{known}){}", one.program, one.pid, place.unwrap_or_default())
            }
        }
    }

    /// A folder from the root, if it lies there.
    fn short(&self, folder: &Path) -> String {
        match folder.strip_prefix(&self.root) {
            Ok(rest) if rest.as_os_str().is_empty() => "the folder of ports.toml".to_owned(),
            Ok(rest) => rest.display().to_string(),
            Err(_) => folder.display().to_string(),
        }
    }

    /// What is said of another worktree that a folder lies in.
    fn other(&self, folder: &Path) -> String {
        let Some(other) = self.worktree_of(folder).filter(|one| !one.is_this) else { return String::new() };
        match other.instance {
            Some(number) => format!(", the worktree with instance {number}"),
            None => ", another worktree".to_owned(),
        }
    }
}

/// Whether a service of Compose is this one, by its id or one of its other names.
fn is_named(service: &Service, name: &str) -> bool {
    service.id == name || service.aliases.iter().flat_map(|all| all.iter()).any(|alias| alias == name)
}

/// Somebody who holds a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A process.
    Process(Process),
    /// A container of Docker.
    Container(Container),
    /// A connection is accepted, by a process of another user, for example.
    Unseen,
}

impl Who {
    /// The id of a process; none of anybody else.
    pub fn pid(&self) -> Option<u32> {
        match self {
            Self::Process(process) => Some(process.pid),
            Self::Container(_) | Self::Unseen => None,
        }
    }
}

/// Somebody who holds a port, with the addresses on which he does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Who it is.
    pub who: Who,
    /// Of the machine.
    pub addresses: Vec<IpAddr>,
}

impl Held {
    /// Whether he accepts connections to an address of loopback. `::` takes those to 127.0.0.1, too, where nobody else has them.
    pub fn answers(&self, loopback: IpAddr, others_have: bool) -> bool {
        let on = |address: IpAddr| self.addresses.contains(&address);
        let any_v6 = on(Ipv6Addr::UNSPECIFIED.into());
        on(loopback)
            || match loopback {
                IpAddr::V4(_) => on(Ipv4Addr::UNSPECIFIED.into()) || any_v6 && !others_have,
                IpAddr::V6(_) => any_v6,
            }
    }

    /// On which addresses, for people.
    pub fn addresses(&self) -> String {
        let is_all = self.addresses.iter().any(IpAddr::is_unspecified);
        if is_all {
            return "all addresses".to_owned();
        }
        self.addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
    }
}
