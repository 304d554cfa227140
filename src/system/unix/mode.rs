//! Whether a file is a program.

use std::fs::{Metadata, OpenOptions};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};

/// Whether somebody may run the file.
pub fn is_runnable(meta: &Metadata) -> bool {
    meta.permissions().mode() & 0o111 != 0
}

/// Has a file that is made be a program, or not.
pub fn make_runnable(options: &mut OpenOptions, is_program: bool) {
    options.mode(if is_program { 0o777 } else { 0o666 });
}
