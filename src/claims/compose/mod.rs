//! The ports that the `compose` keys of ports.toml state, judged where the user wrote them.

mod findings;
mod follow;
mod former;
mod hosts;
mod left;
mod messages;
mod names;
mod places;
mod statements;
mod unset;

use crate::diagnostic::{Code, codes};

pub use findings::judge;
pub use follow::follow;
pub use left::left;
pub use names::{Mention, left_names, mentions, places as places_of, renamed};
pub use unset::unset_ports;

/// The lints that look at `compose`.
pub const LINTS: [Code; 3] = [codes::CONTAINER_PORT, codes::STALE_PORT, codes::UNKNOWN_HOST];
