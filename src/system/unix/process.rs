//! Limits of a process.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

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
