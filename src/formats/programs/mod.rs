//! The table of programs that scripts and containers run: what their options say about ports.

use std::sync::OnceLock;

/// One program a line; the head of the file explains the columns.
const TABLE: &str = include_str!("programs.txt");

/// A row of the table under one of its names.
#[derive(Debug)]
struct Named {
    /// One or two words, the second perhaps empty.
    words: [&'static str; 2],
    row: &'static str,
    program: OnceLock<Option<Program>>,
}

/// The first letter of each name, and where its row starts.
const LETTERS: [(u8, usize); names(&mut [])] = {
    let mut letters = [(0, 0); names(&mut [])];
    names(&mut letters);
    letters
};

/// Puts the first letter of each name and the start of its row into `letters`, as far as there is room; returns how many names there are.
const fn names(letters: &mut [(u8, usize)]) -> usize {
    let table = TABLE.as_bytes();
    let (mut count, mut row, mut at) = (0, 0, 0);
    while at < table.len() {
        let starts_row = at == row;
        // A name starts at the start of a row, or behind a comma and a blank in its first column.
        if starts_row || table[at - 1] == b' ' && table[at - 2] == b',' {
            if table[at] != b'#' && count < letters.len() {
                letters[count] = (table[at], row);
            }
            count += (table[at] != b'#') as usize;
        }
        if matches!(table[at], b'#' | b'|') {
            while table[at] != b'\n' {
                at += 1;
            }
        }
        if table[at] == b'\n' {
            row = at + 1;
        }
        at += 1;
    }
    count
}

/// The programs of which a name starts with this letter, read when a script first starts one of these: of the table a platform
/// needs a few rows.
fn by_letter(letter: u8) -> &'static [Named] {
    static BY_LETTER: [OnceLock<Vec<Named>>; 128] = [const { OnceLock::new() }; 128];
    let Some(named) = BY_LETTER.get(usize::from(letter)) else { return &[] };
    named.get_or_init(|| {
        let mut starts: Vec<usize> =
            LETTERS.iter().filter(|(first, _)| *first == letter).map(|(_, start)| *start).collect();
        starts.dedup();
        let mut named = Vec::new();
        for start in starts {
            let row = TABLE[start..].lines().next().unwrap_or_default();
            let (names, _) = row.split_once(" |").unwrap_or_default();
            for name in names.split(", ").filter(|name| name.as_bytes().first() == Some(&letter)) {
                let words = name.split_once(' ').map_or([name, ""], <[_; 2]>::from);
                named.push(Named { words, row, program: OnceLock::new() });
            }
        }
        named
    })
}

/// A program as its row has it.
#[derive(Debug)]
pub struct Program {
    names: &'static str,
    /// What it has to do with ports.
    pub is: Is,
    flags: &'static str,
    short: &'static str,
    variables: &'static str,
    default: &'static str,
    words: &'static str,
    busy: &'static str,
    version: &'static str,
}

/// What a program has to do with ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    /// It listens on its port, which is the service's.
    Server,
    /// It listens on a port of its own, beside the service's.
    Tool,
    /// It waits for a port, opens, tunnels or frees it.
    Caller,
    /// It runs the command that follows.
    Runner,
    /// It runs scripts by their names, and hands on to them what stands behind `--`.
    Tasks,
    /// It has Docker's command line.
    Docker,
    /// Its command line is about another machine.
    Remote,
    /// No number of its command line is a port of these.
    Other,
}

/// What an option of a program takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// The port.
    Port,
    /// The port, says the user; but the program does not know the option or goes on without it.
    NotAPort,
    /// Something else, or nothing.
    Else,
}

impl Program {
    fn of_row(row: &'static str) -> Option<Self> {
        let mut columns = row.split('|').map(str::trim);
        let names = columns.next()?;
        let is = match columns.next()? {
            "server" => Is::Server,
            "tool" => Is::Tool,
            "caller" => Is::Caller,
            "runner" => Is::Runner,
            "tasks" => Is::Tasks,
            "docker" => Is::Docker,
            "remote" => Is::Remote,
            "other" => Is::Other,
            _ => return None,
        };
        let [flags, short, variables, default, words, busy, version] =
            std::array::from_fn(|_| columns.next().unwrap_or("-"));
        Some(Self { names, is, flags, short, variables, default, words, busy, version })
    }

