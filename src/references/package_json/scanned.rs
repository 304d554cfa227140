//! A script with the ports found in it.

use super::port::Kind;
use super::refusal::Stated;
use crate::formats::Number;

/// Who has a number as its host port.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// The first binding of the service.
    Main,
    /// Another binding of the service: the number is right.
    OtherBinding,
    /// Another service: an address with the number stays.
    OtherService,
    Nobody,
}

/// One port in a script, with its place in the file.
pub(super) struct Found {
    pub(super) number: Number,
    pub(super) kind: Kind,
    pub(super) holder: Holder,
}

/// A script with the ports in it.
pub(super) struct Scanned<'a> {
    pub(super) name: &'a str,
    pub(super) ports: Vec<Found>,
    /// The scripts that it starts through a test runner.
    pub(super) runs: Vec<&'a str>,
}

impl Scanned<'_> {
    pub(super) fn of(&self, kind: Kind) -> impl Iterator<Item = &Found> {
        self.ports.iter().filter(move |found| found.kind == kind)
    }

    /// The numbers stated for what the script starts.
    pub(super) fn stated(&self) -> impl Iterator<Item = Stated<'_>> {
        self.of(Kind::Stated).map(|found| self.shown(found))
    }

    /// The numbers stated for the main binding.
    pub(super) fn main(&self) -> impl Iterator<Item = Stated<'_>> {
        let main = self.of(Kind::Stated).filter(|found| found.holder != Holder::OtherBinding);
        main.map(|found| self.shown(found))
    }

    /// Whether the script states a number for the main binding.
    pub(super) fn states_main(&self) -> bool {
        self.main().next().is_some()
    }

    /// A number of the script, for a refusal.
    pub(super) fn shown<'s>(&'s self, found: &'s Found) -> Stated<'s> {
        Stated { script: self.name, number: &found.number }
    }
}

pub(super) fn find<'s, 'a>(scripts: &'s [Scanned<'a>], name: &str) -> Option<&'s Scanned<'a>> {
    scripts.iter().find(|script| script.name == name)
}
