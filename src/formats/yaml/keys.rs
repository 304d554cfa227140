//! The keys of the open mappings, each of which may have a key once only.

use std::borrow::Cow;
use std::collections::HashSet;

/// Up to so many keys, comparing with each is quicker than a set.
const FEW: usize = 16;

/// The keys of all open mappings on one stack, so that a small mapping costs no allocation of its own.
#[derive(Default)]
pub(super) struct Keys<'t> {
    few: Vec<Cow<'t, str>>,
}

/// One open mapping's share of [`Keys`].
pub(super) struct Share<'t> {
    first: usize,
    many: Option<HashSet<Cow<'t, str>>>,
}

impl<'t> Keys<'t> {
    /// Opens a mapping inside of those that are open.
    pub(super) fn open(&self) -> Share<'t> {
        Share { first: self.few.len(), many: None }
    }

    /// Adds a key to the innermost open mapping: whether it is new there.
    pub(super) fn insert(&mut self, share: &mut Share<'t>, key: Cow<'t, str>) -> bool {
        if let Some(many) = &mut share.many {
            return many.insert(key);
        }
        if self.few[share.first..].contains(&key) {
            return false;
        }
        self.few.push(key);
        if self.few.len() - share.first > FEW {
            share.many = Some(self.few.drain(share.first..).collect());
        }
        true
    }

    /// Closes the innermost open mapping.
    pub(super) fn close(&mut self, share: &Share<'t>) {
        self.few.truncate(share.first);
    }
}
