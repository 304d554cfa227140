//! package.json as text with places: strict JSON (RFC 8259, as npm reads it), its scripts, duplicate keys.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use jsonc_parser::ast::{Object, ObjectProp, ObjectPropName, StringLit, Value};
use jsonc_parser::{CollectOptions, parse_to_ast};

use crate::diagnostic::{Diagnostic, Diagnostics, Place, Source, quoted};
use crate::formats::json::STRICT;

/// The scripts of a package.json.
#[derive(Debug)]
pub(super) struct Document<'a> {
    /// In the order of the file.
    pub(super) scripts: Vec<Script<'a>>,
    /// The key `scripts`, or the start of the file where there is none.
    pub(super) place: Place,
}

/// One script.
#[derive(Debug)]
pub(super) struct Script<'a> {
    /// Its key.
    pub(super) name: Cow<'a, str>,
    /// The bytes of its key in the file, quotes included.
    pub(super) key: Range<usize>,
    /// The bytes of its value in the file, quotes included.
    pub(super) value: Range<usize>,
    /// Its command line; none where the value is no string.
    pub(super) line: Option<Cow<'a, str>>,
}

impl Script<'_> {
    /// Turns ascending byte ranges of the command line into those of the file, which differ after the first escape.
    pub(super) fn in_file<'f>(&self, source: &str, spans: impl Iterator<Item = &'f mut Range<usize>>) {
        let first = self.value.start + 1;
        let (Some(Cow::Owned(line)), Some(raw)) = (&self.line, source.get(first..)) else {
            spans.for_each(|span| *span = span.start + first..span.end + first);
            return;
        };
        let mut chars = line.char_indices();
        let mut written = 0;
        let mut reach = |wanted: usize| {
            while chars.offset() < wanted {
                let Some((_, c)) = chars.next() else { break };
                written += written_length(raw.as_bytes().get(written..).unwrap_or_default(), c);
            }
            first + written
        };
        spans.for_each(|span| *span = reach(span.start)..reach(span.end));
    }
}

/// How many bytes of the file stand for the character `c` at the start of `raw`.
fn written_length(raw: &[u8], c: char) -> usize {
    match raw {
        [b'\\', b'u', ..] => 6 * c.len_utf16(),
        [b'\\', ..] => 2,
        _ => c.len_utf8(),
    }
}

/// Reads the scripts of `source`.
///
/// # Errors
/// It is no JSON object, states a key twice, or its `scripts` is no object.
pub(super) fn read(source: &Arc<Source>) -> Result<Document<'_>, Diagnostics> {
    let reader = Reader::new(source);
    let root = reader.root()?;
    let mut mistakes = Vec::new();
    reader.inspect_object(&root, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(Diagnostics(mistakes));
    }
    let Some(scripts) = root.properties.into_iter().find(|property| property.name.as_str() == "scripts") else {
        return Ok(Document { scripts: Vec::new(), place: reader.place(0..0) });
    };
    let place = reader.place(reader.key(&scripts));
    let Value::Object(table) = scripts.value else {
        return Err(Diagnostic::error("invalid-package-json", "`scripts` is no object")
            .at(place, "here")
            .help("write it as npm reads it: `\"scripts\": { \"dev\": \"…\" }`")
            .into());
    };
    Ok(Document { scripts: table.properties.into_iter().map(|property| reader.script(property)).collect(), place })
}

/// The text after the byte order mark, which the parser takes for a mistake.
struct Reader<'a> {
    source: &'a Arc<Source>,
    text: &'a str,
    /// Where `text` starts in the source.
    base: usize,
}

impl<'a> Reader<'a> {
    fn new(source: &'a Arc<Source>) -> Self {
        let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
        Self { source, text, base: source.text.len() - text.len() }
    }

    fn place(&self, span: Range<usize>) -> Place {
        Place::new(self.source, span.start + self.base..span.end + self.base)
    }

    fn key(&self, property: &ObjectProp<'_>) -> Range<usize> {
        let start = property.range.start;
        match &property.name {
            ObjectPropName::String(name) => name.range.start..name.range.end,
            ObjectPropName::Word(name) => start..start + name.value.len(),
        }
    }

    fn root(&self) -> Result<Object<'a>, Diagnostic> {
        let invalid = |span: Range<usize>, why: String| {
            Diagnostic::error("invalid-package-json", format!("{} is not valid JSON", quoted(&self.source.name)))
                .at(self.place(span), why)
                .help("write it as npm reads it: RFC 8259, without comments and trailing commas")
        };
        match parse_to_ast(self.text, &CollectOptions::default(), &STRICT) {
            Ok(parsed) => match parsed.value {
                Some(Value::Object(root)) => Ok(root),
                _ => Err(invalid(0..0, "an object is expected here".to_owned())),
            },
            Err(error) => Err(invalid(error.range().start..error.range().end, lower_case(&error.kind().to_string()))),
        }
    }

    fn script(&self, property: ObjectProp<'a>) -> Script<'a> {
        let shifted = |span: Range<usize>| span.start + self.base..span.end + self.base;
        let key = shifted(self.key(&property));
        let name = match property.name {
            ObjectPropName::String(name) => name.value,
            ObjectPropName::Word(name) => Cow::Borrowed(name.value),
        };
        let (value, line) = match property.value {
            Value::StringLit(line) => (shifted(line.range.start..line.range.end), Some(line.value)),
            _ => (key.clone(), None),
        };
        Script { name, key, value, line }
    }

    fn inspect(&self, value: &Value<'_>, mistakes: &mut Vec<Diagnostic>) {
        match value {
            Value::Object(object) => self.inspect_object(object, mistakes),
            Value::Array(array) => array.elements.iter().for_each(|element| self.inspect(element, mistakes)),
            Value::StringLit(text) => mistakes.extend(self.control_character(text)),
            _ => {}
        }
    }

    fn inspect_object(&self, object: &Object<'_>, mistakes: &mut Vec<Diagnostic>) {
        self.duplicate_keys(object, mistakes);
        for property in &object.properties {
            if let ObjectPropName::String(name) = &property.name {
                mistakes.extend(self.control_character(name));
            }
            self.inspect(&property.value, mistakes);
        }
    }

    /// The parser lets control characters pass in strings; JSON does not (RFC 8259, section 7).
    fn control_character(&self, text: &StringLit<'_>) -> Option<Diagnostic> {
        let raw = self.text.get(text.range.start..text.range.end)?;
        let at = text.range.start + raw.bytes().position(|byte| byte < b' ')?;
        let message = format!("{} is not valid JSON", quoted(&self.source.name));
        let place = self.place(at..at + 1);
        Some(
            Diagnostic::error("invalid-package-json", message)
                .at(place, "a control character inside a string")
                .help("write it as an escape: `\\t`, `\\n`"),
        )
    }

    /// Which of two equal keys counts differs from reader to reader, so no port in such a file is sure.
    fn duplicate_keys(&self, object: &Object<'_>, mistakes: &mut Vec<Diagnostic>) {
        // Package managers write sorted keys; most objects need no map.
        if object.properties.is_sorted_by(|one, next| one.name.as_str() < next.name.as_str()) {
            return;
        }
        let mut seen = HashMap::with_capacity(object.properties.len());
        for property in &object.properties {
            let name = property.name.as_str();
            if let Some(first) = seen.insert(name, property) {
                mistakes.push(
                    Diagnostic::error("duplicate-key", format!("the key {} stands twice in one object", quoted(name)))
                        .at(self.place(self.key(property)), "again here")
                        .at(self.place(self.key(first)), "first here")
                        .help("remove one of the two"),
                );
            }
        }
    }
}

fn lower_case(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
