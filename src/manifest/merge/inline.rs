//! An inline table with its pairs.

use std::collections::HashMap;

use super::versions::Versions;
use crate::manifest::lines::{self, Pair};

pub(super) struct Inline<'t> {
    text: &'t str,
    pairs: Vec<Pair>,
}

pub(super) type Path = Vec<String>;

impl<'t> Inline<'t> {
    /// `None` if the value is not an inline table, or if it spans several lines.
    pub(super) fn of(text: &'t str) -> Option<Self> {
        if text.contains('\n') {
            return None;
        }
        Some(Self { text, pairs: lines::members(text, 0)? })
    }

    pub(super) fn paths(&self) -> Vec<&Path> {
        self.pairs.iter().map(|pair| &pair.path).collect()
    }

    fn find(&self, path: &Path) -> Option<&Pair> {
        self.pairs.iter().find(|pair| pair.path == *path)
    }

    pub(super) fn value(&self, path: &Path) -> Option<&'t str> {
        self.find(path).map(|pair| &self.text[pair.value.clone()])
    }

    fn with(&self, values: &HashMap<&Path, String>) -> String {
        let mut text = String::new();
        let mut at = 0;
        for Pair { path, value, .. } in &self.pairs {
            text.push_str(&self.text[at..value.start]);
            text.push_str(values.get(path).map_or(&self.text[value.clone()], String::as_str));
            at = value.end;
        }
        text + &self.text[at..]
    }
}

impl Versions<Inline<'_>> {
    /// The table with the pairs `left`: in the layout of a side that has exactly these pairs, or in a new one.
    pub(super) fn table(&self, left: &[&Path], values: &HashMap<&Path, String>) -> String {
        let sides = [&self.ours, &self.theirs];
        if let Some(same) = sides.into_iter().find(|side| side.paths() == left) {
            return same.with(values);
        }
        let mut pairs = Vec::new();
        for path in left {
            let found = sides.into_iter().find_map(|side| Some((side, side.find(path)?)));
            if let (Some((side, pair)), Some(value)) = (found, values.get(path)) {
                pairs.push([&side.text[pair.span.start..pair.value.start], value].concat());
            }
        }
        if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", pairs.join(", ")) }
    }
}
