//! A port in a package.json, and who has it.

use super::port::{Kind, Time};
use crate::claims::At;
use crate::formats::Number;

/// Who has a number as its host port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// The service, with this binding.
    Own(usize),
    /// Another service.
    Other(At),
    /// Another service, which names the same file.
    Sharer(At),
    Nobody,
}

impl Holder {
    /// The binding; `own` is the service whose file is read.
    pub(super) fn at(self, own: usize) -> Option<At> {
        match self {
            Self::Own(binding) => Some((own, binding)),
            Self::Other(at) | Self::Sharer(at) => Some(at),
            Self::Nobody => None,
        }
    }
}

/// One port, with its place in the file.
#[derive(Debug)]
pub(super) struct Port {
    pub(super) number: Number,
    pub(super) kind: Kind,
    pub(super) holder: Holder,
    pub(super) time: Time,
    /// The binding that had it at the last `write`, where that counts.
    pub(super) was: Option<At>,
}

impl Port {
    /// Whether the service has the number.
    pub(super) fn is_own(&self) -> bool {
        matches!(self.holder, Holder::Own(_)) && self.time != Time::Before
    }

    /// Whether it can be a former number of the service.
    pub(super) fn is_of_before(&self) -> bool {
        match self.time {
            Time::Before => true,
            Time::Now => false,
            _ => matches!(self.holder, Holder::Other(_) | Holder::Nobody),
        }
    }

    /// Whether it can be the number of the main binding, now or before.
    pub(super) fn is_main(&self, main: usize) -> bool {
        self.holder == Holder::Own(main) || self.is_of_before()
    }
}
