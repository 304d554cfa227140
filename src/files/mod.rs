//! The files below the root: from the disk, never through a symlink, or as git has them.

pub mod disk;
pub mod names;
pub mod root;
pub mod snapshot;
pub mod tree;

pub mod walk;
