//! What portgen.lock remembers: the ports of the last `write`, those before them, and the numbers that it left in files of people.

use foldhash::{HashMap, HashMapExt};

use super::ids::At;
use super::owners::Owners;
use crate::manifest::last_write::{self, History, LastWrite};
use crate::path::RelPath;

impl<'w> Owners<'w> {
    /// The numbers that bindings had at the last `write`.
    pub fn last_write(&self) -> &LastWrite {
        self.last_write.get_or_init(|| match (self.before, self.lock) {
            (Some(before), _) => LastWrite::of(before.allocation, self.allocation),
            (None, Some(_)) if self.is_lock_of_now() => LastWrite::Unchanged,
            (None, Some((text, _))) => LastWrite::read(text, self.allocation),
            (None, None) => LastWrite::Unknown,
        })
    }

    /// The host ports that bindings had at the last `write` and before it.
    pub fn history(&self) -> &History<'w> {
        let lock = self.lock.map_or(&[][..], |(text, _)| text);
        self.history.get_or_init(|| match self.before {
            None if self.is_lock_of_now() => History::default(),
            before => History::read(lock, before.map(|before| before.allocation)),
        })
    }

    /// Whether the lock remembers the ports of now and none before them, as most do.
    fn is_lock_of_now(&self) -> bool {
        let is_of_now = || self.lock.is_some_and(|(text, _)| last_write::is_of(text, self.allocation));
        *self.is_lock_of_now.get_or_init(is_of_now)
    }

    /// The numbers that the last `write` left in the file at `path`, as a list with blanks; after a merge those of both sides.
    pub fn written_numbers(&self, path: &RelPath) -> impl Iterator<Item = &'w str> {
        let read = || last_write::files(self.lock.map_or(&[][..], |(text, _)| text));
        let files = self.written_files.get_or_init(read);
        let start = files.partition_point(|(known, _)| *known < path.as_str());
        let own = files[start..].iter().take_while(|(known, _)| *known == path.as_str());
        own.map(|(_, numbers)| *numbers)
    }

    /// Whether git's last commit may know better than the last `write` what a file means that is as in that commit: its portgen.lock is
    /// another one, so that the file can have been taken from there since.
    pub fn has_other_commit(&self) -> bool {
        let is_other = |(text, path): (&[u8], &RelPath)| {
            self.earlier.is_some_and(|earlier| earlier.is_in_git() && earlier.file(path).as_deref() != Some(text))
        };
        *self.has_other_commit.get_or_init(|| self.lock.is_some_and(is_other))
    }

    /// The bindings that had a host port before the last `write` or at it, and have another one now. Ranges are not among them.
    pub fn had_long_ago(&self, number: u16) -> &[At] {
        self.long_ago.get_or_init(|| self.all_long_ago()).get(&number).map_or(&[], Vec::as_slice)
    }

    fn all_long_ago(&self) -> HashMap<u16, Vec<At>> {
        let mut all: HashMap<u16, Vec<At>> = HashMap::new();
        for (at, service) in self.allocation.services.iter().enumerate() {
            for (index, binding) in service.bindings.iter().enumerate() {
                let former = self.history().of(service, binding).into_iter();
                for hosts in former.filter(|hosts| hosts.is_one() && !binding.is_range() && *hosts != binding.hosts()) {
                    all.entry(hosts.first().get()).or_default().push((at, index));
                }
            }
        }
        all
    }
}
