//! The strict environment: undefined is an error, values are quoted by the format, fuel runs out.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Write as _;

use foldhash::{HashMap, HashMapExt};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};

use super::Template;
use super::context::Table;
use super::front_matter::FrontMatter;
use super::hidden;
use crate::allocation::address::push_decimal;
use crate::diagnostic::{Diagnostic, Place, codes, covered, quoted};
use crate::formats::{self, Format, Unquotable};
use crate::path::RelPath;

/// Instructions that one rendering may use, and their memory as the engine counts it: a fixed part, a part for each service, and one for each
/// pair of services, so that two nested loops over hundreds of them can run. Time and memory are bounded in [`trial`](super::trial).
const FUEL: u64 = 200_000;
const FUEL_PER_SERVICE: u64 = 2_000;
const FUEL_PER_PAIR: u64 = 200;

/// The pseudo-format of output paths.
const PATH: &str = "path";

/// Instead of a path: a character that no path has.
pub(super) const NO_OUTPUT: &str = "\0";

/// Compiles every template and its path, tries its condition, and adds what cannot be compiled to `errors`.
pub(super) fn compile(list: &[Template], services: usize, errors: &mut Vec<Diagnostic>) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    // So that an error names what is undefined.
    env.set_debug(true);
    let services = services as u64;
    env.set_fuel(Some(FUEL + services * (FUEL_PER_SERVICE + FUEL_PER_PAIR * services)));
    for bypass in ["safe", "escape", "e", "tojson", "urlencode"] {
        env.remove_filter(bypass);
    }
    env.add_filter("block", block);
    let mut formats = HashMap::new();
    for template in list {
        formats.insert(template.name.clone(), template.front.format.name);
    }
    env.set_auto_escape_callback(move |name| AutoEscape::Custom(formats.get(name).copied().unwrap_or(PATH).into()));
    env.set_formatter(format);
    match SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build() {
        Ok(syntax) => env.set_syntax(syntax),
        Err(error) => errors.push(Diagnostic::error(codes::TEMPLATE, error.to_string())),
    }
    for template in list {
        let mut texts = vec![(template.name.clone(), template.source.text.clone())];
        // Alone first, as whatever is not an expression could do anything within the path.
        match template.front.when.as_ref().map(|when| env.compile_expression(when)) {
            Some(Err(error)) => {
                let at = template.front.place(&template.source, "when");
                errors.push(Diagnostic::error(codes::TEMPLATE, reason(&error)).at(at, "in this condition"));
            }
            // A block lies where a person has marked it.
            None if template.block().is_some() => {}
            _ => texts.push((path_name(template), path_text(&template.front))),
        }
        for (name, text) in texts {
            if let Err(error) = env.add_template_owned(name, text) {
                errors.push(diagnostic(list, template, "is not a valid template", &error));
            }
        }
    }
    env
}

/// Under which name the path of a template's outputs is compiled.
pub(super) fn path_name(template: &Template) -> String {
    format!("{PATH}:{}", template.name)
}

/// The path of a template's outputs as a template, which is [`NO_OUTPUT`] where the condition does not hold: both in one rendering.
fn path_text(front: &FrontMatter) -> String {
    match &front.when {
        Some(when) => format!("{{% if {when} %}}{}{{% else %}}{NO_OUTPUT}{{% endif %}}", front.output),
        None => front.output.clone(),
    }
}

/// A minijinja error at the line of the template that it comes from.
pub(super) fn diagnostic(list: &[Template], template: &Template, about: &str, error: &Error) -> Diagnostic {
    let message = format!("{} {about}: {}", quoted(&template.source.name()), reason(error));
    let name = error.name().unwrap_or(&template.name);
    let place = match list.iter().find(|one| one.name == name) {
        Some(one) => {
            let range = error.range().unwrap_or_else(|| line_range(&one.source.text, error.line().unwrap_or(1)));
            Place::new(&one.source, range)
        }
        None => template.path_place.clone(),
    };
    let diagnostic = Diagnostic::error(codes::TEMPLATE, message).at(place, "");
    match error.kind() {
        ErrorKind::UndefinedError => diagnostic
            .help("templates see the allocation and nothing else; docs/templates.md of portgen lists every name"),
        ErrorKind::OutOfFuel => {
            diagnostic.help("the work and memory of a template are limited: look for a loop that grows")
        }
        _ => diagnostic,
    }
}

fn reason(error: &Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {}", error.kind(), without_literals(detail)),
        None => error.kind().to_string(),
    }
}

/// A message of minijinja's without the texts in it, which may be values of the template.
fn without_literals(detail: &str) -> String {
    let mut shown = detail.to_owned();
    for literal in hidden::literals(detail).into_iter().rev() {
        shown.replace_range(literal, "…");
    }
    shown
}

fn line_range(text: &str, line: usize) -> std::ops::Range<usize> {
    let start = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    start..start + text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len)
}

thread_local! {
    /// Where a value is quoted before it is written: values come by the hundred thousand.
    static BUFFER: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Writes a value as the format of the template has it.
fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let AutoEscape::Custom(format) = state.auto_escape() else {
        return Err(refusal("quoting cannot be switched off"));
    };
    if let Some(text) = value.as_str()
        && value.is_safe()
    {
        return Ok(out.write_str(text)?);
    }
    BUFFER.with_borrow_mut(|buffer| {
        buffer.clear();
        write(formats::find(format), value, buffer)?;
        Ok(out.write_str(buffer)?)
    })
}

const NONE: &str =
    "`none` cannot be written to a file: test it with `if` first, as `service` and `url` of a range of ports";

