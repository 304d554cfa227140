//! `[references]`: files that people own and portgen keeps in step.

use std::ops::Range as Span;

use globset::{GlobBuilder, GlobMatcher};
use regex_lite::Regex;

use super::{Ports, port_pattern};

/// Which files of people portgen keeps in step, and what it leaves there.
#[derive(Debug, Default)]
pub struct References {
    /// The files, by patterns.
    pub files: Vec<Files>,
    /// Files that are not looked at, although git sees them.
    pub ignore: Vec<Files>,
    /// Other numbers on purpose.
    pub accept: Vec<Accept>,
    /// Places that no form finds.
    pub places: Vec<Located>,
}

impl References {
    /// Whether a file is one of those that are kept in step.
    pub fn keeps(&self, path: &str) -> bool {
        self.files.iter().any(|files| files.has(path)) && !self.ignores(path)
    }

    /// Whether a pattern that is not for everything fits a file.
    pub fn names(&self, path: &str) -> bool {
        let is_for_all = |files: &&Files| matches!(&*files.text, "*" | "**" | "**/*");
        self.files.iter().filter(|files| !is_for_all(files)).any(|files| files.has(path))
    }

    /// Whether a file is not looked at.
    pub fn ignores(&self, path: &str) -> bool {
        self.ignore.iter().any(|files| files.has(path))
    }

    /// The entry that accepts a number in a file, by its index.
    pub fn accepts(&self, path: &str, port: u16) -> Option<usize> {
        self.accept.iter().position(|accept| accept.ports.has(port) && accept.files.has(path))
    }
}

/// Files by a pattern, from the root: `services/*/Dockerfile`, `**/.env.example`.
#[derive(Debug)]
pub struct Files {
    /// As written.
    pub text: String,
    /// Where it is written.
    pub span: Span<usize>,
    matcher: GlobMatcher,
}

impl Files {
    /// The files that a pattern means. `*` and `?` stop at `/`, as in a `.gitignore`.
    ///
    /// # Errors
    /// Why it is no pattern, as the end of a sentence.
    pub fn new(text: &str, span: Span<usize>) -> Result<Self, String> {
        let glob = GlobBuilder::new(text).literal_separator(true).build().map_err(|error| error.kind().to_string())?;
        Ok(Self { text: text.to_owned(), span, matcher: glob.compile_matcher() })
    }

    /// Whether it means the file at `path`.
    pub fn has(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }
}

/// A number that a file states on purpose, though no service has it.
#[derive(Debug)]
pub struct Accept {
    /// The files.
    pub files: Files,
    /// The number.
    pub ports: Ports,
    /// Why.
    pub reason: String,
    /// Where the number is written.
    pub span: Span<usize>,
}

/// A place that no form finds and no comment can mark.
#[derive(Debug)]
pub struct Located {
    /// The files.
    pub files: Files,
    /// Where in them.
    pub at: At,
    /// The same as written.
    pub written: String,
    /// Index into [`super::Allocation::services`].
    pub service: usize,
    /// Index of the binding, where the entry names one.
    pub binding: Option<usize>,
    /// Where the entry says so.
    pub span: Span<usize>,
}

/// Where a number stands in a file.
#[derive(Debug)]
pub enum At {
    /// By the keys on the way to it (RFC 6901): `/auth/httpPort`.
    Pointer(String),
    /// In the first group of a pattern.
    Pattern(Regex),
}

impl At {
    /// The place of a pattern.
    ///
    /// # Errors
    /// As [`port_pattern::compiled`].
    pub fn pattern(text: &str) -> Result<Self, String> {
        port_pattern::compiled(text).map(Self::Pattern)
    }
}
