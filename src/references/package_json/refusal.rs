//! The errors for a package.json that cannot be changed. Each names its places and what to do next.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::formats::Number;

use super::document::Script;
use crate::references::file::File;

/// A port of a script, as a refusal shows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated<'a> {
    pub(super) script: &'a str,
    pub(super) number: &'a Number,
}

/// Two numbers, only one of which can be the service's; its port is `port`.
pub(super) fn two_ports(file: &File<'_>, port: u16, ports: [Stated<'_>; 2]) -> Diagnostic {
    let [one, other] = ports;
    let message = format!(
        "two different numbers, {} and {}: which one is the service's port?",
        one.number.port, other.number.port
    );
    let list = if one.script == other.script {
        let without = quoted(one.script);
        format!("or name the scripts that follow the port in ports.toml (`scripts = […]`), without {without}")
    } else {
        let only_one = quoted(&format!("scripts = [\"{}\"]", one.script));
        format!("or name the scripts that follow the port in ports.toml, such as {only_one}")
    };
    let mut diagnostic = Diagnostic::error(codes::TWO_PORTS, message);
    for Stated { script, number } in ports {
        let label = format!("{} states {}", quoted(script), number.port);
        diagnostic = diagnostic.at(file.place(number.digits.clone()), label);
    }
    diagnostic
        .help(format!("write {port} where it is the service's port"))
        .help(list)
        .help("or give the other number to a binding of this service")
}

/// A port in a script that npm runs by itself.
pub(super) fn lifecycle(file: &File<'_>, stated: Stated<'_>, when: &str) -> Diagnostic {
    let message = format!("the lifecycle script {} states a port", quoted(stated.script));
    Diagnostic::error(codes::LIFECYCLE_SCRIPT, message)
        .at(file.place(stated.number.digits.clone()), format!("npm runs this {when}"))
        .help("move the command to a script of its own, such as `dev`, so that the lifecycle script has no port")
}

/// A script that ports.toml names and package.json lacks; `key` is its `scripts`, one of which may be meant.
pub(super) fn unknown_script(file: &File<'_>, name: &str, key: &Range<usize>, scripts: &[Script<'_>]) -> Diagnostic {
    let names = scripts.iter().map(|script| &*script.name);
    Diagnostic::error(codes::UNKNOWN_SCRIPT, format!("there is no script {}", quoted(name)))
        .at(file.place(key.clone()), "not in here")
        .did_you_mean(name, names, "add the script, or remove its name from `scripts` in ports.toml")
}

/// A followed script whose value is not a command line.
pub(super) fn no_command_line(file: &File<'_>, script: &Script<'_>) -> Diagnostic {
    Diagnostic::error(codes::INVALID_PACKAGE_JSON, format!("the script {} is not a string", quoted(&script.name)))
        .at(file.place(script.key.clone()), "here")
        .help("write its command line as a string")
}
