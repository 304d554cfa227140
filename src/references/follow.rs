//! Updates the ports in every file that ports.toml names.

use std::borrow::Cow;

use super::edit::{Edit, after_edits, merged, splice};
use super::file::File;
use super::kind::{Kind, Reference};
use super::splice::difference;
use super::table::{KINDS, Kept, all};
use crate::allocation::{Allocation, Service};
use crate::claims::Owners;
use crate::claims::variables::Gone;
use crate::diagnostic::{Diagnostic, Diagnostics, codes, counted, quoted};
use crate::drift::Difference;
use crate::files::tree::Tree;
use crate::formats::Number;
use crate::manifest::last_write;
use crate::outputs::locate::{Carrier, lines};
use crate::path::RelPath;
use crate::{lints, parallel};

/// How many guesses are told with their places: each holds the text of its file, and a platform that adopts portgen has one a package.
/// With the one that counts the others, they are as many as the terminal shows of a code.
const MOST_GUESSES: usize = 49;

/// The result for all files.
#[derive(Debug, Default)]
pub struct Followed {
    /// Whether some files differ.
    pub has_changes: bool,
    /// Files that cannot be updated and, at the level of that lint, files that are not in the tree.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that are in the tree, by path within each kind.
    pub kept: Vec<Kept>,
    /// What portgen.lock is to remember of them: the numbers after the update.
    pub remembered: String,
    /// What it is to remember of the blocks of files of `[references]`.
    pub blocks: String,
}

/// Whether a file is in the tree, and what was read in it if it is.
enum One<'t> {
    Missing,
    Kept(Box<Read<'t>>),
}

/// What was read in a file.
#[derive(Default)]
struct Read<'t> {
    edits: Vec<Edit>,
    /// How the file differs, if it does.
    change: Option<Difference<'t>>,
    diagnostics: Vec<Diagnostic>,
    /// Its numbers after the edits.
    numbers: Vec<u16>,
}

/// Adds the changes that update every file to the allocation of `owners`.
pub fn follow<'t>(tree: &'t Tree, owners: &Owners<'_>, changes: &mut Vec<Difference<'t>>) -> Followed {
    let mut all = Followed::default();
    let others = changes.len();
    for kind in KINDS {
        follow_kind(tree, kind, owners, &mut all, changes);
    }
    all.has_changes = changes.len() > others;
    all
}

fn follow_kind<'t>(
    tree: &'t Tree,
    kind: &'static Kind,
    owners: &Owners<'_>,
    all: &mut Followed,
    changes: &mut Vec<Difference<'t>>,
) {
    let allocation = owners.allocation();
    let earlier = owners.before().map(|before| by_path(kind, before.allocation())).unwrap_or_default();
    let mut references = by_path(kind, allocation);
    for reference in &mut references {
        reference.is_in_step = !of_path(&earlier, reference.path).is_empty();
    }
    let mut guesses = 0;
    let files: Vec<&[Reference<'_>]> = references.chunk_by(|one, next| one.path == next.path).collect();
    let follow = |file: &&[Reference<'_>], buffer: &mut Vec<u8>| {
        let reader = Reader { kind, path: file[0].path, references: file, earlier: of_path(&earlier, file[0].path) };
        reader.follow(tree, owners, buffer)
    };
    parallel::map_to(&files, follow, |file, followed| match followed {
        Ok(One::Missing) => {
            all.diagnostics.extend(file.iter().filter_map(|reference| missing(allocation, kind, reference)));
        }
        Ok(One::Kept(read)) => {
            changes.extend(read.change);
            for one in read.diagnostics {
                guesses += usize::from(one.code == codes::GUESSED_PORT);
                if one.code != codes::GUESSED_PORT || guesses <= MOST_GUESSES {
                    all.diagnostics.push(one);
                }
            }
            if !read.numbers.is_empty() {
                last_write::push_file(file[0].path.as_str(), &read.numbers, &mut all.remembered);
            }
            all.kept.push(Kept { kind, path: file[0].path.clone() });
        }
        Err(wrong) => all.diagnostics.extend(wrong),
    });
    all.diagnostics.extend(more_guesses(allocation, guesses.saturating_sub(MOST_GUESSES)));
}

/// What is said of the guesses beyond [`MOST_GUESSES`].
fn more_guesses(allocation: &Allocation, count: usize) -> Option<Diagnostic> {
    let message = format!("{} change as well, because they look like former ports", counted(count, "more number"));
    let found = lints::diagnostic(allocation, codes::GUESSED_PORT, message).filter(|_| count > 0)?;
    Some(found.help("`portgen diff` shows each, and `portgen write` names it"))
}

/// The files of a kind with the services that name them, by path.
fn by_path<'a>(kind: &Kind, allocation: &'a Allocation) -> Vec<Reference<'a>> {
    let mut references = (kind.files)(allocation);
    references.retain(|reference| has_ports(allocation, reference));
    // A stable sort: the services of one file keep their order.
    references.sort_by_key(|reference| reference.path);
    for same in references.chunk_by_mut(|one, next| one.path == next.path) {
        let is_shared = same.len() > 1;
        same.iter_mut().for_each(|reference| reference.is_shared = is_shared);
    }
    references
}

