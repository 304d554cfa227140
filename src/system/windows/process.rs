//! Limits of a process, how it ends, and the shell.

use std::io;
use std::process::ExitStatus;

/// Windows limits a process only by calls that need `unsafe`: who has started it ends it after a time.
///
/// # Errors
/// None.
pub fn limit(_: u64, _: u64) -> io::Result<()> {
    Ok(())
}

/// The exit code of a process, as far as there is room for it.
pub fn exit_code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// A line of a shell, as a program with its arguments.
pub fn shell(line: &str) -> [&str; 3] {
    ["cmd", "/C", line]
}
