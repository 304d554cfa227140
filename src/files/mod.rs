//! The files below the root: from the disk, never through a symlink, or as git has them.

pub mod disk;
pub mod load;
pub mod snapshot;
pub mod tree;