/// Those of `references`, which stand by path, that name the file at `path`.
fn of_path<'r, 'a>(references: &'r [Reference<'a>], path: &RelPath) -> &'r [Reference<'a>] {
    let rest = &references[references.partition_point(|one| one.path < path)..];
    &rest[..rest.partition_point(|one| one.path == path)]
}

/// The files of `services[service]` in the tree, with the lines of its ports, even of those that have to change.
///
/// # Errors
/// A file cannot be read, or it is not clear what has to change.
pub fn carriers(tree: &Tree, allocation: &Allocation, service: usize) -> Result<Vec<Carrier>, Diagnostics> {
    let owners = Owners::new(allocation);
    let mut buffer = Vec::new();
    let mut carriers = Vec::new();
    for (kind, reference) in all(allocation) {
        if reference.service != service || !has_ports(allocation, &reference) {
            continue;
        }
        let path = reference.path;
        if tree.read_into(path, &mut buffer)? {
            let text = decoded(kind, path, &buffer)?;
            let file = File::new(path.as_str(), text, kind.secrets);
            let found = (kind.read)(&file, &[reference], &owners)?;
            let own = found.into_iter().flat_map(|found| found.places).filter(|place| place.binding.0 == service);
            let digits = own.map(|place| place.claim.span).collect();
            carriers.push(Carrier { path: path.clone(), lines: lines(text, digits) });
        }
    }
    Ok(carriers)
}

/// Warns of variables that outputs no longer have, in the files that ports.toml names.
///
/// # Errors
/// A file cannot be read.
pub fn left_variables(tree: &Tree, allocation: &Allocation, gone: &Gone) -> Result<Vec<Diagnostic>, Diagnostics> {
    let mut files: Vec<(&Kind, &RelPath)> = all(allocation).map(|(kind, reference)| (kind, reference.path)).collect();
    files.sort_by_key(|(_, path)| *path);
    files.dedup_by_key(|(_, path)| *path);
    let mut buffer = Vec::new();
    let mut warnings = Vec::new();
    for (kind, path) in files {
        if tree.read_into(path, &mut buffer)? {
            let file = File::new(path.as_str(), decoded(kind, path, &buffer)?, kind.secrets);
            let places = gone.places_in(file.text).into_iter().map(|span| file.place(span)).collect();
            warnings.extend(gone.warning(&quoted(path.as_str()), places));
        }
    }
    Ok(warnings)
}

fn has_ports(allocation: &Allocation, reference: &Reference<'_>) -> bool {
    allocation.services[reference.service].first_index().is_some()
}

/// One file, and the services that name it.
struct Reader<'r> {
    kind: &'r Kind,
    path: &'r RelPath,
    references: &'r [Reference<'r>],
    /// Those that named it before a command's edit.
    earlier: &'r [Reference<'r>],
}

impl Reader<'_> {
    /// Compares the file with the services that name it.
    fn follow<'t>(&self, tree: &'t Tree, owners: &Owners<'_>, buffer: &mut Vec<u8>) -> Result<One<'t>, Diagnostics> {
        if !tree.read_into(self.path, buffer)? {
            return Ok(One::Missing);
        }
        let text = decoded(self.kind, self.path, buffer)?;
        let file = File::new(self.path.as_str(), text, self.kind.secrets);
        let mut read = self.read(&file, owners)?;
        if read.edits.is_empty() {
            return Ok(One::Kept(Box::new(read)));
        }
        let key = |at: usize| (self.kind.key)(&file, at);
        read.change = Some(difference(tree, self.path, text, std::mem::take(&mut read.edits).into(), key));
        Ok(One::Kept(Box::new(read)))
    }

    /// What has to change. Before the edit of a command that is what `write` would have done, so that the file is known to be of that time.
    fn read(&self, file: &File<'_>, owners: &Owners<'_>) -> Result<Read<'static>, Diagnostics> {
        let Some(before) = owners.before().filter(|_| !self.earlier.is_empty()) else {
            return edits(self.kind, self.references, file, owners);
        };
        let first = edits(self.kind, self.earlier, file, before)?;
        let in_step = match &*first.edits {
            [] => Cow::Borrowed(file.text),
            edits => Cow::Owned(splice(file.text, edits.iter())),
        };
        let in_step = File::new(file.name, &in_step, self.kind.secrets);
        let mut read = edits(self.kind, self.references, &in_step, owners)?;
        first.say_again(&mut read);
        read.edits = merged(first.edits, read.edits);
        Ok(read)
    }
}

