//! The ports that the `compose` keys of ports.toml state, judged where the user wrote them.

mod callers;
mod findings;
mod follow;
mod former;
mod hosts;
mod left;

mod messages;
mod places;
mod statements;

use crate::diagnostic::{Code, codes};

pub use callers::{Caller, callers};
pub use findings::judge;
pub use follow::follow;
pub use left::left;

/// The lints that look at `compose`.
pub const LINTS: [Code; 3] = [codes::CONTAINER_PORT, codes::STALE_PORT, codes::UNKNOWN_HOST];
