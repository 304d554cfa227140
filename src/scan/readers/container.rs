//! Containers that commands run: `docker run -p 4001:3000 auth`.

use std::borrow::Cow;
use std::ops::Range;

use crate::scan::statement::Whose;

/// The most bytes of a command around a number.
const MOST: usize = 2048;

/// Options of `docker run` with a value in the next word.
const VALUES: [&str; 17] = [
    "-e",
    "-h",
    "-l",
    "-m",
    "-p",
    "-u",
    "-v",
    "-w",
    "--add-host",
    "--cpus",
    "--entrypoint",
    "--env",
    "--env-file",
    "--mount",
    "--name",
    "--network",
    "--volume",
];

/// The image of the `docker run` that a number is of; a backslash joins the lines of a command.
pub(super) fn image_of(text: &str, digits: &Range<usize>) -> Option<String> {
    let (mut from, mut to) = (digits.start.saturating_sub(MOST), text.len().min(digits.end + MOST));
    while !text.is_char_boundary(from) {
        from += 1;
    }
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let (before, behind) = (&text[from..digits.start], &text[digits.end..to]);
    let is_end = |text: &str| !text.trim_end_matches([' ', '\r']).ends_with('\\');
    let start = before.rmatch_indices('\n').find(|(at, _)| is_end(&before[..*at])).map_or(0, |(at, _)| at + 1);
    // An option on a line of its own is one of a command above, also where a backslash is missing.
    let start = if before[start..].trim_start().starts_with('-') {
        before.rfind("\n\n").max(before.rfind("```")).unwrap_or(start)
    } else {
        start
    };
    let end = behind.match_indices('\n').find(|(at, _)| is_end(&behind[..*at])).map_or(behind.len(), |(at, _)| at);
    let behind = behind[..end].replace("\\\r\n", " ").replace("\\\n", " ");
    image(&before[start..], behind.split('`').next()?).map(str::to_owned)
}

/// The image that a container of `docker run` is of, around a number of it.
pub(super) fn image<'l>(before: &str, behind: &'l str) -> Option<&'l str> {
    let command = before.rsplit(['&', ';', '|']).next().unwrap_or_default();
    let runs = ["docker", "podman", "nerdctl"].iter().any(|program| command.contains(program))
        && [" run ", " create "].iter().any(|word| command.contains(word));
    let mut words = words(behind).skip(usize::from(!behind.starts_with(' ')));
    while let Some(word) = words.next().filter(|_| runs) {
        if VALUES.contains(&word) {
            words.next();
        } else if !word.starts_with('-') {
            let image = word.trim_matches(['"', '\'']);
            return Some(image).filter(|image| name_of(image).starts_with(|c: char| c.is_ascii_alphanumeric()));
        }
    }
    None
}

/// The last part of the name of an image, without its tag: `auth` of `ghcr.io/a/auth:v1`.
fn name_of(image: &str) -> &str {
    let last = image.rsplit('/').next().unwrap_or_default();
    last.split([':', '@']).next().unwrap_or_default()
}

/// Whose a container of an image is.
pub(super) fn of_image<'t>(image: &str) -> Whose<'t> {
    Whose::Image(Cow::Owned(name_of(image).to_owned()), Cow::Owned(image.to_owned()))
}

/// The words of the rest of a command; what stands in quotes is of one word.
fn words(command: &str) -> impl Iterator<Item = &str> {
    let mut rest = command;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let mut quote = None;
        let end = rest.find(|c: char| match quote {
            Some(open) => {
                quote = (c != open).then_some(open);
                false
            }
            None => {
                quote = matches!(c, '"' | '\'').then_some(c);
                c.is_whitespace() || matches!(c, '&' | ';' | '|')
            }
        });
        let (word, behind) = rest.split_at(end.unwrap_or(rest.len()));
        rest = behind;
        (!word.is_empty()).then_some(word)
    })
}
