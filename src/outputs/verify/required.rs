//! The bindings that an output has to state, and which of them it has stated so far.

use crate::allocation::Binding;
use crate::claims::At;
use crate::templates::context::{Context, Subject};

/// The bindings of an output's subject, in the order of the file; those that are stated are taken out.
pub(super) struct Required<'w>(Vec<(At, Option<&'w Binding>)>);

impl<'w> Required<'w> {
    /// Nothing is stated yet.
    pub(super) fn new(context: &'static Context, subject: Subject) -> Self {
        let bindings = context.bindings_of(subject).into_iter();
        Self(bindings.map(|(at, binding)| (at, Some(binding))).collect())
    }

    /// A binding is stated, the subject's or another.
    pub(super) fn state(&mut self, at: At) {
        // Where every service has one binding, it is found at once.
        let guess = at.0.wrapping_sub(self.0.first().map_or(0, |((service, _), _)| *service));
        let place = match self.0.get(guess) {
            Some((there, _)) if *there == at => Ok(guess),
            _ => self.0.binary_search_by_key(&at, |(there, _)| *there),
        };
        if let Ok(place) = place {
            self.0[place].1 = None;
        }
    }

    /// The bindings that are not stated and `must` be.
    pub(super) fn rest(&self, must: impl Fn(&Binding) -> bool) -> impl Iterator<Item = At> {
        self.0.iter().filter(move |(_, left)| left.is_some_and(&must)).map(|(at, _)| *at)
    }
}
