//! The whole tool on random allocations and trees: what is written states the ports of the allocation, nothing else stays,
//! and it does not matter what was there before.
//!
//! `PROPTEST_CASES` sets how many allocations are tried instead of [`CASES`].

mod document;
mod expect;
mod generate;
mod model;
mod moves;
mod packages;
mod secrets;

use std::collections::{BTreeMap, BTreeSet};

use std::time::Duration;

use portgen::apply::{self, Permit};
use portgen::diagnostic::{Diagnostic, Severity, codes};
use portgen::files::tree::Tree;
use portgen::manifest::earlier::Earlier;
use portgen::pipeline;
use proptest::prelude::*;

use crate::sandbox::{Sandbox, State};
use crate::tries::tries;
use generate::models;
use model::{Binding, IDS, Model, PACKAGES, Service};

/// How many allocations each test tries: some seconds.
const CASES: u32 = 64;

/// The numbers in every package.json before the first `write`: nobody is allocated one of them.
const UNALLOCATED: u16 = 61_000;

/// A project in which every package.json exists, and the numbers that they state.
struct Project {
    sandbox: Sandbox,
    stated: [u16; IDS.len()],
    /// The names of the ports that had these numbers at the last `write`.
    named: [Option<String>; IDS.len()],
}

impl Project {
    fn new() -> Self {
        let project = Self { sandbox: Sandbox::new(), stated: [UNALLOCATED; IDS.len()], named: Default::default() };
        for id in 0..IDS.len() {
            project.sandbox.put(&package_path(id), package(id, UNALLOCATED));
        }
        project
    }

    /// Makes `model` the allocation, and writes.
    fn write(&mut self, model: &Model) {
        self.sandbox.put("ports.toml", model.toml());
        let said = self.run().1;
        let follow = |service: &&Service| service.package == Some(true) && service.single().next().is_some();
        for service in model.services.iter().filter(follow) {
            let may = self.may_state(model, service);
            let path = package_path(service.id);
            let text = self.sandbox.text(&path);
            let number = may.iter().copied().find(|number| text == package(service.id, *number));
            let number = number.unwrap_or_else(|| panic!("{path} states none of {may:?}: {text}"));
            let mut own = service.bindings.iter().filter(|binding| binding.has(number)).peekable();
            let is_said = || said.iter().any(|one| one.code == codes::SCRIPT_PORT && one.render(false).contains(&path));
            assert!(
                own.peek().is_some() || !text.contains(&number.to_string()) || is_said(),
                "{path}: {number}: {said:#?}"
            );
            self.stated[service.id] = number;
            // With a range around it, nobody can tell which of the two it was.
            let names: Vec<&str> = own.map(|binding| &*binding.name).collect();
            self.named[service.id] = (!names.is_empty()).then(|| names.join(" or "));
        }
    }

    /// The numbers of which a script of `service` may state one after the next `write`.
    fn may_state(&self, model: &Model, service: &Service) -> Vec<u16> {
        let stated = self.stated[service.id];
        if service.bindings.iter().any(|binding| binding.ends().contains(&stated)) {
            // It is right as it is.
            return vec![stated];
        }
        let Some(named) = &self.named[service.id] else {
            return service.single().take(1).map(|main| main.host).collect();
        };
        let is_somebodys = model.services.iter().flat_map(|any| &any.bindings).any(|binding| binding.has(stated));
        match service.single().find(|binding| binding.name == *named) {
            Some(same) if !is_somebodys => vec![same.host],
            // Where its port is gone or a range now, or the number is somebody's, it may stay, but not in silence.
            _ => service.bindings.iter().flat_map(Binding::ends).chain([stated]).collect(),
        }
    }

    /// One pass; whether it changed anything, and what it said.
    fn run(&self) -> (bool, Vec<Diagnostic>) {
        let tree = Tree::new(self.sandbox.path());
        let guard = apply::exclusive(&tree, Duration::from_secs(10), || ()).unwrap();
        let (allocation, said) = pipeline::allocation(&tree).unwrap_or_else(|error| panic!("{error}"));
        assert!(said.iter().all(|one| one.severity < Severity::Finding && !one.render(false).is_empty()), "{said:#?}");
        let outcome = pipeline::outcome(&tree, &Earlier::in_git(&tree), allocation, said)
            .unwrap_or_else(|error| panic!("{error}"));
        let done = apply::apply(&guard, &outcome.lock_path, &outcome.changes, Permit::default());
        done.unwrap_or_else(|error| panic!("{error}"));
        (!outcome.changes.is_empty(), outcome.said)
    }

    /// What is there besides ports.toml and the packages: portgen's own.
    fn own(&self) -> BTreeMap<String, String> {
        let packages: BTreeSet<String> = (0..IDS.len()).map(package_path).collect();
        let own = |name: &String| !name.ends_with('/') && name != "ports.toml" && !packages.contains(name);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        self.sandbox
            .state()
            .into_iter()
            .filter(|(name, _)| own(name))
            .map(|(name, (bytes, _))| (name, text(bytes)))
            .collect()
    }

    /// Every file is an expected one, and says what the allocation says.
    fn assert_is(&self, model: &Model) {
        let own = self.own();
        expect::outputs(model, &own);
        for id in 0..IDS.len() {
            assert_eq!(self.sandbox.text(&package_path(id)), package(id, self.stated[id]), "{}", package_path(id));
        }
    }

    /// A second `write` and a `diff` find nothing to do.
    fn assert_is_settled(&self) {
        let before: State = self.sandbox.state();
        assert!(!self.run().0, "a second pass still changes something");
        assert_eq!(before, self.sandbox.state(), "a second `write` touched something");
    }
}

/// What portgen made, without what portgen.lock remembers of each package.json, as a script may state either port of a service, and of the
/// ports before those of now.
fn without_history(mut own: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    for (_, text) in own.iter_mut().filter(|(name, _)| name.ends_with("portgen.lock")) {
        let mut kept = String::new();
        for line in text.lines().filter(|line| !line.contains("package.json: ")) {
            let words: Vec<&str> = line.split(' ').collect();
            let former = words.iter().rev().take_while(|word| line.starts_with('#') && is_number(word)).count();
            kept += &words[..words.len() - former.saturating_sub(1)].join(" ");
            kept.push('\n');
        }
        *text = kept;
    }
    own
}

/// The package.json of a service whose scripts state a number.
fn package(id: usize, stated: u16) -> String {
    PACKAGES[id % PACKAGES.len()].0.replace('@', &stated.to_string())
}

fn package_path(id: usize) -> String {
    format!("packages/{}/package.json", IDS[id])
}

proptest! {
    #![proptest_config(tries(CASES))]

    #[test]
    fn what_is_written_says_what_the_allocation_says(model in models()) {
        let mut project = Project::new();
        project.write(&model);
        project.assert_is(&model);
        project.assert_is_settled();
    }

    #[test]
    fn history_does_not_matter(before in models(), mut after in models()) {
        // portgen.lock lies in the folder of the outputs: after that folder is changed, nothing knows of the old one.
        after.outputs.directory = before.outputs.directory;
        let (mut direct, mut detour) = (Project::new(), Project::new());
        direct.write(&after);
        detour.write(&before);
        detour.write(&after);
        detour.assert_is(&after);
        detour.assert_is_settled();
        assert_eq!(without_history(direct.own()), without_history(detour.own()));
    }
}
