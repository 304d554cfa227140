//! Ports that services have only because Compose files speak of them.

use super::decide::Slot;
use super::evidence::{At, Expose, Source, Stated as Said};
use super::propose::Proposed;
use super::spoken::{Said as How, Spoken};
use crate::allocation::Ports;

/// Gives services the ports that files speak of: to one of which no port is known, to one that says itself that it listens there, to one
/// that is started from somebody else's image, and to each of the file that portgen writes from now on, which has to have them. Where
/// that has others already it may not listen there: these are returned, each as a line for people.
pub(super) fn give(all: &[Spoken], services: &mut [Proposed]) -> Vec<String> {
    let mut doubtful = Vec::new();
    let is_empty: Vec<bool> = services.iter().map(|one| one.slots.is_empty()).collect();
    for Spoken { caller, owner, ports, name, said, at } in all {
        let Some(index) = services.iter().position(|one| one.is_called(owner)) else { continue };
        let service = &mut services[index];
        let listens = |slot: &Slot| slot.container.taken().or(slot.number()).is_some_and(|own| own.meets(*ports));
        // The number on the machine is a mistake inside of a network.
        let is_outside = |slot: &Slot| slot.host.has(*ports);
        if let [only] = &mut service.slots[..]
            && *said == How::Told
            && only.container.0.is_empty()
            && only.number() != Some(*ports)
        {
            // Development listens elsewhere than the container.
            only.add(&Said { container: Some(*ports), ..Said::at(at.clone()) }, Source::Compose);
            continue;
        }
        if let [only] = &mut service.slots[..]
            && *said == How::Asked
            && only.is_usual
            && only.host.0.is_empty()
        {
            // The image is set up for another port than it has by itself.
            *only = inside(*ports, name.as_ref(), at);
            continue;
        }
        let is_sure =
            matches!(said, How::Itself | How::Asked) || service.is_image && !service.slots.iter().any(is_outside);
        if service.slots.iter().any(listens) || !(is_empty[index] || is_sure || service.is_taken()) {
            continue;
        }
        if !is_empty[index] && !is_sure {
            let at = at.shown();
            doubtful.push(format!(
                "{at}: {caller} states port {ports} of {owner}, and nothing else says that it listens there"
            ));
        }
        service.slots.push(inside(*ports, name.as_ref(), at));
    }
    doubtful
}

/// A port that nobody reaches on the machine.
fn inside(ports: Ports, name: Option<&String>, at: &At) -> Slot {
    let expose = Some(Expose::Hidden);
    let inside = Said { container: Some(ports), name: name.cloned(), expose, ..Said::at(at.clone()) };
    Slot::new(&inside, Source::Compose)
}
