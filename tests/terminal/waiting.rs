//! Who waits at a terminal sees how many files were read; nobody else does.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::process::Stdio;

use nix::pty::openpty;

use crate::sandbox::Sandbox;

/// More files than portgen reads in half a second on all cores, without optimisation on a fast machine.
fn large(files: usize) -> Sandbox {
    let shop = Sandbox::new();
    shop.put("ports.toml", "version = 1\n[platform]\nname = \"A\"\nid = \"a\"\n[services]\nweb.port = 3000\n");
    let mut text = String::new();
    for line in 0..900 {
        let _ =
            writeln!(text, "export const value{line} = call({line}, \"a text that is long enough\", 3000 + {line});");
    }
    for file in 0..files {
        shop.put(&format!("src/file{file}.ts"), &text);
    }
    shop
}

/// What `portgen scan` and `words` write to a terminal that is stderr.
fn shown(shop: &Sandbox, words: &[&str]) -> String {
    let terminal = openpty(None, None).unwrap();
    let mut portgen = shop.command(env!("CARGO_BIN_EXE_portgen"));
    portgen.arg("scan").args(words).env("TERM", "xterm").stdout(Stdio::null()).stderr(terminal.slave);
    let mut portgen = portgen.spawn().map(|child| (child, portgen)).unwrap().0;
    let mut text = Vec::new();
    // Linux reads from a terminal that nobody has open any more with an error.
    let _ = File::from(terminal.master).read_to_end(&mut text);
    assert!(portgen.wait().unwrap().success());
    String::from_utf8(text).unwrap()
}

#[test]
fn a_line_counts_files_and_goes_away() {
    let files = 70 * std::thread::available_parallelism().map_or(1, usize::from);
    let shop = large(files);
    let text = shown(&shop, &[]);
    assert!(text.contains(" files read, "), "{text}");
    let (_, last) = text.rsplit_once("\x1b[2K").unwrap();
    assert!(last.starts_with(&format!("portgen: {files} files read")), "{text}");
    assert!(!shown(&shop, &["--quiet"]).contains("files read, "));
    let elsewhere = shop.portgen(["scan"]);
    assert!(!String::from_utf8_lossy(&elsewhere.stderr).contains('\r'), "{elsewhere:?}");
}