impl Read<'_> {
    /// Adds what was found of former numbers to what the `next` reading finds, if that finds nothing there.
    fn say_again(&self, next: &mut Self) {
        for one in self.diagnostics.iter().filter(|one| one.code == codes::FORMER_PORT) {
            let start = after_edits(one.start(), &self.edits);
            let is_there = |other: &Diagnostic| other.code == one.code && other.start() == start;
            if !next.diagnostics.iter().any(is_there) {
                next.diagnostics.push(one.clone());
            }
        }
    }
}

fn decoded<'b>(kind: &Kind, path: &RelPath, bytes: &'b [u8]) -> Result<&'b str, Diagnostics> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let message = format!("{} is not UTF-8: see byte {}", quoted(path.as_str()), error.valid_up_to());
            let help = format!("{} reads {} as UTF-8", kind.reader, kind.noun);
            Err(Diagnostic::error(kind.name, message).help(help).into())
        }
    }
}

/// The edits that give every service of a file its numbers, and what the lints find there.
fn edits<'t>(
    kind: &Kind,
    references: &[Reference<'_>],
    file: &File<'_>,
    owners: &Owners<'_>,
) -> Result<Read<'t>, Diagnostics> {
    let Read { mut edits, mut diagnostics, .. } = Read::default();
    let mut all = Vec::new();
    for found in (kind.read)(file, references, owners)? {
        // What stands in the file itself is found again for each of its services.
        diagnostics.extend(found.diagnostics.into_iter().filter(|one| !diagnostics.contains(one)).collect::<Vec<_>>());
        all = found.numbers;
        for place in found.places {
            for Number { port, role, digits } in place.claim.numbers.iter() {
                let binding = owners.get(place.binding).1;
                let after = if binding.is_range() { owners.host_now(place.binding, port) } else { role.of(binding) };
                if let Some(after) = after {
                    edits.push(Edit { digits, before: port, after: after.get() });
                }
            }
        }
    }
    edits.sort_by_key(|edit| edit.digits.start);
    // Includes numbers that are already right: no other service may want to change them.
    for two in edits.windows(2) {
        if two[0].digits.end > two[1].digits.start && two[0].after != two[1].after {
            let services = &owners.allocation().services;
            let ids: Vec<String> = references.iter().map(|one| quoted(&services[one.service].id)).collect();
            let message = format!("{} want different ports in one place of {}", ids.join(" and "), quoted(file.name));
            let label = format!("{} or {}", two[0].after, two[1].after);
            let error = Diagnostic::error(codes::TWO_PORTS, message).at(file.place(two[0].digits.clone()), label);
            return Err(error.help(kind.apart).into());
        }
    }
    edits.dedup();
    edits.retain(|edit| edit.before != edit.after);
    edits.shrink_to_fit();
    let numbers = all.iter().map(|number| after(number, &edits)).collect();
    Ok(Read { edits, diagnostics, numbers, ..Read::default() })
}

/// A number after the edits, which are ascending.
fn after(number: &Number, edits: &[Edit]) -> u16 {
    let edit = edits.binary_search_by_key(&number.digits.start, |edit| edit.digits.start);
    edit.map_or(number.port, |at| edits[at].after)
}

fn missing(allocation: &Allocation, kind: &Kind, reference: &Reference<'_>) -> Option<Diagnostic> {
    let service: &Service = &allocation.services[reference.service];
    let message = format!("{} of {} is not in this tree", quoted(reference.path.as_str()), quoted(&service.id));
    let diagnostic = lints::diagnostic(allocation, kind.missing, message)?;
    let allow = format!("`{} = \"allow\"` in `[lints]`", kind.missing);
    let help = format!("correct the path, or set {allow} where {}", kind.elsewhere);
    Some(diagnostic.at(allocation.place(reference.span), "").help(help))
}
