//! The machine that portgen runs on: who listens on its ports. The only room that asks the system, Docker or a cluster for it.

mod ask;
pub mod cluster;
pub mod docker;
pub mod holder;
pub mod limits;
pub mod process;
pub mod sockets;
