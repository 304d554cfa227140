//! `--all`: the programs of a Procfile, one a line: `web: npm run dev`.
//!
//! Source: <https://devcenter.heroku.com/articles/procfile>.

use std::ffi::OsString;
use std::path::Path;

use super::Program;
use crate::allocation::{Allocation, Service};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Source, codes, quoted};
use crate::files::tree::Tree;
use crate::system::process::shell;

/// The program of each line whose name is that of a service, or one of its other names; each is run by a shell, in the folder of the file.
///
/// # Errors
/// The file cannot be read, a line is none of a Procfile, or a name is no service's.
pub(super) fn programs(
    path: &Path,
    allocation: &Allocation,
    instance: u16,
    tree: &Tree,
) -> Result<Vec<Program>, Diagnostics> {
    let name = path.strip_prefix(".").unwrap_or(path).to_string_lossy();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let message = format!("{} cannot be read: {error}", quoted(&name));
        Diagnostic::error(codes::UNREADABLE_FILE, message).help("name another file: `--all FILE`")
    })?;
    let source = Source::new(&*name, text);
    let (mut programs, mut wrong, mut start) = (Vec::new(), Vec::new(), 0);
    for line in source.text.split_inclusive('\n') {
        let span = start..start + line.trim_end().len();
        start += line.len();
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        match of_line(line, allocation) {
            Ok((service, command)) => {
                let program = Program::new(
                    allocation,
                    (service, instance),
                    tree.root(),
                    shell(command).map(OsString::from).into(),
                );
                let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
                programs.push(Program { folder, ..program });
            }
            Err(mistake) => wrong.push(mistake.at(Place::new(&source, span), "this line")),
        }
    }
    Diagnostics(wrong).into_result()?;
    if programs.is_empty() {
        let message = format!("{} names no program", quoted(&name));
        return Err(Diagnostic::error(codes::INVALID_VALUE, message)
            .help("write a line for each: `web: npm run dev`")
            .into());
    }
    Ok(programs)
}

fn of_line<'l>(line: &'l str, allocation: &Allocation) -> Result<(usize, &'l str), Diagnostic> {
    let (name, command) = line.split_once(':').ok_or_else(|| {
        Diagnostic::error(codes::INVALID_VALUE, "a line of a Procfile is `name: command`")
            .help("write `#` before a comment")
    })?;
    let has_name = |service: &Service| {
        service.id == name || service.aliases.iter().flat_map(|all| all.iter()).any(|alias| alias == name)
    };
    let service = allocation.services.iter().position(has_name).ok_or_else(|| {
        let unknown = Diagnostic::error(codes::UNKNOWN_SERVICE, format!("there is no service {}", quoted(name)));
        let ids = allocation.services.iter().map(|service| &*service.id);
        unknown.did_you_mean(name, ids, "`aliases` of a service are its other names")
    })?;
    Ok((service, command.trim()))
}
