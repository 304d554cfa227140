//! The simple commands of a command line: `cross-env PORT=3000 npx serve -l 3000`.

use std::cell::OnceCell;

use super::address::addresses;
use super::docker;
use super::misuse::{Misuse, What};
use super::pairs;
use super::port::{Kind, Ports};
use super::tunnel;
use super::unstated::Unstated;
use super::value;
use super::words::{Word, commands};
use crate::formats::programs::{Is, Program, Takes};

/// How many quoted texts may be in each other; of what is deeper the numbers are still found, but not what they mean.
const MOST_NESTED: usize = 8;

/// What runners do with the command that follows; not its name.
const SUBCOMMANDS: &[&str] = &["dlx", "exec", "run", "run-script", "task", "watch", "x"];

/// Options of callers whose value is a user with a password, a time, or the status of an answer.
const OTHER_VALUES: [&str; 12] = [
    "-U",
    "-a",
    "-t",
    "-u",
    "--auth",
    "--basic-auth",
    "--delay",
    "--expect",
    "--interval",
    "--proxy-user",
    "--timeout",
    "--user",
];

/// How a shell starts the value of a variable, and npm's on Windows: `$PORT`, `%PORT%`.
const VARIABLE: [char; 2] = ['$', '%'];

/// The program that the words so far have started.
#[derive(Clone, Copy)]
enum Running {
    Nothing,
    /// A program that is not in the table.
    Unknown,
    Known(&'static Program),
}

/// A command while its words are read.
struct Command<'p, 'a> {
    words: &'p [Word<'a>],
    /// The script that it is in.
    script: &'p str,
    ports: &'p mut Ports,
    /// How many quoted texts it is in.
    depth: usize,
    running: Running,
    /// Whether an option gives the program its port.
    has_port: bool,
    /// `PORT=3000`.
    variable: Option<Word<'a>>,
    /// The first option that gives the program its port.
    flag: Option<Word<'a>>,
    /// How many ports were found before it.
    first: usize,
    /// Whether it is a client of another machine, once that is asked for.
    is_far: OnceCell<bool>,
}

