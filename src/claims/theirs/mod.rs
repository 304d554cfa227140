//! The Compose files that compose.ports.yml goes over: somebody else writes them.

mod findings;
mod former;
mod published;
mod services;

pub use findings::{check_replaced, published_again};
pub use services::published_elsewhere;

/// The output that replaces ports.
const OUTPUT: &str = "compose.ports.yml";
