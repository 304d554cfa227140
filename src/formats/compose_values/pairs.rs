//! What `name:number` is besides an address: a user with a group or a password, an image with its tag, a limit. It is left, and named
//! where it holds the number of a service that moves.

use super::words::Word;

/// Programs that take a user with a group, `user:group`.
const OWNERS: [&str; 18] = [
    "addgroup",
    "adduser",
    "chgrp",
    "chown",
    "chpst",
    "chroot",
    "doas",
    "gosu",
    "install",
    "runuser",
    "s6-setuidgid",
    "setpriv",
    "setuidgid",
    "su",
    "su-exec",
    "sudo",
    "useradd",
    "usermod",
];

/// Programs that take an image with its tag.
const CONTAINERS: [&str; 11] =
    ["buildah", "buildctl", "cosign", "crane", "ctr", "docker", "executor", "nerdctl", "podman", "skopeo", "trivy"];

/// Options that take a user with a group or a password, or an image with a tag.
const OPTIONS: [&str; 27] = [
    "-G",
    "-U",
    "-a",
    "-c",
    "-g",
    "-o",
    "-t",
    "-u",
    "--auth",
    "--cache-from",
    "--chown",
    "--chuid",
    "--credentials",
    "--creds",
    "--destination",
    "--from",
    "--group",
    "--groups",
    "--image",
    "--owner",
    "--proxy-user",
    "--regid",
    "--reuid",
    "--tag",
    "--user",
    "--userspec",
    "--usermap",
];

/// Parts of the names of variables that hold no address.
const VARIABLES: [&str; 18] = [
    "AUTH", "CHOWN", "CRED", "GROUP", "IMAGE", "LIMIT", "LOGIN", "OWNER", "PASS", "QUOTA", "RATE", "RUNAS", "RUN_AS",
    "SECRET", "TAG", "TOKEN", "USER", "VERSION",
];

/// Ends of the names of variables that hold an address, whatever else is in them: `AUTH_SERVICE_ADDR`.
const ADDRESSES: [&str; 8] = ["ADDR", "ADDRESS", "BROKERS", "ENDPOINT", "HOST", "HOSTS", "SERVERS", "URL"];

/// Whether `name:number` in a variable of this name is something else than an address.
pub fn is_of_variable(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let is_address = ADDRESSES.iter().any(|end| name.ends_with(end));
    !is_address && VARIABLES.iter().any(|word| name.contains(word))
}

/// Whether an option takes `name:number` as something else than an address: `-u`, `--chown=`.
pub fn is_of_option(option: &str) -> bool {
    OPTIONS.contains(&option.trim_end_matches('='))
}

/// Whether `name:number` in the word at an index is something else than an address: `chown api:8080`, `docker run api:8080`.
pub(super) fn is_in_command(words: &[Word<'_>], at: usize) -> bool {
    let before = &words[..at];
    let option = match words[at].as_str().split_once('=') {
        Some((option, _)) => option,
        None => before.last().map_or("", Word::as_str),
    };
    is_of_option(option) || is_of_program(before) || is_image(before, words[at].as_str())
}

fn is_of_program(before: &[Word<'_>]) -> bool {
    let last = before.iter().rev().map(Word::program).find(|word| !word.starts_with('-'));
    last.is_some_and(|word| OWNERS.contains(&word))
}

/// Whether a word can be an image with its tag. A command may have a megabyte of words.
fn is_image(before: &[Word<'_>], word: &str) -> bool {
    const MOST: usize = 64;
    !word.contains('=') && before.iter().rev().take(MOST).any(|word| CONTAINERS.contains(&word.program()))
}

/// Whether what follows a number makes it a rate: `api:100/min`.
pub(super) fn is_rate(behind: &str) -> bool {
    let Some(rest) = behind.strip_prefix('/') else { return false };
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let unit = rest[..end].trim_start_matches(|c: char| c.is_ascii_digit());
    !rest[end..].starts_with(['/', '.', '-', '_', '?'])
        && matches!(unit, "s" | "sec" | "second" | "m" | "min" | "minute" | "h" | "hr" | "hour" | "d" | "day")
}
