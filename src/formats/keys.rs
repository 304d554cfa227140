//! Finds duplicate keys: in the open mappings of a file, or among the names of a file without mappings.

use std::borrow::Cow;
use std::collections::HashSet;

/// Up to this many keys, comparing with each is faster than a set.
const FEW: usize = 16;

/// The keys of all open mappings on one stack, so that small mappings need no allocation.
pub(in crate::formats) struct Keys<'t> {
    /// The keys of each small mapping; `None` marks the start of a mapping.
    few: Vec<Option<Cow<'t, str>>>,
    /// The keys of each large mapping, with the index in `few` after its mark.
    many: Vec<(usize, HashSet<Cow<'t, str>>)>,
}

impl<'t> Keys<'t> {
    /// Starts without an open mapping: keys belong to the file itself.
    pub(in crate::formats) fn new() -> Self {
        Self { few: Vec::with_capacity(2 * FEW), many: Vec::new() }
    }

    /// Opens a mapping inside the open ones.
    pub(in crate::formats) fn open(&mut self) {
        self.few.push(None);
    }

    /// Adds a key to the innermost open mapping; returns whether it is new there. Inlined, because it runs for every key.
    #[inline(always)]
    pub(in crate::formats) fn insert(&mut self, key: Cow<'t, str>) -> bool {
        if let Some((_, many)) = self.many.last_mut().filter(|(start, _)| *start == self.few.len()) {
            return many.insert(key);
        }
        let mut count = 0;
        for known in self.few.iter().rev().map_while(Option::as_ref) {
            if *known == key {
                return false;
            }
            count += 1;
        }
        self.few.push(Some(key));
        if count == FEW {
            let start = self.few.len() - count - 1;
            self.many.push((start, self.few.drain(start..).flatten().collect()));
        }
        true
    }

    /// Closes the innermost open mapping.
    pub(in crate::formats) fn close(&mut self) {
        self.many.pop_if(|(start, _)| *start == self.few.len());
        while let Some(Some(_)) = self.few.pop() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_new_once_in_its_mapping_however_many_there_are() {
        for count in [1, FEW - 1, FEW, FEW + 1, 3 * FEW] {
            let mut keys = Keys::new();
            let mut names = (0..count).map(|index| format!("k{index}"));
            keys.open();
            for name in names.clone() {
                assert!(keys.insert(name.clone().into()));
                keys.open();
                assert!(names.clone().all(|name| keys.insert(name.into())), "in a mapping inside of {name}");
                assert!(!keys.insert("k0".into()));
                keys.close();
            }
            assert!(names.all(|name| !keys.insert(name.into())), "{count}");
            assert!(keys.insert("new".into()));
            keys.close();
            assert!(keys.insert("k0".into()), "the file's own");
        }
    }
}
