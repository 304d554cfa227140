//! The containers of Docker that publish ports on this machine.

use std::net::IpAddr;

use super::ask::ask;
use crate::allocation::{Port, Ports, Protocol};

/// The names under which processes of Docker Engine, Docker Desktop, rootless Docker, Colima, OrbStack and Podman hold ports for containers.
const HOLDERS: [&str; 8] =
    ["docker-proxy", "com.docker", "dockerd", "rootlessport", "rootlesskit", "vpnkit", "OrbStack", "limactl"];

/// One line for each container, with tabs between its fields: labels and names have none.
const FORMAT: &str = "{{.Names}}\t{{.Label \"com.docker.compose.project\"}}\t{{.Label \"com.docker.compose.service\"}}\t\
                      {{.Label \"com.docker.compose.project.working_dir\"}}\t{{.Ports}}";

/// A container that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// The project of Compose; empty where Compose has not started it.
    pub project: String,
    /// The service of Compose, likewise.
    pub service: String,
    /// The folder that Compose takes for the project's, likewise.
    pub folder: String,
    /// What it publishes.
    pub published: Vec<Published>,
}

/// Ports of the machine that belong to a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// On which address of the machine.
    pub address: IpAddr,
    /// On which ports of it.
    pub ports: Ports,
    /// Their protocol.
    pub protocol: Protocol,
}

/// The containers that run; none where there is no Docker here. `Err` says why Docker does not tell.
pub fn containers() -> Result<Vec<Container>, String> {
    let printed = ask("docker", &["ps", "--no-trunc", "--format", FORMAT])?;
    Ok(printed.unwrap_or_default().lines().filter_map(container).collect())
}

/// Whether a process with this name holds ports for containers.
pub fn is_docker(program: &str) -> bool {
    HOLDERS.iter().any(|holder| program.starts_with(holder))
}

fn container(line: &str) -> Option<Container> {
    let mut fields = line.split('\t').map(str::to_owned);
    let (name, project, service, folder) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let ports = fields.next()?;
    Some(Container { name, project, service, folder, published: ports.split(", ").filter_map(published).collect() })
}

/// `127.0.0.1:4001->4001/tcp`, `[::]:5000-5009->5000-5009/udp`, `:::80->80/tcp`; nothing of a port that is not published, `80/tcp`.
fn published(entry: &str) -> Option<Published> {
    let (outside, inside) = entry.split_once("->")?;
    let (address, ports) = outside.rsplit_once(':')?;
    let (_, protocol) = inside.rsplit_once('/')?;
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let [first, last] = [first, last].map(|port| Port::new(port.parse().ok()?));
    let protocol = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp].into_iter().find(|one| one.as_str() == protocol)?;
    let address = address.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
    Some(Published { address, ports: Ports::new(first?, last?)?, protocol })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_docker_prints_is_read() {
        let line = "shop-db-1\tshop\tdb\t/work/shop\t127.0.0.1:5432->5432/tcp, [::1]:53->53/udp, :::80-81->80-81/tcp, 9000/tcp";
        let container = container(line).unwrap();
        assert_eq!([&*container.name, &container.project, &container.service], ["shop-db-1", "shop", "db"]);
        let published: Vec<String> = container
            .published
            .iter()
            .map(|one| format!("{} {} {}", one.address, one.ports, one.protocol.as_str()))
            .collect();
        assert_eq!(published, ["127.0.0.1 5432 tcp", "::1 53 udp", ":: 80-81 tcp"]);
    }
}