/// Adds the ports of a simple command of `script`, which is inside of `depth` quoted texts.
pub(super) fn read(words: &[Word<'_>], script: &str, depth: usize, ports: &mut Ports) {
    let first = ports.all.len();
    let (running, is_far) = (Running::Nothing, OnceCell::new());
    let mut command =
        Command { words, script, ports, depth, running, has_port: false, variable: None, flag: None, first, is_far };
    for (index, word) in words.iter().enumerate() {
        let rest = &words[index + 1..];
        let bare = word.unquoted();
        if bare.text == "--" && command.is() == Some(Is::Tasks) {
            // What follows is for the program of the task.
            command.running = Running::Unknown;
        } else if word.has_blank() {
            command.text(*word);
        } else if bare.text.starts_with('-') {
            command.option(bare, rest.first());
        } else if !command.is_other_value(&words[..index], bare) {
            command.argument(bare, rest);
        }
        if command.is() == Some(Is::Docker) {
            command.ports.all.extend(docker::ports(&words[index..]));
            return;
        }
    }
    match command.is() {
        Some(Is::Remote) => tunnel::ports(words, &mut command.ports.all),
        _ => pairs::ports(words, script, &mut command.ports.all),
    }
    command.judge(words);
}

impl<'a> Command<'_, 'a> {
    fn is(&self) -> Option<Is> {
        match self.running {
            Running::Known(program) => Some(program.is),
            Running::Nothing | Running::Unknown => None,
        }
    }

    fn is_client_of_another(&self) -> bool {
        *self.is_far.get_or_init(|| pairs::is_client_of_another(self.words))
    }

    /// The kind of the port that an option of the program takes.
    fn kind(&self) -> Kind {
        match self.is() {
            Some(Is::Tool) => Kind::Tool,
            Some(Is::Caller) => Kind::Addressed,
            _ => Kind::Stated,
        }
    }

    /// Whether a word is the value of an option that takes no port: `curl -u user:3000`, `wait-port -t 3000`, `http.server -p HTTP/1.1`. What
    /// has a scheme is an address all the same.
    fn is_other_value(&self, before: &[Word<'a>], word: Word<'a>) -> bool {
        let (Running::Known(program), Some(option)) = (self.running, before.last()) else { return false };
        let is_of_option = match program.is {
            Is::Caller => OTHER_VALUES.contains(&option.text),
            Is::Server => option.text == "-p" && program.takes("-p", false) == Takes::Else,
            _ => false,
        };
        is_of_option && !word.text.contains("://")
    }

    /// A quoted text of several words is a command line, unless the program takes it for something else. A substitution always is.
    fn text(&mut self, word: Word<'a>) {
        if self.depth == MOST_NESTED {
            return;
        }
        let is_data = matches!(self.is(), Some(Is::Other | Is::Remote));
        for quotation in word.quotations() {
            if is_data && !word.text[..quotation.start - word.start].ends_with("$(") {
                self.addresses(quotation);
                continue;
            }
            for words in commands(quotation) {
                read(&words, self.script, self.depth + 1, self.ports);
            }
        }
    }

    fn option(&mut self, word: Word<'a>, next: Option<&Word<'a>>) {
        let (name, joined) = match word.assignment() {
            Some((name, value)) => (name, Some(value)),
            None => (word.text, None),
        };
        let value = joined.or(next.copied()).map(Word::unquoted);
        let takes = match self.running {
            Running::Known(program) => program.takes(name, joined.is_some()),
            _ if matches!(name, "-p" | "--port" | "--listen") && !self.is_client_of_another() => Takes::Port,
            _ => Takes::Else,
        };
        match takes {
            Takes::Port => self.port(word, value),
            Takes::NotAPort => self.not_a_port(word, value),
            Takes::Else => self.other_option(word, name, value),
        }
        self.addresses(word);
    }

    fn port(&mut self, word: Word<'a>, value: Option<Word<'a>>) {
        self.has_port = true;
        self.flag.get_or_insert(word);
        let kind = self.kind();
        if let Some(value) = value {
            self.ports.add(kind, value::listened(value));
            self.ports.add(Kind::Addressed, value::any_default(value));
            if value.text.starts_with(VARIABLE) {
                self.ports.unstated.push(Unstated::Variable);
            }
        }
    }

    fn not_a_port(&mut self, word: Word<'a>, value: Option<Word<'a>>) {
        let number = value.and_then(Word::port);
        if let (Running::Known(program), Some(number)) = (self.running, number) {
            let what = What::Option(word.text.split('=').next().unwrap_or_default().to_owned());
            self.ports.misuses.push(Misuse { what, program, span: word.span() });
            // A server was meant to get its port; to what runs tasks the option means something else.
            if program.is != Is::Tasks {
                self.ports.add(Kind::Addressed, Some(number));
            }
        }
    }

    /// An option with another meaning, or one with its port in the same word (`-p5110`).
    fn other_option(&mut self, word: Word<'a>, name: &str, value: Option<Word<'a>>) {
        if let Running::Known(program) = self.running {
            if let Some(flag) = program.attached(word.text) {
                self.has_port = true;
                return self.ports.add(self.kind(), word.after(flag.len()).port());
            }
            let is_other = OTHER_VALUES.contains(&name) || word.text.starts_with("-u") || word.text.starts_with("-U");
            if program.is == Is::Caller && !is_other {
                return self.form(word);
            }
        }
        let is_other = matches!(self.is(), Some(Is::Other | Is::Remote | Is::Runner | Is::Tasks));
        let is_far = || pairs::is_elsewhere(self.words, name) || self.is_client_of_another();
        if !is_other && (name == "--proxy" || value::is_port_name(name)) && !is_far() {
            self.ports.add(Kind::Addressed, value.and_then(Word::port));
        }
    }

    fn argument(&mut self, word: Word<'a>, rest: &[Word<'a>]) {
        if let Some((name, value)) = word.assignment() {
            return self.variable(word, name, value.unquoted());
        }
        let can_start = match self.running {
            Running::Nothing | Running::Unknown => true,
            Running::Known(program) => program.is == Is::Runner,
        };
        if can_start {
            self.start(word, rest);
        } else if let Some(Is::Caller | Is::Server) = self.is() {
            self.form(word);
        }
        self.addresses(word);
    }

    fn start(&mut self, word: Word<'a>, rest: &[Word<'a>]) {
        let next = rest.iter().find(|word| !word.text.starts_with('-')).map_or("", |word| word.text);
        let is_runner = matches!(self.running, Running::Known(_));
        // `serve` is a subcommand of many programs.
        let is_subcommand = matches!(self.running, Running::Unknown) && word.text == "serve";
        if let Some(program) = Program::find(word.program(), next).filter(|_| !is_subcommand) {
            self.running = Running::Known(program);
        } else if !(is_runner && SUBCOMMANDS.contains(&word.text)) {
            self.running = Running::Unknown;
        }
    }

    /// An argument without an option, as far as it is a port of this program.
    fn form(&mut self, word: Word<'a>) {
        let Running::Known(program) = self.running else { return };
        if !word.has_digit() {
            return;
        }
        let kind = self.kind();
        // `lsof -ti tcp:3001,3002`
        let mut is_list = false;
        for part in word.split(&['|', ',']) {
            let form = value::form(part).filter(|(form, _)| program.has_form(form) || is_list && *form == "N");
            is_list |= form.as_ref().is_some_and(|(form, _)| *form == ":N");
            self.ports.add(kind, form.map(|(_, number)| number));
            if program.is == Is::Server && program.has_form(":N") {
                self.ports.add(kind, value::listened(part));
            }
        }
    }

    fn variable(&mut self, word: Word<'a>, name: &str, value: Word<'a>) {
        let name = name.strip_prefix("$env:").unwrap_or(name);
        if name == "PORT" {
            self.ports.has_variable = true;
            self.ports.add(Kind::Stated, value.port());
            self.ports.add(Kind::Addressed, value::any_default(value));
            self.variable.get_or_insert(word);
        } else if pairs::is_elsewhere(self.words, name)
            || self.is_client_of_another()
            || pairs::is_elsewhere_in(self.script, name)
        {
            // It stays, and is named where it is a former port.
        } else if value::is_port_name(name) || name.ends_with("HTTP_PORTS") || name.ends_with("HTTPS_PORTS") {
            // ASP.NET Core: `ASPNETCORE_HTTP_PORTS`.
            self.ports.add(Kind::Addressed, value.port());
        }
        self.ports.add(Kind::Addressed, value::defaults(value));
        self.addresses(word);
    }

    fn addresses(&mut self, word: Word<'a>) {
        if word.has_digit() && self.is() != Some(Is::Remote) && !word.text.starts_with("--inspect") {
            self.ports.all.extend(addresses(word));
            self.ports.add(Kind::Addressed, value::bare(word));
            self.ports.add(Kind::Addressed, value::defaults(word));
        }
    }

    /// The port of a database on this machine that a client is given: `psql -h localhost -p 5432`.
    fn database(&mut self, words: &[Word<'a>]) {
        let is_mysql = words.iter().any(|word| word.program().starts_with("mysql"));
        let port = if is_mysql { "-P" } else { "-p" };
        let value = |names: [&str; 2]| words.windows(2).find(|two| names.contains(&two[0].text)).map(|two| two[1]);
        let joined = |name| words.iter().filter_map(|word| word.assignment()).find(|(key, _)| *key == name);
        if pairs::given_host(words).is_none_or(pairs::is_local) {
            let attached = || words.iter().find(|word| word.text.starts_with(port)).map(|word| word.after(port.len()));
            let stated = value([port, "--port"]).or_else(|| joined("--port").map(|(_, port)| port));
            let port = stated.or_else(attached);
            self.ports.add(Kind::Database, port.and_then(Word::port));
        }
    }

    /// Whether something in the command says the port.
    fn states_port(&self) -> bool {
        self.has_port || self.ports.all[self.first..].iter().any(|port| port.kind == Kind::Stated)
    }

    /// What the program does not do with the port that it is given.
    fn judge(&mut self, words: &[Word<'a>]) {
        let Running::Known(program) = self.running else { return };
        if program.is == Is::Server && !self.states_port() && !(self.ports.has_variable && program.reads_port()) {
            self.ports.unstated.push(Unstated::Server(program));
        }
        if program.takes_port_of_a_database() {
            self.database(words);
        }
        if let (Some(variable), false) = (self.variable, self.has_port)
            && program.reads_no_variable()
            && let Some((_, value)) = variable.assignment()
            && value.port().is_some()
        {
            self.ports.misuses.push(Misuse { what: What::Variable, program, span: variable.span() });
        }
        if let (Some(flag), Some((_, strict))) = (self.flag, program.goes_on())
            && (strict.is_empty() || !words.iter().any(|word| word.text.starts_with(strict)))
        {
            self.ports.misuses.push(Misuse { what: What::GoesOn, program, span: flag.span() });
        }
    }
}
