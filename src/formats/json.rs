//! JSON: RFC 8259, read strictly, keys unique.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use jsonc_parser::ast::{ObjectProp, Value};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions};

use super::{Claim, Fault, Owner, Reading, Role, Unquotable, Written, names_a_port, yaml};

/// Writes a JSON string.
///
/// # Errors
/// None: every text can be written.
pub fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
    let string = serde_json::to_string(text).map_err(|_| Unquotable("cannot be written as JSON"))?;
    out.push_str(&string);
    Ok(())
}

/// Parses `text` as RFC 8259 has it; none for an empty text.
///
/// # Errors
/// It is not JSON.
pub fn parse(text: &str) -> Result<Option<Value<'_>>, Fault> {
    let collect = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };
    let parsed = jsonc_parser::parse_to_ast(text, &collect, &STRICT);
    parsed
        .map(|parsed| parsed.value)
        .map_err(|error| Fault::new(error.kind().to_string(), error.range().start..error.range().end))
}

/// JSON as RFC 8259 has it, without any of the parser's extensions.
pub const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Each key that stands twice in its object.
fn duplicate_keys(value: &Value<'_>, faults: &mut Vec<Fault>) {
    match value {
        Value::Object(object) => {
            let mut names = HashSet::with_capacity(object.properties.len());
            for property in &object.properties {
                if !names.insert(property.name.as_str()) {
                    faults.push(Fault::new("this key is set twice in its object", key_span(property)));
                }
                duplicate_keys(&property.value, faults);
            }
        }
        Value::Array(array) => array.elements.iter().for_each(|value| duplicate_keys(value, faults)),
        _ => {}
    }
}

/// The bytes of a property's key, quotes included.
pub fn key_span(property: &ObjectProp<'_>) -> Range<usize> {
    let range = property.name.range();
    range.start..range.end
}

/// The claims of a JSON file: numbers, or strings of digits, under keys that name a port, and addresses. It is a fault where the
/// file is not JSON, and where an object has a key twice.
pub fn read(text: &str) -> Reading<'_> {
    let mut reading = Reading::default();
    match parse(text) {
        Ok(Some(value)) => {
            duplicate_keys(&value, &mut reading.faults);
            collect("", &value, text, &mut reading.claims);
        }
        Ok(None) => reading.faults.push(Fault::new("an empty file is not valid JSON", 0..0)),
        Err(fault) => reading.faults.push(fault),
    }
    reading
}

fn collect<'t>(key: &str, value: &Value<'t>, file: &'t str, claims: &mut Vec<Claim<'t>>) {
    let span = value.range().start..value.range().end;
    match value {
        Value::Object(object) => {
            object.properties.iter().for_each(|one| collect(one.name.as_str(), &one.value, file, claims));
        }
        Value::Array(array) => array.elements.iter().for_each(|one| collect(key, one, file, claims)),
        Value::NumberLit(number) => scalar(key, &Written::new(Cow::Borrowed(number.value), span, file), claims),
        Value::StringLit(string) => scalar(key, &Written::new(string.value.clone(), span, file), claims),
        _ => {}
    }
}

fn scalar<'t>(key: &str, text: &Written<'t>, claims: &mut Vec<Claim<'t>>) {
    match text.port(Role::Unknown) {
        Some(number) if names_a_port(key) => claims.push(Claim::new(Owner::Unsaid, number, text.span.clone())),
        _ => yaml::addresses(text, Role::Unknown, claims),
    }
}
