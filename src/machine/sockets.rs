//! The sockets that wait for others.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use listeners::SocketState;

use crate::allocation::Protocol;
use crate::diagnostic::{Diagnostic, codes};

/// How long a program on this machine may take to accept a connection. Where nobody listens, the answer comes at once.
const PATIENCE: Duration = Duration::from_millis(200);

/// A socket that waits for others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// On which address: 0.0.0.0 and `::` are all of this machine.
    pub address: IpAddr,
    /// The process that has it; one of them where several do.
    pub pid: u32,
    /// The name of its program, as the system shortens it.
    pub program: String,
}

/// Every listener on this machine whose process the user may see.
#[derive(Debug, Default)]
pub struct Listeners(HashMap<(u16, Protocol), Vec<Listener>>);

impl Listeners {
    /// Those of now.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn now() -> Result<Self, Diagnostic> {
        let all = listeners::get_all().map_err(|error| {
            Diagnostic::error(codes::FAILED, format!("the system does not say who listens on its ports: {error}"))
        })?;
        let mut found: HashMap<_, Vec<Listener>> = HashMap::new();
        for one in all {
            let protocol = match one.protocol {
                listeners::Protocol::TCP if one.state == SocketState::Listen => Protocol::Tcp,
                // A connected UDP socket is no listener, but the system does not tell the two apart everywhere.
                listeners::Protocol::UDP => Protocol::Udp,
                listeners::Protocol::TCP => continue,
            };
            let listener = Listener { address: one.socket.ip(), pid: one.process.pid, program: one.process.name };
            found.entry((one.socket.port(), protocol)).or_default().push(listener);
        }
        // The system has no order.
        found.values_mut().for_each(|all| all.sort_by_key(|one| (one.address, one.pid)));
        Ok(Self(found))
    }

    /// Those on a port, by their addresses.
    pub fn on(&self, port: u16, protocol: Protocol) -> &[Listener] {
        self.0.get(&(port, protocol)).map_or(&[], Vec::as_slice)
    }

    /// The ports of a process, of both protocols, by number.
    pub fn of(&self, pid: u32) -> Vec<(u16, Protocol)> {
        let own = self.0.iter().filter(|(_, all)| all.iter().any(|one| one.pid == pid));
        let mut ports: Vec<(u16, Protocol)> = own.map(|(port, _)| *port).collect();
        ports.sort_unstable();
        ports
    }
}

/// The addresses of this machine's own on which somebody accepts a connection on a TCP port, whoever it is.
pub fn answering(port: u16) -> Vec<IpAddr> {
    let own = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    own.into_iter()
        .filter(|address| TcpStream::connect_timeout(&SocketAddr::new(*address, port), PATIENCE).is_ok())
        .collect()
}
