//! Workflows of GitHub and its like: the containers that a job starts beside itself. Forms read the rest.
//!
//! A job has a machine of its own, so that its numbers are its own: they count where they are those of a service.
//!
//! Source: <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idservices>.

use super::{File, compose_ports, settings, with_forms};
use crate::formats::yaml::tree::Tree;
use crate::scan::statement::Statement;

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
                if let Some(ports) = tree.get(service, "ports") {
                    compose_ports::ports(&tree, ports, &name.value, &mut found);
                }
            }
        }
    }
    found.extend(settings::named(file.text));
    let found = found.into_iter().map(|one| Statement { publishes: false, ..one.weak() });
    Some(with_forms(file, found.collect()))
}

#[cfg(test)]
mod tests {
    use crate::scan::readers::tests::said;

    #[test]
    fn containers_of_jobs_state_ports() {
        let start =
            "on: push\njobs:\n  test:\n    services:\n      postgres:\n        image: postgres:16\n        ports: ";
        for (ports, wanted) in [
            ("['5433:5432']", "h5433 postgres?, c5432 postgres?"),
            ("\n          - 5432:5432", "h5432 postgres?, c5432 postgres?"),
            ("[5432/tcp]", "c5432 postgres?"),
            ("[]\n    strategy: {matrix: {include: [{service: auth, port: 4001}]}}", "a4001 $auth?"),
            ("[]\n    timeout-minutes: 3000\n    steps: [{run: 'wget http://localhost:4001'}]", "h4001 local"),
        ] {
            let text = format!("{start}{ports}\n");
            assert_eq!(said("CI workflow", ".github/workflows/ci.yml", &text), wanted, "{text}");
        }
    }
}
