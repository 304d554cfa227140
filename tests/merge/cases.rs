//! Runs every `tests/cases-merge/*.case`: three versions of a ports.toml, and what they are merged to, which is a snapshot.
//!
//! A case starts with lines about it and goes on with the versions, each behind `-- base --`, `-- ours --` or `-- theirs --`:
//!
//! ```text
//! # a comment
//! --marker-size 9           options of the command
//! crlf theirs               the lines of that version end in CR LF
//! bom theirs                it has a byte order mark
//! open theirs               its last line has no end
//! ```
//!
//! What holds always is asserted of every case, whatever the snapshot says:
//! - only OURS is written, and what is merged without conflicts from TOML is TOML, or ends with 1;
//! - with the sides exchanged, the merge ends with the same code;
//! - where one side has changed nothing, or both have changed the same, the result is the other side, byte for byte.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use portgen::manifest::merge::is_toml;

use crate::sandbox::Sandbox;

const NAMES: [&str; 3] = ["base", "ours", "theirs"];

/// A case: options, and the bytes of base, ours and theirs.
struct Case {
    options: Vec<String>,
    versions: [Vec<u8>; 3],
}

/// What came of a merge.
struct Outcome {
    code: i32,
    bytes: Vec<u8>,
    stderr: String,
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases-merge");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 20, "the cases are not where they should be");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let case = Case::parse(&fs::read_to_string(&path).unwrap());
        let outcome = case.run([0, 1, 2]);
        case.assert_laws(&outcome, &name);
        settings.bind(|| insta::assert_snapshot!(format!("merge-{name}"), transcript(&outcome)));
    }
}

impl Case {
    fn parse(text: &str) -> Self {
        let mut parts = text.split("\n-- ");
        let mut case = Self { options: Vec::new(), versions: Default::default() };
        let header = parts.next().unwrap().lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        for part in parts {
            let (name, body) = part.split_once(" --").unwrap();
            let body = body.strip_prefix('\n').unwrap_or(body);
            let body = if body.is_empty() || body.ends_with('\n') { body.to_owned() } else { format!("{body}\n") };
            case.versions[index(name)] = body.into_bytes();
        }
        for line in header {
            match line.split_once(' ').unwrap() {
                (option, value) if option.starts_with("--") => case.options.extend([option.into(), value.into()]),
                (dress, name) => case.dress(dress, index(name)),
            }
        }
        case
    }

    fn dress(&mut self, dress: &str, version: usize) {
        let text = String::from_utf8(self.versions[version].clone()).unwrap();
        self.versions[version] = match dress {
            "crlf" => text.replace('\n', "\r\n"),
            "bom" => format!("\u{feff}{text}"),
            "open" => text.trim_end_matches('\n').to_owned(),
            _ => panic!("no such dress: {dress}"),
        }
        .into_bytes();
    }

    /// The merge of three of the versions.
    fn run(&self, [base, ours, theirs]: [usize; 3]) -> Outcome {
        let sandbox = Sandbox::new();
        for (name, version) in NAMES.into_iter().zip([base, ours, theirs]) {
            sandbox.put(name, &self.versions[version]);
        }
        let before = sandbox.state();
        let options = self.options.iter().map(String::as_str);
        let output = sandbox.portgen(["merge-driver"].into_iter().chain(options).chain(NAMES));
        let mut after = sandbox.state();
        let bytes = after["ours"].0.clone();
        after.insert("ours".into(), before["ours"].clone());
        assert_eq!(before, after, "more than OURS was written");
        assert!(output.stdout.is_empty());
        Outcome { code: output.status.code().unwrap(), bytes, stderr: String::from_utf8(output.stderr).unwrap() }
    }

    fn assert_laws(&self, outcome: &Outcome, name: &str) {
        if outcome.code == 0 && self.versions.iter().all(|version| is_toml(version)) {
            assert!(is_toml(&outcome.bytes), "{name}: the result is not TOML");
        }
        assert_eq!(self.run([0, 2, 1]).code, outcome.code, "{name}: with the sides exchanged");
        for (versions, expected) in [([0, 1, 0], 1), ([0, 0, 2], 2), ([0, 1, 1], 1), ([0, 2, 2], 2)] {
            let one = self.run(versions);
            let [one, expected] = [&one.bytes, &self.versions[expected]].map(|bytes| String::from_utf8_lossy(bytes));
            assert_eq!(one, expected, "{name}: {versions:?}");
        }
    }
}

fn index(name: &str) -> usize {
    NAMES.iter().position(|known| *known == name).unwrap()
}

fn transcript(outcome: &Outcome) -> String {
    let mut out = format!("exit {}\n", outcome.code);
    for line in outcome.stderr.lines() {
        writeln!(out, "{line}").unwrap();
    }
    for line in String::from_utf8_lossy(&outcome.bytes).split_inclusive('\n') {
        let (line, end) = line.split_once('\n').map_or((line, "<no line break>"), |(line, _)| (line, ""));
        let shown = line.replace('\r', "\\r").replace('\u{feff}', "\\u{feff}");
        writeln!(out, "    {shown}{end}").unwrap();
    }
    out
}
