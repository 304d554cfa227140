//! The scripts of a package.json, read as strict JSON (RFC 8259, as npm reads it), and what is wrong with a file that is not.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use jsonc_parser::ast::{Object, ObjectProp, ObjectPropName, StringLit, Value};
use jsonc_parser::{CollectOptions, parse_to_ast};

use crate::diagnostic::{Diagnostic, Diagnostics, Place, codes, quoted};
use crate::formats::Written;
use crate::formats::json::STRICT;
use crate::git::conflict_markers;

use super::document::{Document, Script};
use crate::references::file::File;

/// Reads the scripts of `file`.
///
/// # Errors
/// It is not a JSON object, states a key twice, or its `scripts` is not an object.
pub(super) fn read<'a>(file: &File<'a>) -> Result<Document<'a>, Diagnostics> {
    let reader = Reader::new(file);
    let root = reader.root()?;
    let mut mistakes = Vec::new();
    reader.inspect_object(&root, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(Diagnostics(mistakes));
    }
    let Some(scripts) = root.properties.into_iter().find(|property| property.name.as_str() == "scripts") else {
        return Ok(Document { scripts: Vec::new(), key: reader.in_file(0..0) });
    };
    let key = reader.in_file(reader.key(&scripts));
    let Value::Object(table) = scripts.value else {
        return Err(Diagnostic::error(codes::INVALID_PACKAGE_JSON, "`scripts` is not an object")
            .at(file.place(key), "here")
            .help("npm expects `\"scripts\": { \"dev\": \"…\" }`")
            .into());
    };
    Ok(Document { scripts: table.properties.into_iter().map(|property| reader.script(property)).collect(), key })
}

/// The text after the byte order mark, which the parser takes for a mistake.
struct Reader<'f, 'a> {
    file: &'f File<'a>,
    text: &'a str,
    /// Where `text` starts in the file.
    base: usize,
}

impl<'f, 'a> Reader<'f, 'a> {
    fn new(file: &'f File<'a>) -> Self {
        let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
        Self { file, text, base: file.text.len() - text.len() }
    }

    fn in_file(&self, span: Range<usize>) -> Range<usize> {
        span.start + self.base..span.end + self.base
    }

    fn place(&self, span: Range<usize>) -> Place {
        self.file.place(self.in_file(span))
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
            Diagnostic::error(codes::INVALID_PACKAGE_JSON, format!("{} is not valid JSON", quoted(self.file.name)))
                .at(self.place(span), why)
                .help("npm expects JSON (RFC 8259), without comments and trailing commas")
        };
        match parse_to_ast(self.text, &CollectOptions::default(), &STRICT) {
            Ok(parsed) => match parsed.value {
                Some(Value::Object(root)) => Ok(root),
                _ => Err(invalid(0..0, "expected an object".to_owned())),
            },
            Err(error) => Err(self.conflict().unwrap_or_else(|| {
                invalid(error.range().start..error.range().end, lower_case(&error.kind().to_string()))
            })),
        }
    }

    /// What git has left in the whole file, if that is why it is no JSON.
    fn conflict(&self) -> Option<Diagnostic> {
        let places =
            conflict_markers::left_in(self.file.text).into_iter().map(|start| self.file.place(start)).collect();
        Some(conflict_markers::mistake(&quoted(self.file.name), places)?.help("resolve it, then run portgen again"))
    }

    fn script(&self, property: ObjectProp<'a>) -> Script<'a> {
        let key = self.in_file(self.key(&property));
        let name = match property.name {
            ObjectPropName::String(name) => name.value,
            ObjectPropName::Word(name) => Cow::Borrowed(name.value),
        };
        let line = match property.value {
            Value::StringLit(line) => {
                let span = self.in_file(line.range.start..line.range.end);
                Some(Written::new(line.value, span, self.file.text))
            }
            _ => None,
        };
        Script { name, key, line }
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
        let message = format!("{} is not valid JSON", quoted(self.file.name));
        let place = self.place(at..at + 1);
        Some(
            Diagnostic::error(codes::INVALID_PACKAGE_JSON, message)
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
        let mut seen = BTreeMap::new();
        for property in &object.properties {
            let name = property.name.as_str();
            if let Some(first) = seen.insert(name, property) {
                mistakes.push(
                    Diagnostic::error(
                        codes::DUPLICATE_KEY,
                        format!("the key {} is set twice in one object", quoted(name)),
                    )
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
