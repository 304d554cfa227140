//! Whether what is inside of a block is what portgen wrote there.

use crate::files::tree::Tree;
use crate::git::{conflict_markers, merges};
use crate::manifest::last_write;
use crate::outputs::digest::digest;
use crate::outputs::lock::LockFile;
use crate::path::RelPath;

/// What portgen.lock and git know of blocks.
#[derive(Debug)]
pub struct Memory<'l> {
    tree: &'l Tree,
    lock: &'l LockFile,
    /// The files with the digests of their blocks, by path.
    written: Vec<(&'l str, &'l str)>,
}

impl<'l> Memory<'l> {
    /// That of the files of `tree`, whose portgen.lock is `lock`.
    pub fn new(tree: &'l Tree, lock: &'l LockFile) -> Self {
        Self { tree, lock, written: last_write::blocks(lock.bytes().unwrap_or_default()) }
    }

    /// Adds the lines of portgen.lock about the blocks of a file that is not read this time.
    pub fn push_lines(&self, path: &str, out: &mut String) {
        self.of_file(path).for_each(|hex| last_write::push_block(path, hex, out));
    }

    /// The digests of the blocks of a file.
    fn of_file(&self, path: &str) -> impl Iterator<Item = &'l str> {
        let known = &self.written[self.written.partition_point(|(known, _)| *known < path)..];
        known.iter().take_while(move |(known, _)| *known == path).map(|(_, hex)| *hex)
    }

    /// Whether portgen wrote a text into a block of a file, or git made it of two such texts and left a conflict.
    pub(super) fn has_written(&self, path: &RelPath, plain: &str) -> bool {
        if self.records(path, plain) {
            return true;
        }
        if let Some(sides) = sides(plain) {
            return sides.iter().all(|side| self.records(path, side));
        }
        // Somebody has taken it back, or checked out another commit.
        let mut line = String::new();
        last_write::push_block(path.as_str(), &digest(plain.as_bytes()).hex(), &mut line);
        merges::has_had(self.tree.root(), self.lock.path().as_str(), line.trim_end())
    }

    /// Whether portgen.lock has a text of a block of a file. An empty one is nobody's.
    fn records(&self, path: &RelPath, plain: &str) -> bool {
        let hex = digest(plain.as_bytes()).hex();
        plain.trim().is_empty() || self.of_file(path.as_str()).any(|written| written == hex)
    }
}

/// The texts of both sides of the conflicts in a text; none where there is no conflict.
fn sides(text: &str) -> Option<[String; 2]> {
    let [mut ours, mut theirs] = [String::new(), String::new()];
    // The marker of the conflict's part that the lines are in; a blank outside of one.
    let mut part = b' ';
    let mut has_conflict = false;
    for line in text.split_inclusive('\n') {
        match (conflict_markers::marker(line.trim_end().as_bytes()), part) {
            (Some((b'<', _)), b' ') => (part, has_conflict) = (b'<', true),
            (Some((b'|', _)), b'<') => part = b'|',
            (Some((b'=', _)), b'<' | b'|') => part = b'=',
            (Some((b'>', _)), b'=') => part = b' ',
            _ => {
                if matches!(part, b' ' | b'<') {
                    ours.push_str(line);
                }
                if matches!(part, b' ' | b'=') {
                    theirs.push_str(line);
                }
            }
        }
    }
    (has_conflict && part == b' ').then_some([ours, theirs])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_has_two_sides() {
        let text = "a\n<<<<<<< HEAD\nb\n||||||| base\nx\n=======\nc\n>>>>>>> main\nd\n";
        assert_eq!(sides(text), Some(["a\nb\nd\n".to_owned(), "a\nc\nd\n".to_owned()]));
        assert_eq!(sides("a\n"), None);
        assert_eq!(sides("<<<<<<< HEAD\nb\n"), None);
    }
}
