//! What every command shares: where it runs, what it prints, how it ends.

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::slice;
use std::sync::OnceLock;

use anstyle_query::{term_supports_ansi_color, windows};
use clap::ValueEnum;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Text, codes, counted, lines, render_all};
use crate::drift::{self, Difference};
use crate::files::root;
use crate::files::snapshot::View;
use crate::files::tree::Tree;
use crate::report::{Drifted, MOST_PATCH, Render, Report, json_text};

/// The flags that every command takes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Globals {
    /// Run as if started in DIR, and look for ports.toml there and above. If given several times, each is relative to the one before
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub directory: Vec<PathBuf>,
    /// Print only results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Name every file
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// When to use colors
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub color: Color,
}

/// When to use colors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How a command ended, if there was no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to report: 0.
    Clean,
    /// Drift, findings or conflicts: 1.
    Findings,
    /// What a program that was run has ended with.
    Of(u8),
    /// Nothing was merged: 129, the first code that git 2.42 and later do not take for a merge with conflicts.
    Unmerged,
}

impl Exit {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Of(code) => code,
            Self::Unmerged => 129,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The exit code after an error.
const MISTAKE: u8 = 2;

/// Where a command runs and how it prints.
#[derive(Debug)]
pub struct Session {
    directory: PathBuf,
    /// The folder of ports.toml, once found.
    root: OnceLock<PathBuf>,
    quiet: bool,
    /// Whether to name every file.
    pub verbose: bool,
    color_stdout: bool,
    color_stderr: bool,
    /// The command and its machine-readable format, if one was requested.
    reporting: Option<(&'static str, Render)>,
    /// Whether the command writes files.
    writes: bool,
}

impl Session {
    /// The session of a command with these global flags. `reporting` is the command and its machine-readable format, if one was
    /// requested; `writes` is whether the command writes files.
    pub fn new(globals: &Globals, reporting: Option<(&'static str, Render)>, writes: bool) -> Self {
        let mut directory: PathBuf = globals.directory.iter().collect();
        if globals.directory.is_empty() {
            directory.push(".");
        }
        let color_stdout = colored(globals.color, io::stdout().is_terminal());
        let color_stderr = colored(globals.color, io::stderr().is_terminal());
        Self {
            directory,
            root: OnceLock::new(),
            quiet: globals.quiet,
            verbose: globals.verbose,
            color_stdout,
            color_stderr,
            reporting,
            writes,
        }
    }

    /// The folder in which portgen was started, or the one that `-C` names.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The tree of the nearest ports.toml.
    ///
    /// # Errors
    /// There is no ports.toml.
    pub fn tree(&self) -> Result<Tree, Diagnostics> {
        Ok(Tree::new(self.found(root::find(&self.directory)?)))
    }

    /// The tree of the nearest ports.toml in git, not on the disk.
    ///
    /// # Errors
    /// There is no ports.toml, or git does not have the view.
    pub fn tree_in_git(&self, view: &View) -> Result<Tree, Diagnostics> {
        Ok(Tree::in_git(self.found(root::find_in_git(&self.directory, view)?), view)?)
    }

    /// Remembers the root for the paths of a report.
    fn found(&self, root: PathBuf) -> PathBuf {
        self.root.get_or_init(|| root).clone()
    }

    /// Resolves a path of the command line against the folder in which portgen runs.
    pub fn path(&self, path: &Path) -> PathBuf {
        self.directory.join(path)
    }

    /// Whether what is printed to stdout has colors.
    pub fn has_colors(&self) -> bool {
        self.color_stdout
    }

    /// Writes a text for people to stdout, with control characters other than line breaks escaped.
    ///
    /// # Errors
    /// stdout cannot be written.
    pub fn print(&self, text: &str) -> io::Result<()> {
        self.data(lines(text).as_bytes())
    }

    /// Writes JSON to stdout.
    ///
    /// # Errors
    /// stdout cannot be written.
    pub fn json(&self, value: &serde_json::Value) -> io::Result<()> {
        self.data(json_text(value).as_bytes())
    }

    /// Writes changes to stdout as a patch.
    ///
    /// For `git apply`, the patch has the exact bytes of the files. On a terminal, and with colors, it is for people: control
    /// characters are escaped, and lines have git's colors.
    ///
    /// # Errors
    /// stdout cannot be written; a file was changed since it was compared.
    pub fn patch(&self, changes: &[Difference<'_>], prefix: &OsStr) -> anyhow::Result<()> {
        let is_for_people = self.color_stdout || io::stdout().is_terminal();
        drift::write_patch(changes, prefix.as_encoded_bytes(), |lines| {
            if is_for_people {
                return self.data(drift::for_people(lines, self.color_stdout).as_bytes());
            }
            self.data(lines)
        })
    }

    /// Writes bytes for a program to stdout. A reader that ends early (`| head`) is not an error.
    ///
    /// # Errors
    /// stdout cannot be written.
    pub fn data(&self, bytes: &[u8]) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(io::Error::new(error.kind(), format!("stdout cannot be written: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Whether only results and errors are printed.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether a machine-readable format was requested.
    pub fn reports(&self) -> bool {
        self.reporting.is_some()
    }

    /// Writes the findings in the machine-readable format, if one was requested.
    ///
    /// # Errors
    /// stdout cannot be written; a file was changed since it was compared.
    pub fn report(&self, diagnostics: &[Diagnostic], changes: &[Difference<'_>], exit: u8) -> anyhow::Result<()> {
        let Some((command, render)) = self.reporting else { return Ok(()) };
        let root = self.root.get().cloned().or_else(|| root::find(&self.directory).ok());
        let prefix = root.map(|root| git_prefix(&root)).unwrap_or_default();
        let prefix = &*prefix.to_string_lossy();
        let patch = &*drift::first_of_patch(changes, prefix.as_bytes(), MOST_PATCH)?;
        let changes = &*drift::of_each(changes, Drifted::of)?;
        Ok(self.data(render(&Report { command, diagnostics, changes, patch, prefix, exit }).as_bytes())?)
    }

    /// Writes a line of summary to stderr, unless quiet.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{}", Text::from(line));
        }
    }

    /// Writes diagnostics to stdout, for commands whose result they are.
    ///
    /// # Errors
    /// stdout cannot be written.
    pub fn print_all(&self, diagnostics: &[Diagnostic]) -> io::Result<()> {
        self.data(render_all(diagnostics, self.color_stdout).as_bytes())
    }

    /// Writes diagnostics to stderr; errors and findings even when quiet.
    pub fn show(&self, diagnostics: &[Diagnostic]) {
        let least = if self.quiet { Severity::Finding } else { Severity::Note };
        self.show_from(diagnostics, least);
    }

    /// Writes a diagnostic to stderr, even when quiet: for what users must always see.
    pub fn insist(&self, one: &Diagnostic) {
        let _ = writeln!(io::stderr(), "{}", one.render(self.color_stderr));
    }

    /// Writes warnings to stderr; notes are for `check`.
    pub fn warn(&self, said: &[Diagnostic]) {
        let least = if self.quiet { Severity::Finding } else { Severity::Warning };
        self.show_from(said, least);
    }

    fn show_from(&self, diagnostics: &[Diagnostic], least: Severity) {
        let shown: Vec<Diagnostic> = diagnostics.iter().filter(|one| one.severity >= least).cloned().collect();
        let _ = io::stderr().lock().write_all(render_all(&shown, self.color_stderr).as_bytes());
    }

    /// Stops the command if there are findings. `write`, `diff` and edits call this; `check` reports findings itself.
    ///
    /// # Errors
    /// All diagnostics, if there is a finding among them.
    pub fn refuse_findings(&self, said: Vec<Diagnostic>) -> Result<Vec<Diagnostic>, Diagnostics> {
        if said.iter().any(|one| one.severity >= Severity::Finding) { Err(Diagnostics(said)) } else { Ok(said) }
    }

    /// Prints the error that ended the run, once.
    pub fn fail(&self, error: &anyhow::Error) -> ExitCode {
        match diagnostics_of(error) {
            Some(all) => {
                // If the report cannot be written to stdout, print to stderr.
                let reported = self.reports() && self.report(all, &[], MISTAKE).is_ok();
                if !reported {
                    self.show_from(all, Severity::Warning);
                }
                let errors = all.iter().filter(|one| one.severity >= Severity::Finding).count();
                let outcome = if self.writes { "; nothing was written" } else { "" };
                let _ = writeln!(io::stderr(), "portgen: {}{outcome}", counted(errors, "error"));
            }
            None => {
                self.insist(&Diagnostic::error(codes::FAILED, format!("{error:#}")));
            }
        }
        ExitCode::from(MISTAKE)
    }
}

/// The diagnostics in an error, if it has any.
fn diagnostics_of(error: &anyhow::Error) -> Option<&[Diagnostic]> {
    let all = error.downcast_ref::<Diagnostics>().map(|Diagnostics(all)| all.as_slice());
    all.or_else(|| error.downcast_ref::<Diagnostic>().map(slice::from_ref))
}

/// The path from the top of the git work tree to `root`, as `git apply` expects it before paths: empty, or `sub/dir/`.
pub fn git_prefix(root: &Path) -> OsString {
    let top = root.ancestors().find(|folder| std::fs::symlink_metadata(folder.join(".git")).is_ok());
    let below = top.and_then(|top| root.strip_prefix(top).ok()).into_iter().flatten();
    below.flat_map(|part| [part, OsStr::new("/")]).collect()
}

/// `NO_COLOR`: <https://no-color.org>.
fn colored(when: Color, terminal: bool) -> bool {
    // A console of Windows has to be told that there are escapes in what it shows.
    let has_colors =
        when == Color::Never || windows::enable_ansi_colors().unwrap_or(true) || term_supports_ansi_color();
    match when {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && has_colors && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}
