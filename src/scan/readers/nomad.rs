//! Jobs of Nomad: the ports of a group's network, and what forms find, by the name of the job. It runs on machines of its own, so all of it is
//! weak.
//!
//! Source: <https://developer.hashicorp.com/nomad/docs/job-specification/network>.

use std::collections::HashSet;

use super::{File, nearest};
use crate::formats::port;
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose};

/// What a port of a network is bound to: a number on the node, one in the task.
const KEYS: [(&str, View); 2] = [("static", View::Host), ("to", View::Container)];

/// The most bytes of a block.
const MOST_BYTES: usize = 1024;

/// Reads a job.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    let is_job = || file.text.lines().any(|line| line.trim_start().starts_with("job \""));
    if !(file.extension() == "nomad" || (file.extension() == "hcl" && is_job())) {
        return None;
    }
    let mut found = nearest::read(file, &["job"]);
    let known: HashSet<usize> = found.iter().map(|one| one.digits.start).collect();
    let of_networks = nearest::named(file.text, &["job"], networks(file.text));
    found.extend(of_networks.into_iter().filter(|one| !known.contains(&one.digits.start)));
    let is_told = |one: &Statement<'_>| matches!(one.whose, Whose::Named(_) | Whose::Own);
    Some(found.into_iter().map(|one| if is_told(&one) { one.weak() } else { one }).collect())
}

/// The numbers of blocks such as `port "http" { static = 8080 }`.
fn networks(text: &str) -> Vec<Statement<'_>> {
    let mut found = Vec::new();
    for (at, opening) in text.match_indices("port \"") {
        let behind = &text.as_bytes()[at + opening.len()..];
        let end =
            behind.iter().take(MOST_BYTES).position(|byte| *byte == b'}').map_or(0, |end| at + opening.len() + end);
        let Some((label, inside)) = text.get(at..end).and_then(|block| block.split_once('{')) else { continue };
        for line in inside.split('\n').filter(|_| !label.contains('\n')) {
            let Some((key, value)) = line.split_once('=') else { continue };
            let Some((_, view)) = KEYS.iter().find(|(known, _)| *known == key.trim()) else { continue };
            let value = value.trim();
            let Some(port) = port(value) else { continue };
            let start = value.as_ptr() as usize - text.as_ptr() as usize;
            found.push(Statement::new(port, start..start + value.len(), *view, Whose::Own, Form::Setting));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::scan::readers::tests::said;

    #[test]
    fn ports_are_those_of_the_job() {
        let job = |inside: &str| format!("job \"auth\" {{\n  count = 4001\n  {inside}\n}}\n");
        for (inside, wanted) in [
            ("network { port \"http\" { static = 4001 } }", "h4001 auth?"),
            ("port \"http\" {\n    to = 4001\n  }", "c4001 auth?"),
            ("service {\n    port = \"4001\"\n  }", "l4001 auth?"),
            ("env { URL = \"amqp://u:p@${attr.unique.network.ip-address}:5672/\" }", "a5672 local"),
            ("port \"http\" {}\n  resources { memory = 4001 }", ""),
        ] {
            assert_eq!(said("Nomad", "jobs/auth.nomad.hcl", &job(inside)), wanted, "{inside}");
        }
    }
}
