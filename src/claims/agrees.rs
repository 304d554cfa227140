//! Whether what a file states is so of one binding.

use crate::allocation::{Binding, Port};
use crate::formats::{Claim, Number, Role};

/// Whether everything that a claim states is so of `binding`.
pub(super) fn agrees(claim: &Claim<'_>, binding: &Binding) -> bool {
    claim.numbers.iter().all(|number| is_of(number, binding))
        && claim.protocol.is_none_or(|protocol| protocol == binding.protocol)
        && claim.expose.is_none_or(|expose| expose == binding.expose)
}

/// Whether a number is that of `binding`.
fn is_of(number: &Number, binding: &Binding) -> bool {
    let is = |port: Port| port.get() == number.port;
    match number.role {
        Role::Host => is(binding.host),
        Role::Container => is(binding.container),
        Role::Service => is(binding.service),
        Role::Unknown => is(binding.host) || is(binding.container) || is(binding.service),
    }
}
