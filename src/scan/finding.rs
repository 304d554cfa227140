//! What is said of a statement that is wrong.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::collisions::{self, Collision};
use super::form::Form;
use super::found::{Scanned, ScannedFile};
use super::verdict::{Judged, Verdict};
use crate::allocation::references::{Accept, Located};
use crate::allocation::{Allocation, Service};
use crate::diagnostic::{Diagnostic, Origin, Place, Severity, Source, codes, covered, key_of_line, quoted};

impl Scanned<'_> {
    /// What is to be said of the files: collisions first, then by file.
    pub fn findings(&self, allocation: &Allocation) -> Vec<Diagnostic> {
        [self.findings_but(allocation, &|_| false), self.targets.clone()].concat()
    }

    /// As [`Scanned::findings`], for what stays once everything is mended that can be, but for what `is_old`.
    pub(super) fn left(&self, allocation: &Allocation, is_old: &dyn Fn(&Judged) -> bool) -> Vec<Diagnostic> {
        self.findings_but(allocation, &|one| one.mend.is_some() || is_old(one))
    }

    /// As [`Scanned::findings`], but for what follows an edit of ports.toml with the next `write`.
    pub fn standing(&self, allocation: &Allocation) -> Vec<Diagnostic> {
        [self.findings_but(allocation, &Judged::is_pending), self.targets.clone()].concat()
    }

    /// What follows an edit of ports.toml with the next `write`: its service had the number before.
    pub fn pending(&self, allocation: &Allocation) -> Vec<Diagnostic> {
        let all = self.files.iter().filter_map(|file| Some((file, file.source.as_ref()?)));
        let pending = all.flat_map(|(file, source)| file.judged.iter().map(move |one| (source, one)));
        let pending = pending.filter(|(_, one)| one.is_pending());
        let warning = |one: Diagnostic| Diagnostic { severity: Severity::Warning, ..one };
        pending.filter_map(|(source, one)| finding(one, source, allocation).map(warning)).collect()
    }

    fn findings_but(&self, allocation: &Allocation, is_mended: &dyn Fn(&Judged) -> bool) -> Vec<Diagnostic> {
        let all = collisions::all(&self.files);
        let left = all.iter().filter(|one| one.is_left(allocation, is_mended));
        let mut found: Vec<Diagnostic> = left.map(|one| collision(one, allocation)).collect();
        for file in &self.files {
            let Some(source) = &file.source else { continue };
            let judged = file.judged.iter().filter(|one| !is_mended(one));
            found.extend(judged.filter_map(|one| finding(one, source, allocation)));
        }
        found
    }

    /// The entries of `[references]` that nothing needs, where every file was read.
    pub fn unused(&self, allocation: &Allocation) -> Vec<Diagnostic> {
        let mut unused = self.unused_accepts(allocation);
        let is_at = |file: &ScannedFile<'_>, one: &Judged, place: &Located| {
            one.form == Form::Place && place.files.has(&file.path)
        };
        for place in &allocation.references.places {
            if !self.judged().any(|(file, one)| is_at(file, one, place)) {
                unused.push(unmatched_place(place, allocation));
            }
        }
        unused
    }

    /// The entries of `accept` that no file needs.
    fn unused_accepts(&self, allocation: &Allocation) -> Vec<Diagnostic> {
        let references = &allocation.references;
        let accepted = self.judged().filter(|(_, one)| one.verdict == Verdict::Accepted);
        let used: HashSet<usize> =
            accepted.filter_map(|(file, one)| references.accepts(&file.path, one.port)).collect();
        let unused = (0..references.accept.len()).filter(|at| !used.contains(at));
        unused.map(|at| unused_accept(&references.accept[at], allocation)).collect()
    }
}

