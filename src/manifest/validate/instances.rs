//! `[instances]`.

use toml::de::DeValue;

use super::fields::Fields;
use super::value::{Owner, Value};
use crate::allocation::Instances;
use crate::diagnostic::codes;
use crate::manifest::{document, keys};

const EXAMPLE: &str = "{ count = 8, step = 100 }";

pub(super) fn read(section: Option<Value<'_>>) -> Option<Instances> {
    let section = section?;
    let fields = Fields::read(section, Owner::Table("[instances]"), keys::INSTANCES, EXAMPLE)?;
    let count = fields.require("count", "8").and_then(|value| between(value, 2, Instances::MOST));
    let step = fields.require("step", "100").and_then(|value| between(value, 1, u16::MAX));
    Some(Instances { count: count?, step: step?, span: section.key.key_span() })
}

/// An integer from `least` to `most`.
fn between(value: Value<'_>, least: u16, most: u16) -> Option<u16> {
    let help = format!("write a number from {least} to {most}");
    let DeValue::Integer(integer) = value.raw() else {
        value.wrong_type("an integer", help);
        return None;
    };
    let number = document::number(integer).and_then(|number| u16::try_from(number).ok());
    let number = number.filter(|number| (least..=most).contains(number));
    if number.is_none() {
        let rest = format!("is {}, which it cannot be", value.written());
        value.refuse(codes::INVALID_VALUE, &rest, "out of bounds", help);
    }
    number
}
