//! Whether what a file states is so of one binding.

use crate::allocation::Binding;
use crate::formats::{Claim, Number};

/// Whether everything that a claim states is so of `binding`.
pub(super) fn agrees(claim: &Claim<'_>, binding: &Binding) -> bool {
    claim.numbers.iter().all(|number| is_of(number, binding))
        && claim.protocol.is_none_or(|protocol| protocol == binding.protocol)
        && claim.expose.is_none_or(|expose| expose == binding.expose)
}

/// Whether a number is that of `binding`.
fn is_of(number: &Number, binding: &Binding) -> bool {
    match number.role.of(binding) {
        Some(port) => port.get() == number.port,
        None => [binding.host, binding.container, binding.service].iter().any(|port| port.get() == number.port),
    }
}
