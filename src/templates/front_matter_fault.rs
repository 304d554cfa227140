//! What is wrong with a front matter that cannot be read.

use std::ops::Range;
use std::sync::Arc;

use serde_yaml::{Mapping, Value};

use crate::diagnostic::{Diagnostic, Place, Source, codes, nearest, quoted};
use crate::formats::FORMATS;

/// The words that a key can have, or that its value is a text.
pub(super) const KEYS: [(&str, &[&str]); 6] = [
    ("output", &[]),
    ("from", &["outputs", "root"]),
    ("format", &[]),
    ("each", &["platform", "group", "service", "binding"]),
    ("when", &[]),
    ("claims", &[]),
];

/// The words of `claims`.
const WORDS: [&str; 4] = ["all", "published", "mapped", "any"];

/// What `claims` can be.
const WORDS_AND_PATTERNS: &str =
    "the words are `all`, `published`, `mapped` and `any`; a pattern has a group around the digits: `'_PORT = (\\d+)'`";

/// An example of each key that may be required.
const EXAMPLES: [(&str, &str); 2] = [("output", "output: ports.txt"), ("format", "format: text")];

/// The diagnostic for a front matter, which `error` says is not valid.
pub(super) fn diagnostic(source: &Arc<Source>, header: &Range<usize>, error: &serde_yaml::Error) -> Diagnostic {
    let fault = Fault { source, header };
    match serde_yaml::from_str::<Mapping>(yaml(&source.text[header.clone()])) {
        Ok(keys) => fault.of_keys(&keys).unwrap_or_else(|| fault.of_yaml(error)),
        Err(error) => fault.of_yaml(&error),
    }
}

struct Fault<'a> {
    source: &'a Arc<Source>,
    header: &'a Range<usize>,
}

impl Fault<'_> {
    fn of_yaml(&self, error: &serde_yaml::Error) -> Diagnostic {
        let at = self.header.start + error.location().map_or(0, |location| location.index());
        let message = format!("the front matter of {} is not valid", quoted(&self.source.name()));
        Diagnostic::error(codes::FRONT_MATTER, message)
            .at(Place::new(self.source, at..at), error.to_string())
            .help(keys())
    }

    /// The first mistake in the keys.
    fn of_keys(&self, written: &Mapping) -> Option<Diagnostic> {
        for (key, value) in written {
            let key = key.as_str()?;
            let Some((_, words)) = KEYS.iter().find(|(known, _)| *known == key) else {
                return Some(self.unknown(key));
            };
            let wrong = match key {
                "claims" => Self::of_claims(value),
                _ => Self::of_word(value, words),
            };
            if let Some(rest) = wrong {
                let message = format!("`{key}` of {} {rest}", quoted(&self.source.name()));
                let mistake = self.at(message, key, "not valid");
                return Some(match value.as_str() {
                    Some(word) => {
                        mistake.did_you_mean(word, words.iter().copied(), "leave it out for the first of them")
                    }
                    None if key == "claims" => mistake.help(WORDS_AND_PATTERNS),
                    None => mistake.help("write one string, in quotes where YAML needs them"),
                });
            }
        }
        (!written.contains_key("format")).then(|| missing(self.source, self.header, "format"))
    }

    fn unknown(&self, key: &str) -> Diagnostic {
        let message = format!("the front matter of {} has no key {}", quoted(&self.source.name()), quoted(key));
        self.at(message, key, "unknown key").did_you_mean(key, KEYS.iter().map(|(key, _)| *key), keys())
    }

    fn at(&self, message: String, key: &str, label: &str) -> Diagnostic {
        let place = Place::new(self.source, key_span(&self.source.text, self.header, key));
        Diagnostic::error(codes::FRONT_MATTER, message).at(place, label)
    }

    fn of_word(value: &Value, words: &[&str]) -> Option<String> {
        match value.as_str() {
            None => Some(format!("must be a string, not {}", kind(value))),
            Some(word) if !words.is_empty() && !words.contains(&word) => {
                let known: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                Some(format!("must be one of {}", known.join(", ")))
            }
            Some(_) => None,
        }
    }

    fn of_claims(value: &Value) -> Option<String> {
        let texts = value.as_sequence().map_or(std::slice::from_ref(value), Vec::as_slice);
        let odd = texts.iter().find(|text| !text.is_string())?;
        let inside = if value.is_sequence() { " in its list" } else { "" };
        Some(format!("must be a word, a pattern, or a list of them, not {}{inside}", kind(odd)))
    }
}

fn keys() -> &'static str {
    "its keys are `output`, `from`, `format`, `each`, `when` and `claims`"
}

/// What a value is, for people.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) | Value::Tagged(_) => "a map",
    }
}

/// The YAML in a leading comment.
pub(super) fn yaml(header: &str) -> &str {
    header.trim_end_matches('-')
}

/// A front matter without one of its keys.
pub(super) fn missing(source: &Arc<Source>, header: &Range<usize>, key: &str) -> Diagnostic {
    let message = format!("the front matter of {} has no `{key}`", quoted(&source.name()));
    let place = Place::new(source, header.start..header.start);
    let mistake = Diagnostic::error(codes::FRONT_MATTER, message).at(place, format!("without `{key}`"));
    let example = EXAMPLES.iter().find(|(known, _)| *known == key);
    example.into_iter().fold(mistake, |mistake, (_, example)| mistake.help(format!("add `{example}`")))
}

/// A template for blocks with a key that says where outputs go.
pub(super) fn of_outputs(source: &Arc<Source>, header: &Range<usize>, key: &str) -> Diagnostic {
    let message = format!("`{key}` of {} is for outputs, and this is a template for blocks", quoted(&source.name()));
    Diagnostic::error(codes::FRONT_MATTER, message)
        .at(Place::new(source, key_span(&source.text, header, key)), "not for blocks")
        .help("remove it: a block lies where `portgen:begin` and `portgen:end` stand in a file of yours")
        .help("or move the template out of `templates/blocks`, and it makes an output")
}

pub(super) fn bad_claims(source: &Arc<Source>, header: &Range<usize>, text: &str, why: &str) -> Diagnostic {
    let message = format!("`claims` of {} is neither a word nor a pattern", quoted(&source.name()));
    let mistake = Diagnostic::error(codes::FRONT_MATTER, message)
        .at(Place::new(source, key_span(&source.text, header, "claims")), why);
    let mistake = match nearest(text, WORDS) {
        Some(near) => mistake.help(format!("did you mean {}?", quoted(near))),
        None => mistake,
    };
    mistake.help(WORDS_AND_PATTERNS)
}

pub(super) fn unknown_format(source: &Arc<Source>, header: &Range<usize>, format: &str) -> Diagnostic {
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    Diagnostic::error(codes::FRONT_MATTER, format!("there is no format {}", quoted(format)))
        .at(Place::new(source, key_span(&source.text, header, "format")), "")
        .did_you_mean(format, names.iter().copied(), format!("the formats are {}", names.join(", ")))
}

pub(super) fn key_span(text: &str, header: &Range<usize>, key: &str) -> Range<usize> {
    let mut start = header.start;
    for line in text[header.clone()].split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        if line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':')) {
            return start + indent..start + line.trim_end().len();
        }
        start += line.len();
    }
    header.start..header.start
}
