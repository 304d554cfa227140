//! The bindings that an output has to state, and which of them it has stated so far.

use crate::allocation::Binding;
use crate::claims::owners::At;
use crate::templates::context::{Subject, World, bindings_of};

/// The bindings of an output's subject, in the order of the file; those that are stated are taken out.
pub(super) struct Owed<'w>(Vec<(usize, usize, Option<&'w Binding>)>);

impl<'w> Owed<'w> {
    /// Nothing is stated yet.
    pub(super) fn new(world: &'w World, subject: Subject) -> Self {
        let bindings = bindings_of(world, subject).into_iter();
        Self(bindings.map(|(service, index, binding)| (service, index, Some(binding))).collect())
    }

    /// A binding is stated, the subject's or another.
    pub(super) fn state(&mut self, at: At) {
        let is_here = |(service, index, _): &(usize, usize, _)| (*service, *index).cmp(&at);
        // Where every service has one binding, it is found at once.
        let place = at.0.wrapping_sub(self.0.first().map_or(0, |(service, ..)| *service));
        let is_there = self.0.get(place).is_some_and(|owed| is_here(owed).is_eq());
        if let Ok(place) = if is_there { Ok(place) } else { self.0.binary_search_by(is_here) } {
            self.0[place].2 = None;
        }
    }

    /// The bindings that are not stated, with their services' indices.
    pub(super) fn rest(&self) -> impl Iterator<Item = (usize, &'w Binding)> {
        self.0.iter().filter_map(|(service, _, binding)| binding.map(|binding| (*service, binding)))
    }
}
