//! The picture in README.md is that of this repository's own ports.toml.

use std::path::Path;
use std::process::Command;

use super::{ROOT, page};
use crate::expect::assert_file_is;

#[test]
fn the_picture_is_up_to_date() {
    let run = Command::new(env!("CARGO_BIN_EXE_portgen")).current_dir(ROOT).args(["map", "--format", "svg"]).output();
    let run = run.unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(page("README.md").contains("](docs/map.svg)"), "README.md does not show docs/map.svg");
    assert_file_is(&Path::new(ROOT).join("docs/map.svg"), &String::from_utf8(run.stdout).unwrap());
}
