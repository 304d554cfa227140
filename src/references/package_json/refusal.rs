//! Why a package.json is left as it is: each refusal names its places and what to do next.

use crate::diagnostic::{Diagnostic, Place, codes, nearest, quoted};

use super::document::Document;
use crate::references::file::File;

/// A port place of a script, as a refusal shows it.
#[derive(Debug)]
pub(super) struct Stated<'a> {
    /// The script.
    pub(super) script: &'a str,
    /// What it states.
    pub(super) number: u16,
    /// The bytes of the number.
    pub(super) place: Place,
}

/// Two numbers of which only one can be the service's.
pub(super) fn two_ports(port: u16, one: Stated<'_>, other: Stated<'_>) -> Diagnostic {
    let message =
        format!("two different numbers, {} and {}: which one is the service's port?", one.number, other.number);
    let list = if one.script == other.script {
        format!(
            "or name the scripts that follow the port in ports.toml (`scripts = […]`), without {}",
            quoted(one.script)
        )
    } else {
        let only_one = quoted(&format!("scripts = [\"{}\"]", one.script));
        format!("or name the scripts that follow the port in ports.toml, such as {only_one}")
    };
    Diagnostic::error(codes::TWO_PORTS, message)
        .at(one.place, format!("{} states {}", quoted(one.script), one.number))
        .at(other.place, format!("{} states {}", quoted(other.script), other.number))
        .help(format!("write {port} where it is the service's port"))
        .help(list)
        .help("or give the other number to a binding of this service")
}

/// A port in a script that npm runs on its own.
pub(super) fn lifecycle(stated: Stated<'_>, when: &str) -> Diagnostic {
    Diagnostic::error(codes::LIFECYCLE_SCRIPT, format!("the lifecycle script {} states a port", quoted(stated.script)))
        .at(stated.place, format!("npm runs this {when}"))
        .help("move the command to a script of its own, such as `dev`, so that the lifecycle script has no port")
}

/// A script that ports.toml names and package.json lacks.
pub(super) fn unknown_script(name: &str, document: &Document<'_>, file: &File<'_>) -> Diagnostic {
    let names = document.scripts.iter().map(|script| script.name.as_ref());
    let help = match nearest(name, names) {
        Some(near) => format!("did you mean {}?", quoted(near)),
        None => "add the script, or remove its name from `scripts` in ports.toml".to_owned(),
    };
    Diagnostic::error(codes::UNKNOWN_SCRIPT, format!("there is no script {}", quoted(name)))
        .at(file.place(document.key.clone()), "not in here")
        .help(help)
}

/// A followed script whose value is no command line.
pub(super) fn no_command_line(name: &str, place: Place) -> Diagnostic {
    Diagnostic::error(codes::INVALID_PACKAGE_JSON, format!("the script {} is not a string", quoted(name)))
        .at(place, "here")
        .help("write its command line as a string")
}
