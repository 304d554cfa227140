//! Reading ahead: while ports.toml is still being read and proven, other threads find out which of the files that
//! portgen.lock lists are on the disk just as it records them. An output whose text then has the recorded hash is known to
//! be on the disk without being read once more.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};

use crate::files::tree::Tree;
use crate::outputs::lock::{Digest, Lock, LockFile, digest};
use crate::parallel::MOST_THREADS;
use crate::path::RelPath;

/// A shorter portgen.lock, in bytes, lists too few files to be worth a thread.
const WORTH_A_THREAD: usize = 64 << 10;
/// How many files a thread takes at a time.
const BATCH: usize = 32;

/// portgen.lock, and which of its files are as it records them.
#[derive(Debug)]
pub struct Ahead {
    work: Arc<Work>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
struct Work {
    /// A tree of the threads' own, because they outlive whoever starts them if that one ends with an error.
    tree: Tree,
    lock: LockFile,
    /// The first file that nobody has taken.
    next: AtomicUsize,
    /// For each entry of the lock.
    as_recorded: OnceLock<Box<[AtomicBool]>>,
}

impl Ahead {
    /// Starts to read the files of `lock` below the root of `tree`, where they are many, on the disk, and there is
    /// a core to spare.
    pub fn start(tree: &Tree, lock: LockFile) -> Self {
        let long = lock.bytes().is_some_and(|bytes| bytes.len() >= WORTH_A_THREAD);
        let cores =
            if long && tree.snapshot().is_none() { thread::available_parallelism().map_or(1, NonZero::get) } else { 1 };
        let (next, as_recorded) = Default::default();
        let work = Arc::new(Work { tree: Tree::new(tree.root()), lock, next, as_recorded });
        let run = || {
            let work = Arc::clone(&work);
            thread::Builder::new().spawn(move || work.go_on()).ok()
        };
        let threads = (1..cores.min(MOST_THREADS)).filter_map(|_| run()).collect();
        Self { work, threads }
    }

    /// The lock.
    pub fn lock(&self) -> &LockFile {
        &self.work.lock
    }

    /// Helps to read what is left, and waits for the others.
    pub fn finish(&mut self) {
        if !self.threads.is_empty() {
            self.work.go_on();
        }
        for thread in self.threads.drain(..) {
            // What a thread that has failed leaves out is read again, and then says why.
            let _ = thread.join();
        }
    }

    /// Whether the file at `path` is known to have this digest. `near` is about where the lock lists it, a hint alone.
    pub fn knows(&self, near: usize, path: &RelPath, digest: &Digest) -> bool {
        let Some(as_recorded) = self.work.as_recorded.get() else { return false };
        let Ok(lock) = self.work.lock.lock() else { return false };
        let holds = |at: usize| as_recorded[at].load(Ordering::Relaxed) && lock.entry(at).1 == digest;
        lock.find(near, path.as_str()).any(holds)
    }
}

impl Work {
    fn go_on(&self) {
        // A broken lock is reported by whoever needs it.
        let Ok(lock) = self.lock.lock() else { return };
        let as_recorded = self.as_recorded.get_or_init(|| (0..lock.len()).map(|_| AtomicBool::new(false)).collect());
        let mut buffer = Vec::new();
        loop {
            let start = self.next.fetch_add(BATCH, Ordering::Relaxed);
            if start >= lock.len() {
                return;
            }
            for at in start..lock.len().min(start + BATCH) {
                as_recorded[at].store(self.is_as_recorded(lock, at, &mut buffer), Ordering::Relaxed);
            }
        }
    }

    fn is_as_recorded(&self, lock: &Lock, at: usize, buffer: &mut Vec<u8>) -> bool {
        let (path, recorded) = lock.entry(at);
        let read = RelPath::parse(path).is_ok_and(|path| self.tree.read_into(&path, buffer).unwrap_or(false));
        read && digest(buffer) == *recorded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::lock::render;

    #[test]
    fn what_is_as_recorded_is_known_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<RelPath> = (0..1000).map(|at| RelPath::parse(&format!("file-{at:04}")).unwrap()).collect();
        let entries: Vec<_> = names.iter().map(|name| (name.clone(), digest(name.as_str().as_bytes()))).collect();
        for (at, name) in names.iter().enumerate().filter(|(at, _)| at % 10 != 0) {
            let edited = if at % 10 == 1 { "edited" } else { "" };
            std::fs::write(folder.path().join(name.as_str()), format!("{name}{edited}")).unwrap();
        }
        let lock = LockFile::new(RelPath::parse("portgen.lock").unwrap(), Some(render(&entries).into_bytes()));
        let mut ahead = Ahead::start(&Tree::new(folder.path()), lock);
        let is_alone = ahead.threads.is_empty();
        ahead.finish();
        for (at, (name, digest)) in entries.iter().enumerate() {
            for near in [at, 0, 999, usize::MAX] {
                assert_eq!(ahead.knows(near, name, digest), at % 10 > 1 && !is_alone, "{name} near {near}");
            }
            assert!(!ahead.knows(at, name, &entries[(at + 1) % 1000].1));
        }
    }
}