    /// The program that the words `first second` start; a row with both words goes before a row with the first alone.
    pub fn find(first: &str, second: &str) -> Option<&'static Self> {
        let named = by_letter(*first.as_bytes().first()?);
        let of_first = || named.iter().filter(|one| one.words[0] == first);
        let with = |second: &str| of_first().find(|one| one.words[1] == second);
        let one = with(second).or_else(|| with(""))?;
        one.program.get_or_init(|| Program::of_row(one.row)).as_ref()
    }

    /// What the option `flag` takes; `joined` is whether its value stands in the same word after a `=`.
    pub fn takes(&self, flag: &str, joined: bool) -> Takes {
        let known = |flag: &str| self.flags.split(' ').any(|known| known == flag);
        if known(flag) || (joined && known(&format!("{flag}="))) {
            return Takes::Port;
        }
        // `node --port 3000 .`, unless the runner says otherwise.
        if flag == "--port" && matches!(self.is, Is::Runner | Is::Tasks) && self.flags == "-" {
            return Takes::Port;
        }
        let is_refused = match flag {
            "-p" if self.is == Is::Tasks => true,
            "-p" => matches!(self.short, "refused" | "ignored"),
            "--port" => known("--port=") || known("!--port"),
            _ => false,
        };
        if is_refused && matches!(self.is, Is::Server | Is::Tool | Is::Tasks) { Takes::NotAPort } else { Takes::Else }
    }

    /// The option that `word` starts with, if the program takes its port in the same word: `-p` of `-p5110`.
    pub fn attached(&self, word: &str) -> Option<&'static str> {
        self.flags.split(' ').filter_map(|flag| flag.strip_suffix('N')).find(|flag| word.starts_with(flag))
    }

    /// Whether an argument of this form (`N`, `:N`, `N/tcp`) is a port.
    pub fn has_form(&self, form: &str) -> bool {
        self.words.split(' ').any(|known| known == form)
    }

    /// The port that it listens on where nothing says one.
    pub fn default_port(&self) -> Option<u16> {
        self.default.parse().ok()
    }

    /// Whether it reads `PORT`.
    pub fn reads_port(&self) -> bool {
        self.variables.split(' ').any(|name| name == "PORT")
    }

    /// Whether it is known to read no port from the environment.
    pub fn reads_no_variable(&self) -> bool {
        self.variables == "none"
    }

    /// Whether its `-p` surely takes something else than a port of a service. A program that runs another one may pass it on.
    pub fn takes_no_port(&self) -> bool {
        let runs_nothing = matches!(self.is, Is::Other | Is::Caller | Is::Remote);
        runs_nothing && !matches!(self.short, "port" | "port of a database")
    }

    /// Whether it is a client that is given the port of a database.
    pub fn takes_port_of_a_database(&self) -> bool {
        self.short == "port of a database"
    }

    /// Its first name.
    pub fn name(&self) -> &'static str {
        self.names.split(", ").next().unwrap_or_default()
    }

    /// The option for its port that the user should write.
    pub fn flag(&self) -> &'static str {
        let mut flags = self.flags.split(' ');
        flags.clone().find(|flag| flag.starts_with("--")).or_else(|| flags.next()).unwrap_or_default()
    }

    /// What it does instead of failing if its port is taken, and the option that makes it fail (empty if there is none).
    pub fn goes_on(&self) -> Option<(&'static str, &'static str)> {
        let (how, strict) = self.busy.split_once(' ').unwrap_or((self.busy, ""));
        matches!(how, "next" | "random").then_some((how, strict))
    }

    /// The version that the row speaks of: `vite 8.3.8`.
    pub fn version(&self) -> String {
        let version = self.version.split_once(':').map_or(self.version, |(_, version)| version);
        match version.rfind('@') {
            Some(at) => format!("{} {}", &version[..at], &version[at + 1..]),
            None => version.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> impl Iterator<Item = &'static str> {
        TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
    }

    #[test]
    fn every_row_is_read_and_proven() {
        for row in rows() {
            assert!(Program::of_row(row).is_some(), "{row}: other columns");
            let columns: Vec<&str> = row.split(" | ").collect();
            assert!(columns.iter().all(|column| !column.is_empty() && column.trim() == *column), "{row}");
            assert!(matches!(columns[9], "run" | "help" | "source" | "docs"), "{row}");
            assert!(columns[8].contains('@'), "{row}: a package and its version");
            let is_port = columns[2].split(' ').any(|flag| flag == "-p");
            assert_eq!(is_port, columns[3] == "port", "{row}");
            let is_listening = matches!(columns[1], "server" | "tool");
            assert_eq!(columns[5] == "-", !is_listening, "{row}");
            let busy = columns[7].split(' ').next().unwrap();
            assert!(matches!(busy, "fails" | "next" | "random" | "?" | "-"), "{row}");
        }
    }

    #[test]
    fn every_name_is_found() {
        let all: Vec<&str> = rows().flat_map(|row| row.split(" | ").next().unwrap().split(", ")).collect();
        assert_eq!(LETTERS.len(), all.len());
        for name in all {
            let (first, second) = name.split_once(' ').unwrap_or((name, ""));
            let found = Program::find(first, second).unwrap();
            assert!(found.names.split(", ").any(|one| one == name), "{name}");
        }
    }

    #[test]
    fn no_name_is_twice_in_the_table() {
        let mut names: Vec<&str> = rows().flat_map(|row| row.split(" | ").next().unwrap().split(", ")).collect();
        names.sort_unstable();
        assert_eq!(names.windows(2).find(|two| two[0] == two[1]), None);
    }
}
