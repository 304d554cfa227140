//! The port in the scripts of a package.json: every file in `scripts/` is a case.
//!
//! A case states the parameters and the package.json, and either `claims` (with `expected`, the whole file as it is after
//! the change, or without it where nothing changes; and with `lints`, the codes of what is found) or, last of all, `refused`,
//! the text of the diagnostics. With `UPDATE_EXPECT=1` that text is written anew.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::expect::assert_file_is;
use crate::tries::tries;
use portgen::allocation::Allocation;
use portgen::claims::Owners;
use portgen::diagnostic::{Diagnostics, Source};
use portgen::files::tree::Tree;
use portgen::manifest::earlier::Earlier;
use portgen::manifest::validate;
use portgen::references::edit::{Edit, splice};
use portgen::references::file::File;
use portgen::references::table::KINDS;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    port: u16,
    #[serde(default)]
    others: Vec<u16>,
    /// The host ports of other services.
    #[serde(default)]
    elsewhere: Vec<u16>,
    /// The former number of the main binding, if it is known.
    was: Option<u16>,
    /// The former numbers of `elsewhere`, if they are known.
    elsewhere_was: Option<Vec<u16>>,
    scripts: Option<Vec<String>>,
    package: String,
    claims: Option<Vec<u16>>,
    #[serde(default)]
    lints: Vec<String>,
    expected: Option<String>,
    refused: Option<String>,
}

impl Case {
    fn platform(&self) -> Platform {
        let own = |main: u16| -> Vec<u16> { [main].into_iter().chain(self.others.iter().copied()).collect() };
        let was = own(self.was.unwrap_or(self.port));
        let elsewhere_was = self.elsewhere_was.as_ref().unwrap_or(&self.elsewhere);
        let now = allocation(&own(self.port), &self.elsewhere, self.scripts.clone()).expect("ports of one owner each");
        let before = allocation(&was, elsewhere_was, None).expect("ports of one owner each");
        Platform { now, before: Earlier::of(tree(), before) }
    }
}

/// An allocation and the one before it.
struct Platform {
    now: Allocation,
    before: Earlier<'static>,
}

/// A tree that nobody reads.
fn tree() -> &'static Tree {
    static TREE: LazyLock<Tree> = LazyLock::new(|| Tree::new("."));
    &TREE
}

/// A service with these host ports, of which the first is its main one, beside services that have each of `elsewhere`; none
/// where a port has two owners.
fn allocation(ports: &[u16], elsewhere: &[u16], scripts: Option<Vec<String>>) -> Option<Allocation> {
    let own: Vec<String> = ports.iter().enumerate().map(|(at, port)| format!("p{at} = {port}")).collect();
    let others: String =
        elsewhere.iter().enumerate().map(|(at, port)| format!("s{at} = {{ port = {port} }}\n")).collect();
    let head = "version = 1\n[platform]\nname = \"P\"\nid = \"p\"\n[services]\n";
    let web = format!("web = {{ package = \"package.json\", ports = {{ {} }} }}\n", own.join(", "));
    let text = format!("{head}{web}{others}");
    let mut allocation = validate::validate(&Source::new("ports.toml", text)).allocation?;
    // Names that ports.toml refuses are shown with care all the same.
    allocation.services[0].scripts = scripts.map(Vec::into_boxed_slice);
    Some(allocation)
}

/// What a package.json states on the ports of its scripts, what of it is to change, and what is found.
#[derive(Debug)]
struct Followed {
    numbers: Vec<u16>,
    edits: Vec<Edit>,
    /// How many of the numbers are the service's.
    own: usize,
    codes: Vec<String>,
}

fn follow(package: &str, platform: &Platform) -> Result<Followed, Diagnostics> {
    let kind = KINDS.iter().find(|kind| kind.noun == "package.json").unwrap();
    let owners = Owners::since(&platform.now, &platform.before);
    let references = (kind.files)(&platform.now);
    let file = File::new("package.json", package, kind.secrets);
    let found = (kind.read)(&file, &references[..1], &owners)?.remove(0);
    let codes = found.diagnostics.iter().map(|one| one.code.to_string()).collect();
    let mut followed = Followed { numbers: Vec::new(), edits: Vec::new(), own: 0, codes };
    for place in found.places {
        let number = place.claim.numbers.iter().next().expect("a number");
        let port = owners.get(place.binding).1.host.get();
        followed.numbers.push(number.port);
        followed.own += usize::from(place.binding.0 == 0);
        if number.port != port {
            followed.edits.push(Edit { digits: number.digits.clone(), before: number.port, after: port });
        }
    }
    Ok(followed)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/references/scripts")
}

#[test]
fn cases() {
    let mut files: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let failed: Vec<_> = files.iter().filter(|file| catch_unwind(AssertUnwindSafe(|| run(file))).is_err()).collect();
    assert!(failed.is_empty(), "failed cases: {failed:#?}");
}

fn run(file: &Path) {
    let name = file.file_stem().unwrap().to_str().unwrap();
    let text = fs::read_to_string(file).unwrap();
    let case: Case = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    match &case.refused {
        Some(_) => {
            let refused = follow(&case.package, &case.platform()).expect_err(name);
            assert_file_is(file, &with_refusal(&text, &refused));
        }
        None => follows(name, &case),
    }
}

