//! Where every header, key and value of ports.toml is written.

use std::ops::Range;

use crate::manifest::lines::{self, Kind, Line, Pair};

/// A header or a pair.
#[derive(Debug)]
pub(super) struct Site {
    /// Its keys from the root on.
    pub(super) path: Vec<String>,
    /// Where the last of them are written: the others are those of the header, or of the inline table around it.
    pub(super) keys: Vec<Range<usize>>,
    pub(super) form: Form,
    /// From the first key to the end of the value.
    pub(super) span: Range<usize>,
    /// Its line, or that of the pair around it: an index into [`Outline::lines`].
    pub(super) line: usize,
}

/// How it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Header {
        is_item: bool,
    },
    /// A pair with a line of its own, under the header that is the site with this index; none at the root.
    Pair {
        value: Range<usize>,
        header: Option<usize>,
    },
    /// A pair in the inline table that is the value of the site with this index.
    Member {
        value: Range<usize>,
        table: usize,
    },
}

/// Every header and pair of a text, in its order, and its lines.
#[derive(Debug)]
pub(super) struct Outline {
    pub(super) sites: Vec<Site>,
    pub(super) lines: Vec<Line>,
}

impl Outline {
    /// The outline of a text that is TOML and whose last line has an end.
    pub(super) fn of(text: &str) -> Option<Self> {
        let mut outline = Self { sites: Vec::new(), lines: Vec::new() };
        let mut header = None;
        for line in lines::lines(text)? {
            match &line.kind {
                Kind::Blank | Kind::Comment => {}
                Kind::Header { path, keys, array } => {
                    header = Some(outline.sites.len());
                    let (form, span, line) = (Form::Header { is_item: *array }, line.span.clone(), outline.lines.len());
                    outline.sites.push(Site { path: path.clone(), keys: keys.clone(), form, span, line });
                }
                Kind::Pair(pair) => {
                    let value = pair.value.clone();
                    outline.add_pair(text, pair.clone(), header, Form::Pair { value, header });
                }
            }
            outline.lines.push(line);
        }
        Some(outline)
    }

    /// Adds a pair in the last line, under the site `above`, and what its value holds.
    fn add_pair(&mut self, text: &str, pair: Pair, above: Option<usize>, form: Form) {
        let mut path = above.map_or(Vec::new(), |above| self.sites[above].path.clone());
        path.extend(pair.path);
        let table = self.sites.len();
        self.sites.push(Site { path, keys: pair.keys, form, span: pair.span, line: self.lines.len() });
        for member in lines::members(&text[pair.value.clone()]).unwrap_or_default() {
            let member = member.moved(pair.value.start);
            let value = member.value.clone();
            self.add_pair(text, member, Some(table), Form::Member { value, table });
        }
    }

    /// The sites at `path` and below it.
    pub(super) fn below<'o>(&'o self, path: &'o [&str]) -> impl DoubleEndedIterator<Item = (usize, &'o Site)> {
        self.sites.iter().enumerate().filter(move |(_, site)| starts_with(&site.path, path))
    }

    /// The pair at exactly `path`, with its value.
    pub(super) fn pair(&self, path: &[&str]) -> Option<(&Site, Range<usize>)> {
        let at = self.sites.iter().filter(|site| site.path.len() == path.len() && starts_with(&site.path, path));
        at.filter_map(|site| Some((site, site.form.value()?))).next()
    }

    /// The line behind the last one that belongs to the header with this index: its own, its pairs', and the comments
    /// directly below.
    pub(super) fn end_of_block(&self, header: usize) -> usize {
        self.behind_comments(self.end_of_pairs(header))
    }

    /// The line behind the last pair of the header with this index.
    pub(super) fn end_of_pairs(&self, header: usize) -> usize {
        let mut last = self.sites[header].line;
        for site in &self.sites[header + 1..] {
            match site.form {
                Form::Header { .. } => break,
                _ => last = site.line,
            }
        }
        last + 1
    }

    /// The first line from `line` on that is no comment.
    pub(super) fn behind_comments(&self, line: usize) -> usize {
        let comments = self.lines[line..].iter().take_while(|line| matches!(line.kind, Kind::Comment)).count();
        // A comment directly above a header or a key is that one's.
        let is_lead = self.lines.get(line + comments).is_some_and(|next| !matches!(next.kind, Kind::Blank));
        if is_lead { line } else { line + comments }
    }

    /// The first of the comment lines directly above `line`, or itself.
    pub(super) fn with_comments(&self, line: usize) -> usize {
        let above = self.lines[..line].iter().rev();
        line - above.take_while(|line| matches!(line.kind, Kind::Comment)).count()
    }

    /// The first of the blank lines directly above `line`, or itself.
    pub(super) fn with_blanks(&self, line: usize) -> usize {
        let above = self.lines[..line].iter().rev();
        line - above.take_while(|line| matches!(line.kind, Kind::Blank)).count()
    }

    /// Where a line starts; where the text ends for the one behind the last.
    pub(super) fn start(&self, line: usize) -> usize {
        self.lines.get(line).map_or_else(|| self.lines.last().map_or(0, |last| last.span.end), |line| line.span.start)
    }
}

impl Form {
    pub(super) fn value(&self) -> Option<Range<usize>> {
        match self {
            Self::Header { .. } => None,
            Self::Pair { value, .. } | Self::Member { value, .. } => Some(value.clone()),
        }
    }
}

fn starts_with(path: &[String], start: &[&str]) -> bool {
    path.len() >= start.len() && path.iter().zip(start).all(|(a, b)| a == b)
}
