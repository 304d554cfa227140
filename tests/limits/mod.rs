//! Whatever a file holds, what is said of it has a size, and saying it takes a time, that do not grow faster than the file.

mod shapes;
mod trial;

use std::process::Stdio;

use crate::sandbox::Sandbox;
use shapes::{FINE, SHAPES};

/// The size of the files. One of 80 KB once made 1.6 GB of output.
const SIZE: usize = 64 << 10;

/// What people are told of one file.
const MOST_OUTPUT: usize = 1 << 20;

/// The size of files of which each line is a thing of its own, and the KiB of memory for them: files of four times the size, which a build for
/// debugging takes long to read, have 256 MiB.
const LARGE: usize = 512 << 10;
const MOST_MEMORY: u32 = 80 << 10;

/// Seconds of processor time: how busy the machine is does not count. A build for debugging takes up to two.
const MOST_TIME: u32 = 15;

#[test]
fn what_is_said_of_a_file_of_any_shape_has_a_size_and_takes_its_time() {
    for shape in SHAPES {
        let sandbox = Sandbox::new();
        for (name, text) in (shape.files)(SIZE) {
            assert!(text.len() <= SIZE + 4096, "{}: {name} is larger than it should be", shape.name);
            sandbox.put(&name, text);
        }
        let said = bounded(&sandbox, shape.name, "check");
        for code in shape.codes {
            assert!(said.contains(&format!("[{code}]")), "{}: `check` does not say {code}: {said}", shape.name);
        }
        // Mistakes are the same for every command.
        if !said.contains("error[") {
            bounded(&sandbox, shape.name, "diff");
        }
    }
}

#[test]
fn what_is_kept_of_a_large_file_has_a_size() {
    for shape in FINE {
        let sandbox = Sandbox::new();
        for (name, text) in (shape.files)(LARGE) {
            sandbox.put(&name, text);
        }
        let said = bounded(&sandbox, shape.name, "check");
        for code in shape.codes {
            assert!(said.contains(&format!("[{code}]")), "{}: `check` does not say {code}: {said}", shape.name);
        }
    }
}

/// What a command says, once it has ended in time and memory; of all that it says at most as much as can be read.
fn bounded(sandbox: &Sandbox, name: &str, command: &str) -> String {
    let [stdout, stderr] = ["stdout", "stderr"].map(|stream| sandbox.file(&format!(".{command}.{stream}")));
    let files = [&stdout, &stderr].map(|file| std::fs::File::create(file).unwrap());
    let [out, err] = files;
    let mut shell = sandbox.command("sh");
    shell.args([
        "-c",
        &format!("ulimit -t {MOST_TIME} && ulimit -d {MOST_MEMORY} && exec \"$@\""),
        "sh",
        env!("CARGO_BIN_EXE_portgen"),
        command,
    ]);
    let status = shell.stdout(Stdio::from(out)).stderr(Stdio::from(err)).status().unwrap();
    assert!(
        status.code().is_some(),
        "{name}: `{command}` takes more than {MOST_TIME} s or {MOST_MEMORY} KiB: {status}"
    );
    let said = [&stdout, &stderr].map(|file| String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned());
    // The patch of `diff` is as long as the files that it makes.
    let length = said[1].len() + if command == "diff" { 0 } else { said[0].len() };
    assert!(length <= MOST_OUTPUT, "{name}: `{command}` says {length} bytes");
    said.concat()
}
