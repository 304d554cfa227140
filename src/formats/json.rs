//! JSON, read strictly (RFC 8259) and with unique keys.

use std::borrow::Cow;
use std::ops::Range;

use jsonc_parser::ast::{Object, ObjectProp, ObjectPropName, Value};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions};

use super::keys::Keys;
use super::{Claim, Claims, Fault, Owner, Reading, Role, Unquotable, Written, devcontainer, names_a_port, yaml};

/// Writes a JSON string.
///
/// # Errors
/// None: every text can be written.
pub(crate) fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
    let string = serde_json::to_string(text).map_err(|_| Unquotable("cannot be written as JSON"))?;
    out.push_str(&string);
    Ok(())
}

/// Parses `text` as JSON (RFC 8259); `None` if it is empty.
///
/// # Errors
/// The text is not JSON.
pub(crate) fn parse(text: &str) -> Result<Option<Value<'_>>, Fault> {
    let parsed = jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &STRICT);
    parsed.map(|parsed| parsed.value).map_err(|error| {
        let mut message = error.kind().to_string();
        message.get_mut(..1).into_iter().for_each(str::make_ascii_lowercase);
        Fault::new(message, error.range().start..error.range().end)
    })
}

/// Parses `text` as editors do the settings that people write: with comments and commas at the end; `None` if it is empty, or no JSON.
pub(crate) fn parse_loosely(text: &str) -> Option<Value<'_>> {
    jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()).ok()?.value
}

/// RFC 8259 without any of the parser's extensions.
const STRICT: ParseOptions = ParseOptions {
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

/// A mistake that the parser accepts. It makes the ports of the file uncertain.
#[derive(Debug)]
pub(crate) enum Flaw<'v> {
    /// A key that occurs twice in its object: readers disagree on which one counts.
    DuplicateKey {
        /// The key.
        key: &'v str,
        /// The bytes of the first one, quotes included.
        first: Range<usize>,
        /// The bytes of the second one.
        again: Range<usize>,
    },
    /// A control character inside a string (RFC 8259, section 7), with its bytes.
    ControlCharacter(Range<usize>),
}

impl Flaw<'_> {
    fn fault(self) -> Fault {
        match self {
            Self::DuplicateKey { again, .. } => Fault::new("this key is set twice in its object", again),
            Self::ControlCharacter(span) => Fault::new("a control character inside a string", span),
        }
    }
}

/// The flaws of `text`, which is parsed as `value`, in order.
pub(crate) fn flaws<'v>(value: &'v Value<'_>, text: &str) -> Vec<Flaw<'v>> {
    let mut search = Search { text, keys: Keys::new(), flaws: Vec::new() };
    search.value(value);
    search.flaws
}

struct Search<'v, 't> {
    text: &'t str,
    keys: Keys<'v>,
    flaws: Vec<Flaw<'v>>,
}

impl<'v> Search<'v, '_> {
    fn value(&mut self, value: &'v Value<'_>) {
        match value {
            Value::Object(object) => self.object(object),
            Value::Array(array) => array.elements.iter().for_each(|element| self.value(element)),
            Value::StringLit(string) => self.string(string.range.start..string.range.end),
            _ => {}
        }
    }

    fn object(&mut self, object: &'v Object<'_>) {
        self.keys.open();
        for property in &object.properties {
            let (key, again) = (property.name.as_str(), key_span(property));
            self.string(again.clone());
            if !self.keys.insert(Cow::Borrowed(key))
                && let Some(first) = object.properties.iter().find(|one| one.name.as_str() == key)
            {
                self.flaws.push(Flaw::DuplicateKey { key, first: key_span(first), again });
            }
        }
        self.keys.close();
        object.properties.iter().for_each(|property| self.value(&property.value));
    }

    fn string(&mut self, span: Range<usize>) {
        let start = span.start;
        if let Some(at) = self.text.as_bytes()[span].iter().position(|byte| *byte < b' ') {
            self.flaws.push(Flaw::ControlCharacter(start + at..start + at + 1));
        }
    }
}

/// The bytes of a property's key, quotes included.
pub(crate) fn key_span(property: &ObjectProp<'_>) -> Range<usize> {
    let range = property.name.range();
    range.start..range.end
}

/// Reads the claims of a JSON file: numbers, or strings of digits, under keys that name a port, addresses, and
/// the ports of a devcontainer.json. Faults: the file is
/// not JSON, and each [`Flaw`].
pub(crate) fn read(text: &str) -> Reading<'_> {
    let mut reading = Reading::default();
    match parse(text) {
        Ok(Some(value)) => {
            reading.faults.extend(flaws(&value, text).into_iter().map(Flaw::fault));
            collect("", &value, text, &mut reading.claims);
        }
        Ok(None) => reading.faults.push(Fault::new("an empty file is not valid JSON", 0..0)),
        Err(fault) => reading.faults.push(fault),
    }
    reading
}

fn collect<'t>(key: &str, value: &Value<'t>, file: &'t str, claims: &mut Claims<'t>) {
    let span = value.range().start..value.range().end;
    match value {
        Value::Object(object) => {
            for one in &object.properties {
                if let ObjectPropName::String(name) = &one.name
                    && devcontainer::has_ports_as_keys(key)
                {
                    claims.extend(devcontainer::port(&Written::new(name.value.clone(), key_span(one), file)));
                }
                collect(one.name.as_str(), &one.value, file, claims);
            }
        }
        Value::Array(array) => array.elements.iter().for_each(|one| collect(key, one, file, claims)),
        Value::NumberLit(number) => scalar(key, &Written::new(Cow::Borrowed(number.value), span, file), claims),
        Value::StringLit(string) => scalar(key, &Written::new(string.value.clone(), span, file), claims),
        _ => {}
    }
}

fn scalar<'t>(key: &str, text: &Written<'t>, claims: &mut Claims<'t>) {
    if devcontainer::value(key, text, claims) {
        return;
    }
    match text.port(Role::Unknown) {
        Some(number) if names_a_port(key) => claims.push(Claim::new(Owner::Unsaid, number, text.span.clone())),
        _ => yaml::all_addresses(text, claims),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_parser_lets_pass_is_a_fault() {
        for (bad, at) in [("{\"b\": {\"a\": 1}, \"a\": 1, \"a\": 2}", 24), ("[\"x\ty\"]", 3), ("{\"\n\": 1}", 2)] {
            let faults: Vec<usize> = read(bad).faults.iter().map(|fault| fault.span.start).collect();
            assert_eq!(faults, [at], "{bad}");
        }
        assert_eq!(read("{\"a\": {\"a\": 1}, \"b\": [{\"a\": 1}]}").faults, []);
    }
}
