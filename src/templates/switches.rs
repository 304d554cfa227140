//! Which templates are switched on, and the entries of `[outputs]` that fit none.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::allocation::{Outputs, is_within};
use crate::diagnostic::{Diagnostic, Place, Source, codes, quoted};

/// The built-in templates that are off until `enable` in `[outputs]` names them.
const OFF_BY_DEFAULT: [&str; 1] = ["compose.ports.yml"];

/// What `[outputs]` says of the templates.
#[derive(Debug)]
pub(super) struct Switches<'a> {
    pub(super) outputs: &'a Outputs,
    /// ports.toml.
    pub(super) source: &'a Arc<Source>,
    /// The templates of the project's own, by name.
    pub(super) own: &'a HashSet<String>,
}

impl Switches<'_> {
    /// Whether a template is on. One of the project's own is, unless `disable` names it.
    pub(super) fn is_on(&self, name: &str) -> bool {
        !self.outputs.is_disabled(name) && !self.waits(name)
    }

    /// Whether a template is off because nobody has asked for it.
    fn waits(&self, name: &str) -> bool {
        OFF_BY_DEFAULT.contains(&name) && !self.own.contains(name) && !self.outputs.is_enabled(name)
    }

    /// The entries that name no template of `templates`, that contradict each other, or that have no effect.
    pub(super) fn mistakes(&self, templates: &BTreeMap<String, Arc<Source>>) -> Vec<Diagnostic> {
        let mut mistakes = Vec::new();
        for (entry, span) in self.outputs.disable.iter().chain(&self.outputs.enable) {
            if !templates.keys().any(|name| is_within(name, entry)) {
                mistakes.push(self.unknown(entry, span, templates));
            }
        }
        for (entry, span) in &self.outputs.enable {
            if let Some((_, off)) = self.outputs.disable.iter().find(|(off, _)| is_within(entry, off)) {
                mistakes.push(self.contradiction(entry, [span, off]));
            }
        }
        for (name, _, span) in &self.outputs.paths {
            if !templates.contains_key(name) {
                mistakes.push(self.unknown(name, span, templates));
            } else if self.waits(name) {
                mistakes.push(self.not_enabled(name, span));
            }
        }
        mistakes
    }

    fn unknown(&self, name: &str, span: &Range<usize>, templates: &BTreeMap<String, Arc<Source>>) -> Diagnostic {
        let known: Vec<&str> = templates.keys().map(String::as_str).collect();
        Diagnostic::error(codes::UNKNOWN_OUTPUT, format!("there is no output {}", quoted(name)))
            .at(Place::new(self.source, span.clone()), "")
            .did_you_mean(name, known.iter().copied(), format!("the outputs are {}", known.join(", ")))
    }

    fn contradiction(&self, name: &str, [on, off]: [&Range<usize>; 2]) -> Diagnostic {
        let message = format!("the output {} is both enabled and disabled", quoted(name));
        Diagnostic::error(codes::UNKNOWN_OUTPUT, message)
            .at(Place::new(self.source, on.clone()), "enabled here")
            .at(Place::new(self.source, off.clone()), "disabled here")
            .help("remove one of the two")
    }

    fn not_enabled(&self, name: &str, span: &Range<usize>) -> Diagnostic {
        let message = format!("the output {} has a path, but it is off by default", quoted(name));
        let enable = quoted(&format!("enable = [\"{name}\"]"));
        Diagnostic::error(codes::UNKNOWN_OUTPUT, message)
            .at(Place::new(self.source, span.clone()), "the path of an output that is not made")
            .help(format!("switch it on with {enable} in `[outputs]`, or remove this line"))
    }
}
