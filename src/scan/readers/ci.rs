//! Workflows of GitHub and its like: the containers that a job starts beside itself. Forms read the rest.
//!
//! A job has a machine of its own, so that its numbers are its own: they count where they are those of a service.
//!
//! Source: <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idservices>.

use std::borrow::Cow;

use super::{File, compose_ports, settings, with_forms};
use crate::formats::yaml::tree::Tree;
use crate::formats::{Role, Written, url};
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose};

/// The folders of workflows.
const FOLDERS: [&str; 3] = [".github/workflows/", ".gitea/workflows/", ".forgejo/workflows/"];

/// Reads a workflow.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    if !file.is_yaml() || !FOLDERS.iter().any(|folder| file.path.contains(folder)) {
        return None;
    }
    let tree = Tree::read(file.text);
    let mut found = Vec::new();
    for jobs in tree.documents.iter().filter_map(|document| tree.get(*document, "jobs")) {
        for (_, job) in tree.entries(jobs) {
            for (name, service) in tree.get(job, "services").map(|all| tree.entries(all)).unwrap_or_default() {
                let known = found.len();
                if let Some(ports) = tree.get(service, "ports") {
                    compose_ports::ports(&tree, ports, &name.value, &mut found);
                }
                found.extend(tree.text(service, "options").into_iter().flat_map(healthy));
                let own = || Cow::Owned(name.value.to_string());
                let whose = match tree.text(service, "image") {
                    Some(image) => Whose::Image(own(), Cow::Owned(image.value.to_string())),
                    None => Whose::Named(own()),
                };
                found[known..].iter_mut().for_each(|one| one.whose = whose.clone());
            }
        }
    }
    found.extend(settings::named(file.text));
    let found = found.into_iter().map(|one| Statement { publishes: false, ..one.weak() });
    Some(with_forms(file, found.collect()))
}

/// What the health check of a container asks inside of it: `--health-cmd "pg_isready -p 5432"`.
fn healthy<'t>(options: &Written<'t>) -> Vec<Statement<'t>> {
    let text = &*options.value;
    let Some(at) = text.find("health-cmd") else { return Vec::new() };
    let addresses =
        url::all(&text[at..]).filter(|one| one.is_local()).map(|one| at + one.span.start..at + one.span.end);
    let options_of = [" -p ", " --port ", " --port="]
        .iter()
        .flat_map(|option| text[at..].match_indices(option).map(move |(found, _)| at + found + option.len()));
    let told = options_of.map(|start| start..start + url::digits(&text[start..]));
    let all = addresses.chain(told).filter_map(|span| options.port_in(Role::Unknown, span));
    all.map(|number| Statement::new(number.port, number.digits, View::Container, Whose::Own, Form::HealthCheck))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::scan::readers::tests::said;

    #[test]
    fn containers_of_jobs_state_ports() {
        let start =
            "on: push\njobs:\n  test:\n    services:\n      postgres:\n        image: postgres:16\n        ports: ";
        for (ports, wanted) in [
            ("['5433:5432']", "h5433 postgres of image <postgres:16>?, c5432 postgres of image <postgres:16>?"),
            (
                "\n          - 5432:5432",
                "h5432 postgres of image <postgres:16>?, c5432 postgres of image <postgres:16>?",
            ),
            ("[5432/tcp]", "c5432 postgres of image <postgres:16>?"),
            ("[]\n    strategy: {matrix: {include: [{service: auth, port: 4001}]}}", "a4001 $auth?"),
            ("[]\n    timeout-minutes: 3000\n    steps: [{run: 'wget http://localhost:4001'}]", "h4001 local"),
        ] {
            let text = format!("{start}{ports}\n");
            assert_eq!(said("CI workflow", ".github/workflows/ci.yml", &text), wanted, "{text}");
        }
    }
}