/// A text of which only the numbers that were judged, the keys of their lines and the hosts of addresses can be read: other values may be
/// passwords. Lines, columns and bytes stay.
pub(super) fn masked(origin: Origin, path: &str, text: &str, judged: &[Judged]) -> Arc<Source> {
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for one in judged {
        let start = memchr::memrchr(b'\n', &text.as_bytes()[..one.digits.start]).map_or(0, |end| end + 1);
        if start >= at {
            shown.push_str(&covered(&text[at..start]));
            let key = key(&text[start..one.digits.start]);
            shown.push_str(&covered(&text[start..start + key.start]));
            shown.push_str(&text[start + key.start..start + key.end]);
            at = start + key.end;
        }
        if one.digits.start >= at {
            let address = one.digits.start - host_before(&text[at..one.digits.start], &text[one.digits.end..]);
            shown.push_str(&covered(&text[at..address]));
            shown.push_str(&text[address..one.digits.end]);
            at = one.digits.end;
        }
    }
    shown.push_str(&covered(&text[at..]));
    Source::of(origin, path, shown)
}

/// The bytes of an address with a scheme that ends before its port, `http://localhost:`; none where it may hold a secret, or where its host has
/// a name of the internet.
fn host_before(before: &str, behind: &str) -> usize {
    let rest = behind
        .split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | ')'))
        .next()
        .unwrap_or_default();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let scheme = before.strip_suffix(':').map(|host| match host.strip_suffix("127.0.0.1") {
        Some(scheme) => scheme,
        None => host.trim_end_matches(is_name),
    });
    let Some(scheme) = scheme.and_then(|scheme| scheme.strip_suffix("://")).filter(|_| !rest.contains(['@', '?']))
    else {
        return 0;
    };
    let start = scheme.trim_end_matches(|c: char| c.is_ascii_lowercase() || c == '+').len();
    if start < scheme.len() { before.len() - start } else { 0 }
}

/// The bytes of the key that a line starts with, `key: ` or `KEY=`; none where it starts with something else, which may be a value.
fn key(line: &str) -> Range<usize> {
    let key = key_of_line(line);
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let before = line[..key.start].trim_matches([' ', '\t', '-']);
    let starts = matches!(before, "" | "export" | "ENV" | "ARG");
    if starts && line[key.clone()].chars().all(is_name) { key } else { 0..0 }
}

/// What is said of one statement in a file; `None` where nothing is to be said, or a collision says it.
pub(super) fn finding(one: &Judged, source: &Arc<Source>, allocation: &Allocation) -> Option<Diagnostic> {
    let (code, severity, message, label) = match one.verdict {
        Verdict::Contradicts => {
            let (message, label) = contradiction(one, allocation)?;
            (codes::CONTRADICTING_PORT, Severity::Finding, message, label)
        }
        Verdict::Stale => {
            let retired = allocation.retired.iter().find(|retired| retired.ports.has(one.port))?;
            let message = format!(
                "nobody has {} any more: {} had it until {}",
                one.port,
                quoted(&retired.service),
                retired.since
            );
            (codes::STALE_NUMBER, Severity::Finding, message, "retired".to_owned())
        }
        Verdict::Unallocated => {
            let owner = owner(one, allocation);
            let message = format!("ports.toml does not have {} of {owner}", one.port);
            (codes::UNALLOCATED_PORT, Severity::Note, message, "not in ports.toml".to_owned())
        }
        _ => return None,
    };
    let diagnostic = Diagnostic::new(code, severity, message).at(Place::new(source, one.digits.clone()), label);
    Some(with_ways_out(diagnostic, one, allocation.references.keeps(&source.path)))
}

/// With what to do next; `is_kept` is whether `write` keeps the file in step.
fn with_ways_out(diagnostic: Diagnostic, one: &Judged, is_kept: bool) -> Diagnostic {
    match (one.verdict, one.mend) {
        (Verdict::Unallocated, _) => {
            diagnostic.help("add it to ports.toml: `portgen add`, or the `ports` of its service")
        }
        (_, Some(_)) if is_kept => diagnostic.help("`portgen write` changes it"),
        (_, Some(_)) => diagnostic.help("`portgen scan --fix` changes it"),
        (_, None) => {
            diagnostic.help("change it by hand; or, if it is right, accept it with a reason in `[[references.accept]]`")
        }
    }
}

