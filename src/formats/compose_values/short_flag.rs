//! What `-p` means to a program: the table of programs that package.json scripts run knows it.

use std::collections::HashMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../references/package_json/programs.txt");

/// The programs whose `-p` surely takes no port of a service; a program that runs another one is none of them.
static OTHERS: LazyLock<HashMap<&str, bool>> = LazyLock::new(|| {
    let mut table = HashMap::new();
    for row in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = row.split(" | ").collect();
        let [names, is, _, short, ..] = *columns else { continue };
        let takes_no_port = matches!(is, "other" | "caller" | "remote") && !short.starts_with("port of a database");
        table.extend(names.split(", ").map(|name| (name, takes_no_port && short != "port")));
    }
    table
});

/// Whether `-p` of this program takes something else than a port of a service; `None` if nobody knows the program.
pub(super) fn takes_no_port(program: &str) -> Option<bool> {
    OTHERS.get(program).copied()
}
