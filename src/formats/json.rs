//! JSON: RFC 8259, read strictly, keys unique.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use jsonc_parser::ast::{ObjectProp, Value};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions};

use super::{Claim, Fault, Numbers, Owner, Unquotable, names_a_port, port, yaml};

/// Writes a JSON string.
///
/// # Errors
/// None: every text can be written.
pub fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
    let string = serde_json::to_string(text).map_err(|_| Unquotable("is no text that JSON can hold"))?;
    out.push_str(&string);
    Ok(())
}

/// Parses `text` as RFC 8259 has it; none for an empty text.
///
/// # Errors
/// It is not JSON, or an object has a key twice.
pub fn parse(text: &str) -> Result<Option<Value<'_>>, Fault> {
    let collect = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };
    let value = jsonc_parser::parse_to_ast(text, &collect, &STRICT)
        .map_err(|error| Fault::new(error.kind().to_string(), error.range().start..error.range().end))?
        .value;
    if let Some(value) = &value {
        unique_keys(value)?;
    }
    Ok(value)
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

fn unique_keys(value: &Value<'_>) -> Result<(), Fault> {
    match value {
        Value::Object(object) => {
            let mut names = HashSet::with_capacity(object.properties.len());
            for property in &object.properties {
                if !names.insert(property.name.as_str()) {
                    return Err(Fault::new("this key stands twice in its object", key_span(property)));
                }
                unique_keys(&property.value)?;
            }
            Ok(())
        }
        Value::Array(array) => array.elements.iter().try_for_each(unique_keys),
        _ => Ok(()),
    }
}

/// The bytes of a property's key, quotes included.
pub fn key_span(property: &ObjectProp<'_>) -> Range<usize> {
    let range = property.name.range();
    range.start..range.end
}

/// The claims of a JSON file: numbers, or strings of digits, under keys that name a port, and addresses.
///
/// # Errors
/// As [`parse`].
pub fn read(text: &str) -> Result<Vec<Claim<'_>>, Fault> {
    let mut claims = Vec::new();
    match parse(text)? {
        Some(value) => collect("", &value, &mut claims),
        None => return Err(Fault::new("an empty file is no JSON", 0..0)),
    }
    Ok(claims)
}

fn collect<'t>(key: &str, value: &Value<'t>, claims: &mut Vec<Claim<'t>>) {
    let span = value.range().start..value.range().end;
    match value {
        Value::Object(object) => {
            object.properties.iter().for_each(|one| collect(one.name.as_str(), &one.value, claims));
        }
        Value::Array(array) => array.elements.iter().for_each(|one| collect(key, one, claims)),
        Value::NumberLit(number) => scalar(key, Cow::Borrowed(number.value), span, claims),
        Value::StringLit(string) => scalar(key, string.value.clone(), span, claims),
        _ => {}
    }
}

fn scalar<'t>(key: &str, value: Cow<'t, str>, span: Range<usize>, claims: &mut Vec<Claim<'t>>) {
    match port(&value) {
        Some(number) if names_a_port(key) => claims.push(Claim::new(Owner::Unsaid, Numbers::any(number), span)),
        _ => yaml::addresses(value, &span, Numbers::any, claims),
    }
}