/// The message and the label of a contradiction.
fn contradiction(one: &Judged, allocation: &Allocation) -> Option<(String, String)> {
    let (service, binding) = one.owner?;
    let id = quoted(&allocation.services[service].id);
    let right = one.right(allocation);
    let has = listed(&right);
    let bindings = &allocation.services[service].bindings;
    let other = |at: usize| binding.is_none_or(|meant| meant == at);
    let is_host = bindings.iter().enumerate().any(|(at, own)| other(at) && own.hosts().has(one.port));
    let message = match one.view.name() {
        "port" => format!("{} is not a port of {id}, which has {has}", one.port),
        name if is_host && name != "host port" => {
            format!("{} is the host port of {id}; its {name} is {has}", one.port)
        }
        name => format!("{} is not the {name} of {id}, which is {has}", one.port),
    };
    let label = match one.mend {
        Some(number) => format!("should be {number}"),
        None => format!("{id} by its {}", one.by.as_str()),
    };
    Some((message, label))
}

/// Numbers for people: `4001`, `4001 or 3000`.
fn listed(numbers: &[u16]) -> String {
    let numbers: Vec<String> = numbers.iter().map(u16::to_string).collect();
    match numbers.as_slice() {
        [] => "none".to_owned(),
        [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        [one, ..] => one.clone(),
    }
}

/// What a statement belongs to, for people.
pub(super) fn owner(one: &Judged, allocation: &Allocation) -> String {
    match (one.owner, &one.stranger) {
        (Some((service, _)), _) => quoted(&allocation.services[service].id),
        (None, Some(name)) => quoted(name),
        (None, None) => "something".to_owned(),
    }
}

/// What is said of a number that several services take.
pub(super) fn collision(one: &Collision<'_>, allocation: &Allocation) -> Diagnostic {
    let mut names: Vec<String> = Vec::new();
    for (_, judged) in &one.places {
        let name = owner(judged, allocation);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let message = match names.split_last() {
        Some((last, [])) => format!("{last} takes {} on the machine, which is another service's", one.port),
        Some((last, [first])) => format!("{first} and {last} both take {} on the machine", one.port),
        Some((last, others)) => format!("{} and {last} all take {} on the machine", others.join(", "), one.port),
        None => String::new(),
    };
    let mut diagnostic = Diagnostic::new(codes::COLLIDING_PORT, Severity::Finding, message);
    for (source, judged) in &one.places {
        diagnostic = diagnostic.at(Place::new(source, judged.digits.clone()), owner(judged, allocation));
    }
    let has = |service: &Service| service.bindings.iter().any(|own| own.hosts().has(one.port));
    if let Some(owner) = allocation.services.iter().find(|service| has(service)) {
        diagnostic = diagnostic.help(format!("{} has {}{}", quoted(&owner.id), one.port, by_what(allocation)));
    }
    let wrong = one.places.iter().filter_map(|(_, judged)| Some((judged.owner?.0, judged.right(allocation))));
    let mut said: Vec<usize> = Vec::new();
    for (service, right) in wrong {
        if !right.contains(&one.port) && !said.contains(&service) {
            said.push(service);
            diagnostic = diagnostic.help(format!(
                "{} has {} in ports.toml",
                quoted(&allocation.services[service].id),
                listed(&right)
            ));
        }
    }
    diagnostic
}

/// Where a service has its port from: without a ports.toml, from other files.
fn by_what(allocation: &Allocation) -> &'static str {
    if allocation.source.is_in_tree() { " in ports.toml" } else { " elsewhere" }
}

/// What is said of a place that no file has.
fn unmatched_place(place: &Located, allocation: &Allocation) -> Diagnostic {
    let (at, files) = (quoted(&place.written), quoted(&place.files.text));
    let message = format!("no file that {files} means has a port at {at}");
    Diagnostic::new(codes::UNMATCHED_PATTERN, Severity::Warning, message)
        .at(allocation.place(&place.span), "finds nothing")
        .help("`at` leads to a number in JSON or YAML; the group of `pattern` is around the digits of one")
}

/// What is said of an entry of `accept` that no file needs.
pub(super) fn unused_accept(accept: &Accept, allocation: &Allocation) -> Diagnostic {
    let message =
        format!("no file that {} means states {} against ports.toml", quoted(&accept.files.text), accept.ports);
    Diagnostic::new(codes::UNUSED_ACCEPT, Severity::Warning, message)
        .at(allocation.place(&accept.span), "accepted for nothing")
        .help("remove the entry")
}
