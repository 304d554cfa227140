//! Reads the scripts of a package.json as strict JSON, as npm does (RFC 8259), and reports files that are not.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use jsonc_parser::ast::{ObjectProp, ObjectPropName, Value};
use jsonc_parser::common::Ranged as _;

use super::port::Ports;
use super::script;
use super::setting::{Setting, settings};
use super::unstated::Unstated;
use crate::diagnostic::{Diagnostic, Diagnostics, codes, quoted};
use crate::formats::json::{Flaw, flaws, key_span, parse};
use crate::formats::{Fault, Written};
use crate::git::conflict_markers;
use crate::references::file::File;

/// The scripts of a package.json.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    /// In the order of the file.
    pub(crate) scripts: Vec<Script<'a>>,
    /// The bytes of the key `scripts`, or the start of the file if there is none.
    pub(super) key: Range<usize>,
    /// The ports outside of the scripts.
    pub(crate) settings: Vec<Setting>,
}

/// One script.
#[derive(Debug)]
pub(crate) struct Script<'a> {
    /// Its key.
    pub(crate) name: Cow<'a, str>,
    /// The bytes of its key in the file, quotes included.
    pub(super) key: Range<usize>,
    /// Its command line, and where the file writes it; `None` if the value is not a string.
    pub(crate) line: Option<Written<'a>>,
    ports: OnceCell<Ports>,
}

impl<'a> Document<'a> {
    /// Reads the scripts of `file`.
    ///
    /// # Errors
    /// The file is not a JSON object, has a key twice, or its `scripts` is not an object.
    pub(crate) fn read(file: &File<'a>) -> Result<Self, Diagnostics> {
        // The parser rejects a byte order mark.
        let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
        let base = file.text.len() - text.len();
        let value = match parse(text) {
            Ok(value) => value,
            Err(fault) => return Err(invalid(file, fault, base).into()),
        };
        let mut mistakes = Vec::new();
        for flaw in value.iter().flat_map(|value| flaws(value, text)) {
            mistakes.push(refused(file, flaw, base));
        }
        Diagnostics(mistakes).into_result()?;
        let Some(Value::Object(root)) = value else {
            return Err(invalid(file, Fault::new("expected an object", 0..0), base).into());
        };
        let settings = settings(&root, file.text, base);
        let Some(scripts) = root.properties.into_iter().find(|property| property.name.as_str() == "scripts") else {
            return Ok(Self { scripts: Vec::new(), key: 0..0, settings });
        };
        let key = shifted(key_span(&scripts), base);
        let Value::Object(table) = scripts.value else {
            return Err(Diagnostic::error(codes::INVALID_PACKAGE_JSON, "`scripts` is not an object")
                .at(file.place(key), "here")
                .help("npm expects `\"scripts\": { \"dev\": \"…\" }`")
                .into());
        };
        let mut scripts = Vec::with_capacity(table.properties.len());
        for property in table.properties {
            scripts.push(Script::new(file, property, base));
        }
        Ok(Self { scripts, key, settings })
    }
}

impl<'a> Script<'a> {
    fn new(file: &File<'a>, property: ObjectProp<'a>, base: usize) -> Self {
        let key = shifted(key_span(&property), base);
        let name = match property.name {
            ObjectPropName::String(name) => name.value,
            ObjectPropName::Word(name) => Cow::Borrowed(name.value),
        };
        let line = match property.value {
            Value::StringLit(line) => {
                Some(Written::new(line.value, shifted(line.range.start..line.range.end, base), file.text))
            }
            _ => None,
        };
        Self { name, key, line, ports: OnceCell::new() }
    }

    /// The ports in its command line, which several services of one file ask for.
    pub(crate) fn ports(&self) -> &Ports {
        let read = || self.line.as_ref().map(|line| script::ports(&line.value)).unwrap_or_default();
        self.ports.get_or_init(read)
    }

    /// The servers in it that no number states. Few scripts are asked for them.
    pub(super) fn unstated(&self) -> Vec<Unstated> {
        self.line.as_ref().map(|line| script::read(&line.value).unstated).unwrap_or_default()
    }
}

/// The name of the script, or the keys of the setting, that has the byte `at` of a file that can be read.
pub(super) fn key(file: &File<'_>, at: usize) -> String {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
    let at = at - (file.text.len() - text.len());
    let Ok(Some(Value::Object(root))) = parse(text) else { return String::new() };
    let mut keys = Vec::new();
    let mut object = &root;
    while let Some(property) =
        object.properties.iter().find(|property| (property.start()..property.end()).contains(&at))
    {
        keys.push(property.name.as_str());
        match &property.value {
            Value::Object(inner) => object = inner,
            _ => break,
        }
    }
    match keys.as_slice() {
        ["scripts", script] => (*script).to_owned(),
        keys => keys.join("."),
    }
}

fn shifted(span: Range<usize>, base: usize) -> Range<usize> {
    span.start + base..span.end + base
}

/// The error for a file that is not JSON, perhaps because of git's conflict markers.
fn invalid(file: &File<'_>, fault: Fault, base: usize) -> Diagnostic {
    let name = quoted(file.name);
    let markers = conflict_markers::left_in(file.text).into_iter().map(|marker| file.place(marker)).collect();
    if let Some(conflict) = conflict_markers::mistake(&name, markers) {
        return conflict.help("resolve it, then run portgen again");
    }
    Diagnostic::error(codes::INVALID_PACKAGE_JSON, format!("{name} is not valid JSON"))
        .at(file.place(shifted(fault.span, base)), fault.message)
        .help("npm expects JSON (RFC 8259), without comments and trailing commas")
}

fn refused(file: &File<'_>, flaw: Flaw<'_>, base: usize) -> Diagnostic {
    match flaw {
        Flaw::DuplicateKey { key, first, again } => {
            Diagnostic::error(codes::DUPLICATE_KEY, format!("the key {} is set twice in one object", quoted(key)))
                .at(file.place(shifted(again, base)), "again here")
                .at(file.place(shifted(first, base)), "first here")
                .help("remove one of the two")
        }
        Flaw::ControlCharacter(span) => {
            let message = format!("{} is not valid JSON", quoted(file.name));
            Diagnostic::error(codes::INVALID_PACKAGE_JSON, message)
                .at(file.place(shifted(span, base)), "a control character inside a string")
                .help("write it as an escape: `\\t`, `\\n`")
        }
    }
}
