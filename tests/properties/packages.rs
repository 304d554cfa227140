//! Numbers of services that share a package.json, or call each other from their own: a change by hand, perhaps a chain or a swap,
//! is followed or named, and one by command is followed.

use proptest::prelude::*;
use proptest::sample::subsequence;

use crate::sandbox::Sandbox;
use crate::tries::tries;

const CASES: u32 = 12;

const IDS: [&str; 3] = ["api", "db", "web"];

/// Few, so that one service often gets the number of another.
const NUMBERS: [u16; 4] = [4001, 4002, 4003, 4004];

/// What happens to a package.json after a change of ports.toml by hand, before `move`.
#[derive(Clone, Copy, Debug)]
enum Hand {
    Leaves,
    /// Writes the numbers of now.
    Corrects,
    /// Takes the file back from the last commit.
    TakesBack,
}

/// A change of ports.toml by hand, perhaps written, then one by command.
#[derive(Clone, Debug)]
struct Round {
    ports: Ports,
    is_written: bool,
    files: [Hand; 3],
    moved: usize,
}

fn rounds() -> impl Strategy<Value = Vec<Round>> {
    let hand = prop_oneof![Just(Hand::Leaves), Just(Hand::Corrects), Just(Hand::TakesBack)];
    let files = [hand.clone(), hand.clone(), hand];
    let round = (ports(), any::<bool>(), files, 0..IDS.len());
    let round = round.prop_map(|(ports, is_written, files, moved)| Round { ports, is_written, files, moved });
    proptest::collection::vec(round, 1..4)
}

/// From here on nobody has a number before or after.
const DETOUR: u16 = 4100;

type Ports = [u16; 3];

fn ports() -> impl Strategy<Value = Ports> {
    subsequence(NUMBERS.to_vec(), IDS.len()).prop_shuffle().prop_map(|ports| [ports[0], ports[1], ports[2]])
}

/// The package.json of a service: that of the root, or its own.
fn path(service: usize, shared: [bool; 3]) -> String {
    if shared[service] { "package.json".to_owned() } else { format!("{}/package.json", IDS[service]) }
}

fn toml(ports: Ports, shared: [bool; 3]) -> String {
    let mut out = "version = 1\n[platform]\nname = \"P\"\nid = \"p\"\n".to_owned();
    for (at, id) in IDS.iter().enumerate() {
        out += &format!("[services.{id}]\nport = {}\npackage = \"{}\"\n", ports[at], path(at, shared));
    }
    out
}

/// A package.json in which each of `services` is started, and waits for the next one.
fn package(services: &[usize], ports: Ports, node: &str) -> String {
    let mut scripts = Vec::new();
    let starts: Vec<String> =
        services.iter().map(|at| format!("\\\"PORT={} {node} {}\\\"", ports[*at], IDS[*at])).collect();
    scripts.push(format!("\"dev\": \"concurrently {}\"", starts.join(" ")));
    for at in services {
        let next = ports[(at + 1) % IDS.len()];
        scripts.push(format!("\"e2e-{}\": \"wait-on http://localhost:{next} tcp:{}\"", IDS[*at], ports[*at]));
    }
    format!(
        "{{\n\"scripts\": {{\n{}\n}},\n\"proxy\": \"http://localhost:{}\"\n}}\n",
        scripts.join(",\n"),
        ports[services[0]]
    )
}

/// The services of each package.json.
fn files(shared: [bool; 3]) -> Vec<(String, Vec<usize>)> {
    let mut files: Vec<(String, Vec<usize>)> = Vec::new();
    for service in 0..IDS.len() {
        match files.iter_mut().find(|(known, _)| *known == path(service, shared)) {
            Some((_, services)) => services.push(service),
            None => files.push((path(service, shared), vec![service])),
        }
    }
    files
}

/// Written, and in no commit.
fn written(ports: Ports, shared: [bool; 3]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.put("ports.toml", toml(ports, shared));
    for (path, services) in files(shared) {
        sandbox.put(&path, package(&services, ports, "node"));
    }
    assert!(sandbox.portgen(["write"]).status.success());
    sandbox
}

fn project(ports: Ports, shared: [bool; 3]) -> Sandbox {
    let sandbox = written(ports, shared);
    sandbox.done("init --quiet");
    sandbox.done("add --all");
    sandbox.done("commit --quiet --message one");
    sandbox
}

