//! The portgen.lock that remembers which numbers files have now, so that `write` moves them as after an edit of ports.toml.

use super::propose::Proposed;
use crate::allocation::Allocation;
use crate::manifest::last_write;
use crate::outputs::lock::Lock;

/// Its text; none where files have the numbers of ports.toml.
pub(super) fn lock(allocation: &Allocation, services: &[Proposed]) -> Option<String> {
    let mut remembered = String::new();
    let mut is_other = false;
    for service in &allocation.services {
        let proposed = services.iter().find(|one| one.id == service.id)?;
        for (binding, slot) in service.bindings.iter().zip(&proposed.slots) {
            let before = slot.before().filter(|ports| ports.count() == binding.count && slot.is_published());
            let hosts = before.unwrap_or(binding.hosts());
            is_other |= hosts != binding.hosts();
            last_write::push_port(&service.id, &binding.name, hosts, &mut remembered);
        }
    }
    let lock: Lock<&str> = Lock::of(Vec::new(), remembered);
    is_other.then(|| lock.parts().collect())
}
