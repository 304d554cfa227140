//! The front matter of a template: YAML in a leading Jinja comment that says where the output goes.

use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;

use super::front_matter_fault::{self, bad_claims, key_span, unknown_format, yaml};
use crate::diagnostic::{Diagnostic, Place, Source, codes, quoted};
use crate::files::names::TEMPLATES;
use crate::formats::{self, Format, Pattern, Reading};

/// The most bytes of a front matter: six keys, and some comments.
const MOST: usize = 16 << 10;

/// Where templates for blocks lie, below `templates/`.
pub const BLOCKS: &str = "blocks/";

/// The front matter as proven.
#[derive(Debug)]
pub struct FrontMatter {
    /// Where the output goes: a template of its own; empty for a template for blocks, which lie in files of people.
    pub output: String,
    /// Whether that path counts from the root.
    pub from: From,
    /// What one output is about.
    pub each: Each,
    /// An expression that must hold of the subject for the output to exist; none for always.
    pub when: Option<String>,
    /// The file format.
    pub format: &'static Format,
    /// Which ports of its subject the output must state: those of which each of these is true, all where there is none.
    pub claims: Vec<Claims>,
    /// How a port looks besides the places that the format knows.
    patterns: Vec<Pattern>,
    /// Where each key is written, for diagnostics.
    header: Range<usize>,
}

/// Where the path of an output counts from.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum From {
    /// The folder of the outputs. The default.
    #[default]
    Outputs,
    /// The root, where ports.toml is.
    Root,
}

/// What one output is about.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Each {
    /// Everything: one output. The default.
    #[default]
    Platform,
    /// A group: one output for each.
    Group,
    /// A service: one output for each.
    Service,
    /// A binding: one output for each.
    Binding,
}

/// Which ports of its subject an output must state; ports that nobody is allocated it may never state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claims {
    /// Every binding of the subject.
    All,
    /// Every binding that is published on the host.
    Published,
    /// Every binding that Compose publishes or exposes.
    Mapped,
    /// None in particular.
    Any,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    output: Option<String>,
    from: Option<From>,
    #[serde(default)]
    each: Each,
    when: Option<String>,
    format: String,
    #[serde(default)]
    claims: WrittenClaims,
}

impl Written {
    /// A key that says where outputs go, or when there is one.
    fn key_of_outputs(&self) -> Option<&'static str> {
        let keys = [("output", self.output.is_some()), ("from", self.from.is_some()), ("when", self.when.is_some())];
        keys.iter().find(|(_, is_written)| *is_written).map(|(key, _)| *key)
    }
}

/// `claims` as it is written: one of the words, patterns, or both.
#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenClaims {
    One(String),
    Several(Vec<String>),
}

impl Default for WrittenClaims {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl WrittenClaims {
    /// # Errors
    /// A text that is neither a word nor a pattern, and why.
    fn read(self) -> Result<(Vec<Claims>, Vec<Pattern>), (String, String)> {
        let texts = match self {
            Self::One(text) => vec![text],
            Self::Several(texts) => texts,
        };
        let (mut claims, mut patterns) = (Vec::new(), Vec::new());
        for text in texts {
            match &*text {
                "all" => claims.push(Claims::All),
                "published" => claims.push(Claims::Published),
                "mapped" => claims.push(Claims::Mapped),
                "any" => claims.push(Claims::Any),
                _ => patterns.push(Pattern::new(&text).map_err(|why| (text, why))?),
            }
        }
        Ok((claims, patterns))
    }
}

impl FrontMatter {
    /// The front matter of a template's text.
    ///
    /// # Errors
    /// There is none, it is not closed, it is no such YAML, or its format does not exist.
    pub fn parse(source: &Arc<Source>) -> Result<Self, Diagnostic> {
        let text = &source.text;
        let Some(close) = text.strip_prefix("{#").and_then(|rest| rest.find("#}")) else {
            let message = format!("{} has no front matter", quoted(&source.name()));
            return Err(Diagnostic::error(codes::FRONT_MATTER, message)
                .at(Place::new(source, 0..0), "a template starts with `{#-`, YAML, `-#}`")
                .help("write at least `output: <path>` and `format: <format>`"));
        };
        let close = close + "{#".len();
        let open = if text.starts_with("{#-") { "{#-".len() } else { "{#".len() };
        let header = open.min(close)..close;
        if header.len() > MOST {
            let message = format!("the front matter of {} is longer than {MOST} bytes", quoted(&source.name()));
            return Err(Diagnostic::error(codes::FRONT_MATTER, message).at(Place::new(source, 0..0), "starts here"));
        }
        let written: Written = serde_yaml::from_str(yaml(&text[header.clone()]))
            .map_err(|error| front_matter_fault::diagnostic(source, &header, &error))?;
        match (Self::is_of_block(source), written.key_of_outputs()) {
            (true, Some(key)) => return Err(front_matter_fault::of_outputs(source, &header, key)),
            (false, _) if written.output.is_none() => {
                return Err(front_matter_fault::missing(source, &header, "output"));
            }
            _ => {}
        }
        let Some(format) = formats::find(&written.format) else {
            return Err(unknown_format(source, &header, &written.format));
        };
        let Written { output, from, each, when, claims, .. } = written;
        let (output, from) = (output.unwrap_or_default(), from.unwrap_or_default());
        let (claims, patterns) = claims.read().map_err(|(text, why)| bad_claims(source, &header, &text, &why))?;
        Ok(Self { output, from, each, when, format, claims, patterns, header })
    }

    /// Whether a template is for blocks: it lies in `templates/blocks/`.
    fn is_of_block(source: &Source) -> bool {
        source.path.strip_prefix(TEMPLATES).is_some_and(|path| path.starts_with(&format!("/{BLOCKS}")))
    }

    /// Reads an output: what its format knows, and what the patterns of `claims` find.
    pub fn read<'t>(&self, text: &'t str) -> Reading<'t> {
        let mut reading = (self.format.read)(text);
        self.patterns.iter().for_each(|pattern| pattern.read(text, &mut reading));
        reading
    }

    /// The place of a key of the front matter; the whole of it where the key is not written.
    pub fn place(&self, source: &Arc<Source>, key: &str) -> Place {
        Place::new(source, key_span(&source.text, &self.header, key))
    }
}
