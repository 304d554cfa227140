//! Finds blocks: what lies between a line with `portgen:begin NAME` and one with `portgen:end`.

use std::ops::Range;
use std::sync::Arc;

use super::block::{Block, Line};
use super::code::Code;
use super::fault::{Fault, Wrong};
use crate::diagnostic::{Diagnostic, Origin, Source, covered};
use crate::references::comment::{Comments, extension, has_word};

/// The blocks of a file, in its order, and what is wrong with the lines that mark them.
#[derive(Debug, Default)]
pub struct Blocks {
    /// Those that begin and end.
    pub all: Vec<Block>,
    /// What is wrong.
    faults: Vec<Fault>,
}

/// What a line says of blocks.
enum Mark<'l> {
    Begin(Vec<&'l str>),
    End(Option<&'l str>),
}

/// Whether what stands behind `portgen:` in a line begins or ends a block.
pub fn is_block_line(said: &str) -> bool {
    mark(said).is_some()
}

fn mark(said: &str) -> Option<Mark<'_>> {
    // The comment may not be one of the file's language, and so its end may still stand there.
    let mut words = said.split_whitespace();
    match words.next()? {
        "begin" => Some(Mark::Begin(words.collect())),
        "end" => Some(Mark::End(words.next())),
        _ => None,
    }
}

/// The blocks of the file at `path` with this text. In Markdown, code shows how something is written and marks nothing.
pub fn find(path: &str, text: &str) -> Blocks {
    let mut finder = Finder { blocks: Blocks::default(), open: None };
    if !has_word(text) {
        return finder.blocks;
    }
    let comments = Comments::of(path);
    let mut code = matches!(&*extension(path), "md" | "markdown" | "mdx").then(Code::default);
    let mut start = 0;
    for (above, whole) in text.split_inclusive('\n').enumerate() {
        let end = start + whole.len();
        let line = whole.trim_end_matches(['\n', '\r']);
        let is_code = code.as_mut().is_some_and(|code| code.is(line));
        let said = comments.said(line).filter(|_| !is_code);
        if let Some((said, mark)) = said.and_then(|said| Some((said, mark(said.text)?))) {
            let first = start + line.len() - line.trim_start_matches('\u{feff}').trim_start().len();
            let span = first..start + line.trim_end().len();
            let found = Found { line: Line { span, above }, whole, inside: start..end };
            match mark {
                _ if !said.is_alone => finder.fault(Wrong::NotAlone, &found.line, None),
                Mark::Begin(words) => finder.begin(&words, found),
                Mark::End(name) => finder.end(name, &found),
            }
        }
        start = end;
    }
    if let Some(open) = finder.open.take() {
        finder.fault(Wrong::Unended, &open.begin, None);
    }
    finder.blocks
}

/// A line that marks a block.
struct Found<'t> {
    line: Line,
    /// With its end.
    whole: &'t str,
    /// Its bytes, with its end.
    inside: Range<usize>,
}

struct Finder {
    blocks: Blocks,
    /// The block that has begun, inside of which nothing is yet.
    open: Option<Block>,
}

impl Finder {
    fn fault(&mut self, wrong: Wrong, line: &Line, other: Option<Line>) {
        self.blocks.faults.push(Fault { wrong, line: line.clone(), other });
    }

    fn begin(&mut self, words: &[&str], found: Found<'_>) {
        if let Some(open) = &self.open {
            let other = Some(open.begin.clone());
            return self.fault(Wrong::Nested, &found.line, other);
        }
        // A block without a name is open all the same, so that its end is none too many.
        let (name, about, wrong) = match *words {
            [name] => (name, None, None),
            [name, about] => (name, Some(about.to_owned()), None),
            [] => ("", None, Some(Wrong::Unnamed)),
            _ => ("", None, Some(Wrong::Talkative)),
        };
        wrong.into_iter().for_each(|wrong| self.fault(wrong, &found.line, None));
        let whole = found.whole.trim_start_matches('\u{feff}');
        self.open = Some(Block {
            name: name.to_owned(),
            about,
            begin: found.line,
            inside: found.inside.end..found.inside.end,
            indent: whole[..whole.len() - whole.trim_start().len()].to_owned(),
            is_crlf: whole.ends_with("\r\n"),
        });
    }