/// Writes a value as `format` has it; in a path, where there is none.
fn write(format: Option<&Format>, value: &Value, out: &mut String) -> Result<(), Error> {
    match value.kind() {
        ValueKind::String => push_text(format, value.as_str().unwrap_or_default(), out)?,
        ValueKind::Bool => out.push_str(if value.is_true() { "true" } else { "false" }),
        ValueKind::Number => match value.as_usize().filter(|_| value.is_integer()) {
            Some(number) => push_decimal(number, out),
            None => write!(out, "{value}")?,
        },
        // `{{ "x" if no }}`: the missing `else`; every other undefined has been refused before.
        ValueKind::Undefined => {}
        ValueKind::None => return Err(refusal(NONE)),
        kind => {
            let instead = "write its parts, or use `| block(indent)` in YAML";
            return Err(refusal(format!("a {kind} cannot be written here: {instead}")));
        }
    }
    Ok(())
}

/// Writes a text as `format` has it; in a path, where there is none.
fn push_text(format: Option<&Format>, text: &str, out: &mut String) -> Result<(), Error> {
    let quote: Quote = format.map_or(push_component, |format| format.quote);
    quote(text, out).map_err(|Unquotable(why)| {
        let place = match format {
            Some(format) => format!("be written to a `{}` file", format.name),
            None => "be part of a path".to_owned(),
        };
        refusal(format!("{} {why}, so it cannot {place}", quoted(&covered(text))))
    })
}

fn refusal(why: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, why)
}

type Quote = fn(&str, &mut String) -> Result<(), Unquotable>;

/// A path is judged as a whole once it is rendered. A value is one component of it, or, as a service's `dir`, a path itself.
fn push_component(text: &str, path: &mut String) -> Result<(), Unquotable> {
    if text.bytes().any(|byte| matches!(byte, b'/' | b'\\')) && RelPath::parse(text).is_err() {
        return Err(Unquotable("has a `/` or a `\\` and is not a relative path"));
    }
    path.push_str(text);
    Ok(())
}

/// `key:{{ value | block(4) }}`: any value as YAML behind its key, a scalar on the same line, maps and lists in block style
/// below it, their lines indented by 4.
///
/// It is for what passes through as it is (Compose keys), so `$` stays for Compose to interpolate.
fn block(state: &State<'_, '_>, value: &Value, indent: usize) -> Result<Value, Error> {
    let is_yaml = matches!(state.auto_escape(), AutoEscape::Custom(format) if matches!(&**format, "compose" | "kubernetes" | "yaml"));
    if !is_yaml || indent > 64 {
        return Err(refusal("`block` is for YAML, with an indent of at most 64"));
    }
    let mut out = String::with_capacity(256);
    Block { yaml: formats::find("yaml"), out: &mut out }.push_behind(value, indent)?;
    Ok(Value::from_safe_string(out))
}

/// Where a value is written as YAML.
struct Block<'o> {
    yaml: Option<&'static Format>,
    out: &'o mut String,
}

impl Block<'_> {
    /// Writes a value behind its key: what has entries below it, their lines indented by `indent`.
    fn push_behind(&mut self, value: &Value, indent: usize) -> Result<(), Error> {
        if opens_a_block(value) {
            self.push_line(indent);
        } else {
            self.out.push(' ');
        }
        self.push(value, indent)
    }

    /// Writes a value, whose first line is already indented.
    fn push(&mut self, value: &Value, indent: usize) -> Result<(), Error> {
        match value.kind() {
            ValueKind::Map if value.len() == Some(0) => self.out.push_str("{}"),
            ValueKind::Seq if value.len() == Some(0) => self.out.push_str("[]"),
            ValueKind::Map => self.push_map(value, indent)?,
            ValueKind::Seq | ValueKind::Iterable => self.push_list(value, indent)?,
            ValueKind::None => self.out.push_str("null"),
            ValueKind::String | ValueKind::Bool | ValueKind::Number => write(self.yaml, value, self.out)?,
            kind => return Err(refusal(format!("a {kind} cannot be written as YAML"))),
        }
        Ok(())
    }

    fn push_map(&mut self, map: &Value, indent: usize) -> Result<(), Error> {
        if let Some(table) = map.downcast_object_ref::<Table>() {
            for (at, (key, value)) in table.entries().iter().enumerate() {
                self.push_entry(at, key, value, indent)?;
            }
            return Ok(());
        }
        let Some(pairs) = map.as_object().and_then(|map| map.try_iter_pairs()) else { return Ok(()) };
        for (at, (key, value)) in pairs.enumerate() {
            // A key is a text, of whichever kind it is in the template.
            let text = key.as_str().map_or_else(|| key.to_string().into(), Cow::Borrowed);
            self.push_entry(at, &text, &value, indent)?;
        }
        Ok(())
    }

    /// Writes the entry `at` of a map.
    fn push_entry(&mut self, at: usize, key: &str, value: &Value, indent: usize) -> Result<(), Error> {
        if at > 0 {
            self.push_line(indent);
        }
        push_text(self.yaml, key, self.out)?;
        self.out.push(':');
        self.push_behind(value, indent + 2)
    }

    fn push_list(&mut self, list: &Value, indent: usize) -> Result<(), Error> {
        for (at, item) in list.try_iter()?.enumerate() {
            if at > 0 {
                self.push_line(indent);
            }
            self.out.push_str("- ");
            self.push(&item, indent + 2)?;
        }
        Ok(())
    }

    fn push_line(&mut self, indent: usize) {
        self.out.push('\n');
        for _ in 0..indent / 2 {
            self.out.push_str("  ");
        }
        self.out.push_str(&" "[..indent % 2]);
    }
}

/// Whether a value is written on lines of its own.
fn opens_a_block(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Map | ValueKind::Seq | ValueKind::Iterable) && value.len() != Some(0)
}
