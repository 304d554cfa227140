//! The forms of `portgen env`: one table.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::report::json_text;

/// What is printed.
#[derive(Debug)]
pub(super) struct Printed {
    /// Names with their values.
    pub(super) variables: Vec<(String, String)>,
    /// The files that decide them.
    pub(super) watched: Vec<PathBuf>,
}

/// A form: a row of [`FORMATS`].
#[derive(Debug)]
pub(super) struct Format {
    pub(super) name: &'static str,
    summary: &'static str,
    pub(super) print: fn(&Printed) -> String,
}

/// Every form; the first is the default.
pub(super) const FORMATS: &[Format] = &[
    Format { name: "dotenv", summary: "A file that Docker Compose and most programs read: `.env`", print: assignments },
    Format { name: "shell", summary: "For `eval` in sh, bash and zsh", print: exports },
    Format { name: "json", summary: "One object, for programs", print: json },
    Format { name: "github", summary: "For the file that `GITHUB_ENV` names", print: assignments },
    Format { name: "direnv", summary: "For `eval` in `.envrc`: direnv reads it again after a change", print: direnv },
    Format { name: "docker", summary: "For `docker run --env-file`", print: assignments },
];

pub(super) fn parser() -> impl TypedValueParser<Value = &'static Format> {
    let values = FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.summary));
    PossibleValuesParser::new(values)
        .try_map(|name| FORMATS.iter().find(|format| format.name == name).ok_or("there is no such format"))
}

/// `NAME=value`. No value has a character that a reader of such files could take for something else: they are numbers, ids and URLs.
fn assignments(printed: &Printed) -> String {
    printed.variables.iter().map(|(name, value)| format!("{name}={value}\n")).collect()
}

fn exports(printed: &Printed) -> String {
    printed.variables.iter().map(|(name, value)| format!("export {name}={}\n", quoted(value))).collect()
}

fn json(printed: &Printed) -> String {
    let all = printed.variables.iter().map(|(name, value)| (name.clone(), serde_json::Value::from(&**value)));
    json_text(&serde_json::Value::Object(all.collect()))
}

/// `watch_file`: direnv-stdlib(1).
fn direnv(printed: &Printed) -> String {
    let watched = printed.watched.iter().map(|path| format!("watch_file {}\n", quoted(&path.to_string_lossy())));
    watched.collect::<String>() + &exports(printed)
}

/// A word of a shell. Plain ones stay as they are.
fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:@%+,=-".contains(&byte);
    if word.bytes().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_look_into_them() {
        for (word, expected) in [("4000", "4000"), ("http://[::1]:80", "'http://[::1]:80'"), ("it's", r"'it'\''s'")] {
            assert_eq!(quoted(word), expected);
        }
    }
}