    fn end(&mut self, name: Option<&str>, found: &Found<'_>) {
        let Some(mut block) = self.open.take() else { return self.fault(Wrong::Unbegun, &found.line, None) };
        if block.name.is_empty() {
            return;
        }
        if name.is_some_and(|name| name != block.name) {
            self.fault(Wrong::OtherEnd, &found.line, Some(block.begin));
        } else {
            block.inside.end = found.inside.start;
            self.blocks.all.push(block);
        }
    }
}

impl Blocks {
    /// Whether no line says anything of blocks.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.faults.is_empty()
    }

    /// Whether every block begins and ends.
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }

    /// Whether a byte of the file is inside of a block.
    pub fn has(&self, at: usize) -> bool {
        self.all.iter().any(|block| block.inside.contains(&at))
    }

    /// The text of the file without what is inside of its blocks.
    pub fn outside(&self, text: &str) -> String {
        let starts = [0].into_iter().chain(self.all.iter().map(|block| block.inside.end));
        let ends = self.all.iter().map(|block| block.inside.start).chain([text.len()]);
        starts.zip(ends).map(|(start, end)| &text[start..end]).collect()
    }

    /// The lines that begin a block, or that are wrong.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        let begins = self.all.iter().map(|block| &block.begin);
        begins.chain(self.faults.iter().flat_map(|fault| [&fault.line].into_iter().chain(&fault.other)))
    }

    /// The text of which excerpts show nothing but the lines that mark blocks: others may have passwords.
    pub fn source(&self, origin: Origin, path: &str, text: &str) -> Arc<Source> {
        let mut lines: Vec<&Range<usize>> = self.lines().map(|line| &line.span).collect();
        lines.sort_unstable_by_key(|span| span.start);
        lines.dedup();
        let mut shown = String::with_capacity(text.len());
        let mut at = 0;
        for span in lines {
            shown.push_str(&covered(&text[at..span.start]));
            shown.push_str(&text[span.clone()]);
            at = span.end;
        }
        shown.push_str(&covered(&text[at..]));
        Source::of(origin, path, shown)
    }

    /// What is wrong with the lines that mark blocks, of which `source` shows them.
    pub fn faults(&self, source: &Arc<Source>) -> Vec<Diagnostic> {
        self.faults.iter().map(|fault| fault.diagnostic(source)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    const PARTS: [&str; 22] = [
        "<!-- portgen:begin env -->",
        "<!-- portgen:end -->",
        "<!-- portgen:end env -->",
        "# portgen:begin env web",
        "# portgen:end",
        "// Portgen: begin",
        "/* portgen:end */",
        "portgen:",
        "<!--",
        "-->",
        "```",
        "~~~~",
        "- ",
        "1. ",
        "> ",
        "    ",
        "\t",
        "\n",
        "\r\n",
        "\u{feff}",
        "é",
        "=4001",
    ];

    proptest! {
        #[test]
        fn blocks_are_parts_of_their_file(
            parts in proptest::collection::vec(select(PARTS.to_vec()), 0..24),
            path in select(vec!["a.md", ".env", "a.ts", "Makefile", "a.html"]),
        ) {
            let text = parts.concat();
            let blocks = find(path, &text);
            let mut at = 0;
            let mut insides = 0;
            for block in &blocks.all {
                prop_assert!(at <= block.begin.span.start && block.begin.span.end < block.inside.start, "{text:?}");
                prop_assert!(text[..block.inside.start].ends_with('\n') && text[block.inside.clone()].len() == block.inside.len());
                prop_assert_eq!(text[..block.begin.span.start].matches('\n').count(), block.begin.above);
                (at, insides) = (block.inside.end, insides + block.inside.len());
            }
            prop_assert_eq!(blocks.outside(&text).len() + insides, text.len());
            let source = blocks.source(Origin::Tree, path, &text);
            prop_assert!(source.text.len() == text.len() && blocks.faults(&source).len() == blocks.faults.len());
        }
    }
}