proptest! {
    #![proptest_config(tries(CASES))]

    #[test]
    fn an_old_number_is_changed_or_named_by_hand(
        (before, after) in (ports(), ports()),
        shared in any::<[bool; 3]>(),
        is_rewritten in any::<bool>(),
    ) {
        let sandbox = project(before, shared);
        let node = if is_rewritten { "node --watch" } else { "node" };
        for (path, services) in files(shared) {
            sandbox.put(&path, package(&services, before, node));
        }
        sandbox.put("ports.toml", toml(after, shared));
        let output = sandbox.portgen(["write"]);
        let said = String::from_utf8(output.stderr).unwrap();
        prop_assert!(output.status.success(), "{said}");
        for (path, services) in files(shared) {
            let (text, expected) = (sandbox.text(&path), package(&services, after, node));
            for (at, (is, should_be)) in text.lines().zip(expected.lines()).enumerate() {
                let is_named = said.contains(&format!("--> {path}:{}:", at + 1));
                prop_assert!(is == should_be || (is_rewritten && is_named), "{before:?} {after:?}\n{text}\n{said}");
            }
        }
        let again = sandbox.portgen(["diff"]);
        let said = String::from_utf8(again.stderr).unwrap();
        prop_assert!(again.status.success() && (is_rewritten || !said.contains("warning")), "{said}");
    }

    #[test]
    fn the_last_write_decides_without_commits(
        all in proptest::collection::vec(ports(), 2..6),
        shared in any::<[bool; 3]>(),
        is_committed in any::<bool>(),
    ) {
        let sandbox = if is_committed { project(all[0], shared) } else { written(all[0], shared) };
        for ports in &all[1..] {
            sandbox.put("ports.toml", toml(*ports, shared));
            let output = sandbox.portgen(["write"]);
            let said = String::from_utf8(output.stderr).unwrap();
            prop_assert!(output.status.success() && !said.contains("warning"), "{said}");
            for (path, services) in files(shared) {
                prop_assert_eq!(sandbox.text(&path), package(&services, *ports, "node"), "{:?}", all);
            }
        }
        let again = sandbox.portgen(["diff"]);
        let said = String::from_utf8(again.stderr).unwrap();
        prop_assert!(again.status.success() && !said.contains("warning"), "{said}");
    }

    #[test]
    fn a_move_after_changes_by_hand_is_a_write_and_a_move(
        before in ports(),
        rounds in rounds(),
        shared in any::<[bool; 3]>(),
    ) {
        let sandbox = project(before, shared);
        for round in &rounds {
            sandbox.put("ports.toml", toml(round.ports, shared));
            if round.is_written {
                prop_assert!(sandbox.portgen(["write"]).status.success());
            }
            for ((path, services), hand) in files(shared).iter().zip(round.files) {
                match hand {
                    Hand::Leaves => {}
                    Hand::Corrects => sandbox.put(path, package(services, round.ports, "node")),
                    Hand::TakesBack => sandbox.done(&format!("checkout --quiet HEAD -- {path}")),
                }
            }
            let mut now = round.ports;
            now[round.moved] = DETOUR + round.moved as u16;
            let moved = ["move", IDS[round.moved], &now[round.moved].to_string(), "--no-retire"];
            let output = sandbox.portgen(moved);
            let said = String::from_utf8(output.stderr).unwrap();
            prop_assert!(output.status.success() && !said.contains("warning"), "{said}");
            for (path, services) in files(shared) {
                prop_assert_eq!(sandbox.text(&path), package(&services, now, "node"), "{:?} {:?}", before, rounds);
            }
            sandbox.done("commit --quiet --all --allow-empty --message next");
        }
        let again = sandbox.portgen(["diff"]);
        let said = String::from_utf8(again.stderr).unwrap();
        prop_assert!(again.status.success() && !said.contains("warning"), "{said}");
    }

    #[test]
    fn an_old_number_is_changed_by_command(
        (before, after) in (ports(), ports()),
        shared in any::<[bool; 3]>(),
    ) {
        let sandbox = project(before, shared);
        let mut now = before;
        while let Some(next) = (0..IDS.len()).find(|at| now[*at] != after[*at]) {
            // Where another service still has the number, that one makes room first.
            let is_taken = now.contains(&after[next]);
            let (moved, to) = match now.iter().position(|port| *port == after[next]) {
                Some(holder) if is_taken => (holder, DETOUR + holder as u16),
                _ => (next, after[next]),
            };
            let output = sandbox.portgen(["move", IDS[moved], &to.to_string(), "--no-retire"]);
            let said = String::from_utf8(output.stderr).unwrap();
            prop_assert!(output.status.success() && !said.contains("warning"), "{said}");
            now[moved] = to;
        }
        for (path, services) in files(shared) {
            prop_assert_eq!(sandbox.text(&path), package(&services, after, "node"));
        }
        let again = sandbox.portgen(["diff"]);
        let said = String::from_utf8(again.stderr).unwrap();
        prop_assert!(again.status.success() && !said.contains("warning"), "{said}");
    }
}
