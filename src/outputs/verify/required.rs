//! The bindings that an output must state and has not stated so far.

use crate::allocation::Binding;
use crate::claims::At;
use crate::templates::context::{Context, Subject};

/// The bindings of an output's subject, in the order of ports.toml; `None` once they are stated.
pub(super) struct Required<'w>(Vec<(At, Option<&'w Binding>)>);

impl<'w> Required<'w> {
    /// The bindings of `subject`, none of them stated.
    pub(super) fn new(context: &'static Context, subject: Subject) -> Self {
        let bindings = context.bindings_of(subject).into_iter();
        Self(bindings.map(|(at, binding)| (at, Some(binding))).collect())
    }

    /// Marks a binding as stated; ignores bindings of other subjects.
    pub(super) fn state(&mut self, at: At) {
        // The right index if every service has one binding.
        let guess = at.0.wrapping_sub(self.0.first().map_or(0, |((service, _), _)| *service));
        let place = match self.0.get(guess) {
            Some((there, _)) if *there == at => Ok(guess),
            _ => self.0.binary_search_by_key(&at, |(there, _)| *there),
        };
        if let Ok(place) = place {
            self.0[place].1 = None;
        }
    }

    /// The bindings that are not stated but `must` be.
    pub(super) fn rest(&self, must: impl Fn(usize, &Binding) -> bool) -> impl Iterator<Item = At> {
        self.0.iter().filter(move |(at, left)| left.is_some_and(|binding| must(at.0, binding))).map(|(at, _)| *at)
    }
}
