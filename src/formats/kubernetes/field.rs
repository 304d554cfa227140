//! Single fields, read as strictly as by the API server: it does not take a string for a number, or a number for a string.

use crate::allocation::Protocol;
use crate::formats::yaml::{self, Scalar};
use crate::formats::{Fault, Number, Role};
use crate::manifest::validate::names;

/// A port of a field that takes a number or the name of a port.
#[derive(Debug)]
pub(super) enum Target {
    Number(Number),
    Name(String),
}

/// The number of a port.
///
/// # Errors
/// The server refuses the value, or reads it as another number.
pub(super) fn number(scalar: &Scalar<'_, '_>, role: Role) -> Result<Number, Fault> {
    let text = &scalar.text;
    if !scalar.is_plain {
        return Err(text.fault("a string where a number is expected: remove the quotes"));
    }
    if text.value.len() > 1 && text.value.starts_with('0') {
        return Err(text.fault("a number with a leading zero, which is read as octal"));
    }
    text.port(role).ok_or_else(|| text.fault("not a port"))
}

/// The number or the name of a port of a pod.
///
/// # Errors
/// As [`number`]; or it is not the name of a port.
pub(super) fn number_or_name(scalar: &Scalar<'_, '_>, role: Role) -> Result<Target, Fault> {
    let text = &scalar.text;
    if scalar.is_plain && text.value.starts_with(|c: char| c.is_ascii_digit()) {
        return number(scalar, role).map(Target::Number);
    }
    if !scalar.is_plain && text.value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(text.fault("a string where a number is expected: remove the quotes"));
    }
    port_name(scalar).map(Target::Name)
}

/// The name of a port of a pod.
///
/// # Errors
/// The server refuses it.
pub(super) fn port_name(scalar: &Scalar<'_, '_>) -> Result<String, Fault> {
    string(scalar)?;
    if !names::is_iana_name(&scalar.text.value) {
        return Err(scalar.text.fault(
            "not the name of a port: 1 to 15 lower-case letters, digits and single hyphens, at least one letter",
        ));
    }
    Ok(scalar.text.value.clone().into_owned())
}

/// A protocol.
///
/// # Errors
/// The server refuses it: `tcp` is none.
pub(super) fn protocol(scalar: &Scalar<'_, '_>) -> Result<Protocol, Fault> {
    match &*scalar.text.value {
        "TCP" => Ok(Protocol::Tcp),
        "UDP" => Ok(Protocol::Udp),
        "SCTP" => Ok(Protocol::Sctp),
        _ => Err(scalar.text.fault("not a protocol: write `TCP`, `UDP` or `SCTP`, in capitals")),
    }
}

/// A string.
///
/// # Errors
/// kubectl reads it as a number or a boolean.
pub(super) fn string(scalar: &Scalar<'_, '_>) -> Result<(), Fault> {
    if scalar.is_plain && yaml::is_number_or_boolean(&scalar.text.value) {
        return Err(scalar.text.fault("a number or boolean where a string is expected: write it in quotes"));
    }
    Ok(())
}
