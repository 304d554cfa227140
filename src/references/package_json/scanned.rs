//! A script that has been read, with what it states on ports.

use super::port::Kind;
use super::refusal::Stated;
use crate::formats::Number;

/// Whose host port a number is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// The service's: its first binding's.
    Main,
    /// That of another binding of the service: a place that states it is right as it is.
    OtherBinding,
    /// Another service's: an address with it stays.
    OtherService,
    Nobody,
}

/// One port in a script; its place is the file's.
pub(super) struct Found {
    pub(super) number: Number,
    pub(super) kind: Kind,
    pub(super) holder: Holder,
}

/// A script with the ports in it.
pub(super) struct Scanned<'a> {
    pub(super) name: &'a str,
    pub(super) ports: Vec<Found>,
    /// The scripts that a tester in it starts.
    pub(super) runs: Vec<&'a str>,
}

impl Scanned<'_> {
    /// The numbers of a kind.
    pub(super) fn of(&self, kind: Kind) -> impl Iterator<Item = &Found> {
        self.ports.iter().filter(move |found| found.kind == kind)
    }

    /// The numbers that it states for what it starts.
    pub(super) fn stated(&self) -> impl Iterator<Item = Stated<'_>> {
        self.of(Kind::Stated).map(|found| self.shown(found))
    }

    /// Those that it states for the main binding.
    pub(super) fn main(&self) -> impl Iterator<Item = Stated<'_>> {
        let main = self.of(Kind::Stated).filter(|found| found.holder != Holder::OtherBinding);
        main.map(|found| self.shown(found))
    }

    /// Whether it states a number for the main binding.
    pub(super) fn states_main(&self) -> bool {
        self.main().next().is_some()
    }

    /// A number of it, for a refusal.
    pub(super) fn shown<'s>(&'s self, found: &'s Found) -> Stated<'s> {
        Stated { script: self.name, number: &found.number }
    }
}

/// The script with a name.
pub(super) fn find<'s, 'a>(scripts: &'s [Scanned<'a>], name: &str) -> Option<&'s Scanned<'a>> {
    scripts.iter().find(|script| script.name == name)
}
