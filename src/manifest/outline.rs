//! Where every header, key and value of ports.toml is written.

use std::ops::Range;

use super::lines::{self, Kind, Pair};

#[derive(Debug)]
pub(crate) struct Site {
    /// The keys, from the root.
    pub(crate) path: Vec<String>,
    /// Where the last keys of `path` are written; the parent writes the others.
    pub(crate) keys: Vec<Range<usize>>,
    pub(crate) form: Form,
    /// The header above a pair, or the pair whose inline table contains it; `None` at the root.
    pub(crate) parent: Option<usize>,
    /// From the first key to the end of the value.
    pub(crate) span: Range<usize>,
    pub(crate) value: Option<Range<usize>>,
    /// The line of the site or of the pair around it: an index into [`Outline::lines`].
    pub(crate) line: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Header,
    /// The header of an item of an array of tables.
    ItemHeader,
    Pair,
    /// A pair in an inline table.
    Member,
    /// An inline table in an array.
    Element,
}

impl Site {
    pub(crate) fn is_header(&self) -> bool {
        matches!(self.form, Form::Header | Form::ItemHeader)
    }

    pub(crate) fn is_item(&self) -> bool {
        matches!(self.form, Form::ItemHeader | Form::Element)
    }

    /// Whether it is the header of an item of the array `name`.
    pub(crate) fn is_item_of(&self, name: &str) -> bool {
        self.form == Form::ItemHeader && self.path == [name]
    }

    /// Where the key with this index in `path` is written, unless the parent writes it.
    pub(crate) fn written_key(&self, index: usize) -> Option<Range<usize>> {
        let inherited = self.path.len() - self.keys.len();
        self.keys.get(index.checked_sub(inherited)?).cloned()
    }

    /// Whether this is a service, or below one. Only services in `ids` count, unless `ids` is empty.
    pub(crate) fn is_service(&self, ids: &[&str]) -> bool {
        match self.path.as_slice() {
            [section, id, ..] if section == "services" => ids.is_empty() || ids.contains(&id.as_str()),
            _ => false,
        }
    }
}

/// A line of a text, or the lines of a pair whose value has several; its end included.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) span: Range<usize>,
    pub(crate) holds: Holds,
}

/// What stands in a line, besides spaces and a comment behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    Nothing,
    Comment,
    Site,
}

/// Every header and pair of a text, in its order, and its lines.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub(crate) sites: Vec<Site>,
    pub(crate) lines: Vec<Line>,
}

impl Outline {
    /// The outline of a text that is TOML and ends in a line break.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let mut outline = Self::default();
        let mut header = None;
        for line in lines::lines(text) {
            let lines::Line { span, kind } = line?;
            let line = outline.lines.len();
            let holds = match kind {
                Kind::Blank => Holds::Nothing,
                Kind::Comment => Holds::Comment,
                Kind::Header { path, keys, array } => {
                    header = Some(outline.sites.len());
                    let form = if array { Form::ItemHeader } else { Form::Header };
                    let span = span.clone();
                    outline.sites.push(Site { path, keys, form, parent: None, span, value: None, line });
                    Holds::Site
                }
                Kind::Pair(pair) => {
                    outline.add_pair(text, pair, header, Form::Pair);
                    Holds::Site
                }
            };
            outline.lines.push(Line { span, holds });
        }
        Some(outline)
    }

    /// Adds a pair of the current line, and the pairs in its value.
    fn add_pair(&mut self, text: &str, pair: Pair, parent: Option<usize>, form: Form) {
        let mut path = parent.map_or(Vec::new(), |parent| self.sites[parent].path.clone());
        path.extend(pair.path);
        let (index, line, value) = (self.sites.len(), self.lines.len(), pair.value);
        self.sites.push(Site {
            path,
            keys: pair.keys,
            form,
            parent,
            span: pair.span,
            value: Some(value.clone()),
            line,
        });
        self.add_members(text, &value, index);
        let mut elements = lines::elements(&text[value.clone()], value.start).unwrap_or_default();
        elements.retain(|element| text[element.start..].starts_with('{'));
        for span in elements {
            let (path, keys, parent) = (self.sites[index].path.clone(), Vec::new(), Some(index));
            self.sites.push(Site { path, keys, form: Form::Element, parent, span: span.clone(), value: None, line });
            self.add_members(text, &span, self.sites.len() - 1);
        }
    }

    fn add_members(&mut self, text: &str, table: &Range<usize>, parent: usize) {
        if self.sites[parent].path.len() > lines::MOST_NESTED as usize {
            return;
        }
        for member in lines::members(&text[table.clone()], table.start).unwrap_or_default() {
            self.add_pair(text, member, Some(parent), Form::Member);
        }
    }

    /// The sites at `path` and below it, with their indices.
    pub(crate) fn below<'o>(&'o self, path: &'o [&str]) -> impl DoubleEndedIterator<Item = (usize, &'o Site)> {
        let sites = self.sites.iter().enumerate();
        sites.filter(move |(_, site)| site.path.len() >= path.len() && site.path.iter().zip(path).all(|(a, b)| a == b))
    }

    /// The first site at exactly `path`, with its index.
    pub(crate) fn at(&self, path: &[&str]) -> Option<(usize, &Site)> {
        self.sites.iter().enumerate().find(|(_, site)| site.path == path)
    }

    /// The value of the pair at exactly `path`.
    pub(crate) fn value(&self, path: &[&str]) -> Option<Range<usize>> {
        self.sites.iter().filter(|site| site.path == path).find_map(|site| site.value.clone())
    }

    /// The pairs directly below the header with this index, or in the inline table of the pair.
    pub(crate) fn children(&self, parent: usize) -> impl DoubleEndedIterator<Item = &Site> {
        self.sites.iter().filter(move |site| site.parent == Some(parent))
    }

    /// The line after the block of the header with this index: the header, its pairs, and the comments directly below.
    pub(crate) fn end_of_block(&self, header: usize) -> usize {
        let end = self.end_of_pairs(header);
        let comments = self.lines[end..].iter().take_while(|line| line.holds == Holds::Comment).count();
        // A comment directly above a header or a key belongs to that.
        let is_lead = self.lines.get(end + comments).is_some_and(|next| next.holds != Holds::Nothing);
        if is_lead { end } else { end + comments }
    }

    /// The line after the last pair of the header with this index.
    pub(crate) fn end_of_pairs(&self, header: usize) -> usize {
        let pairs = self.sites[header + 1..].iter().take_while(|site| !site.is_header());
        pairs.last().unwrap_or(&self.sites[header]).line + 1
    }

    /// The first of the comment lines directly above `line`, or `line` itself.
    pub(crate) fn with_comments(&self, line: usize) -> usize {
        let above = self.lines[..line].iter().rev();
        line - above.take_while(|line| line.holds == Holds::Comment).count()
    }

    /// The first of the blank lines directly above `line`, or `line` itself.
    pub(crate) fn with_blanks(&self, line: usize) -> usize {
        let above = self.lines[..line].iter().rev();
        line - above.take_while(|line| line.holds == Holds::Nothing).count()
    }

    /// Where a line starts; the end of the text for the line after the last.
    pub(crate) fn start(&self, line: usize) -> usize {
        match self.lines.get(line) {
            Some(line) => line.span.start,
            None => self.lines.last().map_or(0, |last| last.span.end),
        }
    }
}