/// The text of a case that ends with these diagnostics.
fn with_refusal(case: &str, refused: &Diagnostics) -> String {
    let (head, _) = case.split_once("refused: |\n").expect("`refused: |` at the end");
    let lines =
        refused.to_string().lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect::<String>();
    format!("{head}refused: |\n{lines}")
}

fn follows(name: &str, case: &Case) {
    let platform = case.platform();
    let followed = follow(&case.package, &platform).unwrap_or_else(|refused| panic!("{name}: {refused}"));
    assert_eq!(Some(&followed.numbers), case.claims.as_ref(), "{name}: claims");
    assert_eq!(followed.codes, case.lints, "{name}: lints");
    let after = splice(&case.package, followed.edits.iter());
    assert_eq!(&after, case.expected.as_ref().unwrap_or(&case.package), "{name}");
    assert_eq!(followed.edits.is_empty(), case.expected.is_none(), "{name}: `expected` is for what changes");
    let again = follow(&after, &platform).unwrap();
    assert_eq!((again.edits.len(), again.own), (0, followed.own), "{name}: a second time");
}

/// What a package.json of nested arrays makes of the stack.
#[test]
fn deep_nesting_is_refused() {
    let text = format!("{{\"a\":{}", "[".repeat(100_000));
    let refused = follow(&text, &following(4001).unwrap()).unwrap_err();
    assert_eq!(refused.0[0].code.as_str(), "invalid-package-json");
}

fn following(port: u16) -> Option<Platform> {
    let allocation = |port| allocation(&[port, 9229], &[3001], None);
    Some(Platform { now: allocation(port)?, before: Earlier::of(tree(), allocation(port)?) })
}

/// Of what the command lines of [`package`] are made.
const PIECES: &[&str] = &[
    "next dev",
    "-p",
    "3000",
    "3001",
    "--port",
    "--port=3000",
    "PORT=3000",
    "cross-env",
    "set",
    "&&",
    "&",
    ";",
    "|",
    "(",
    ")",
    "\"",
    "'",
    "\\\"",
    "\\",
    "docker run",
    "-p 3000:3000",
    "-e PORT=3000",
    "9229",
    "--inspect=0.0.0.0:3000",
    "http://localhost:3000",
    "http://localhost:3001",
    "kill-port",
    "fkill :3000",
    "tcp:3000",
    "start-test dev :3000",
    "serve -l",
    "--listen tcp://[::1]:3000",
    "tsc",
    "ü😀",
    "${PORT:-3000}",
    "--proxy",
    "storybook",
    "node",
    "\t",
    "--",
    "$(",
    "`",
    "/",
];

/// A package.json of two scripts made of pieces of real command lines, written with or without escapes.
fn package() -> impl Strategy<Value = String> {
    let line = || prop::collection::vec((prop::sample::select(PIECES), prop::bool::weighted(0.8)), 0..12);
    (line(), line(), any::<bool>()).prop_map(|(dev, start, escaped)| {
        let text = |line: Vec<(&str, bool)>| {
            let line: String = line.iter().flat_map(|(piece, blank)| [*piece, if *blank { " " } else { "" }]).collect();
            let literal = serde_json::to_string(&line).unwrap();
            if escaped { literal.replace('0', "\\u0030").replace('&', "\\u0026") } else { literal }
        };
        format!("\u{feff}{{\r\n\t\"scripts\": {{\"dev\": {}, \"start\": {}}}}}", text(dev), text(start))
    })
}

proptest! {
    #![proptest_config(tries(2000))]

    /// Only the digits change, and a second time nothing does.
    #[test]
    fn only_digits_change(before in package(), port in 1u16..) {
        let Some(allocation) = following(port) else { return Ok(()) };
        let Ok(Followed { edits, own, .. }) = follow(&before, &allocation) else { return Ok(()) };
        let after = splice(&before, edits.iter());
        let (mut rest_before, mut rest_after) = (before.as_str(), after.as_str());
        for edit in edits.iter().rev() {
            let (head, tail) = (&rest_before[..edit.digits.start], &rest_before[edit.digits.end..]);
            prop_assert!(rest_before[edit.digits.clone()].replace("\\u0030", "0").parse::<u16>().is_ok());
            rest_after = rest_after.strip_suffix(tail).unwrap().strip_suffix(&port.to_string()).unwrap();
            rest_before = head;
        }
        prop_assert_eq!(rest_before, rest_after);
        let again = follow(&after, &allocation).unwrap();
        prop_assert!(again.edits.is_empty());
        prop_assert_eq!(again.own, own);
    }

    /// Asserts little but that it ends: no text makes it panic, and no script makes a package.json invalid.
    #[test]
    fn fuzz_any_text_is_answered(line in any::<String>(), raw in "[\\[\\]{}\":,\\\\/ a-c0-9\u{feff}é*]*") {
        let literal = serde_json::to_string(&line).unwrap();
        let package = format!("{{\"scripts\":{{\"dev\":{literal}}}}}");
        let allocation = following(4001).unwrap();
        prop_assert!(follow(&package, &allocation).is_ok());
        let _ = follow(&raw, &allocation).map_err(|refused| refused.to_string());
    }
}
