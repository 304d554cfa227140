//! Limits of a process, how it ends, and the shell.

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What a shell says of how a process ended: its exit code, or 128 and the number of the signal.
pub fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// A line of a shell, as a program with its arguments.
pub fn shell(line: &str) -> [&str; 3] {
    ["sh", "-c", line]
}

/// Limits what this process may use from now on: processor time in seconds, memory in bytes.
///
/// # Errors
/// The system refuses.
pub fn limit(seconds: u64, memory: u64) -> io::Result<()> {
    let lower = |resource, most: u64| {
        let most = getrlimit(resource).maximum.map_or(most, |maximum| maximum.min(most));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
    };
    lower(Resource::Core, 0)?;
    lower(Resource::Cpu, seconds)?;
    Ok(lower(Resource::Data, memory)?)
}
