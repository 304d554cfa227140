//! The variables of a Compose file, replaced: <https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md>.

use crate::allocation::variable::{end_of_braces, end_of_name};

/// A longer text has no variables that portgen looks at: defaults may be in defaults.
const MOST: usize = 200;

/// The variables of the `.env` beside a Compose file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    all: Vec<(String, String)>,
    /// Whether the default in the Compose file goes before what `.env` says: that is one person's, who may not commit it.
    has_defaults_first: bool,
}

impl Variables {
    /// Those of the text of a `.env`.
    pub(crate) fn read(text: &str) -> Self {
        let mut all = Vec::new();
        for line in text.lines() {
            let line = line.trim_start();
            let Some((name, value)) = line.strip_prefix("export ").unwrap_or(line).split_once('=') else { continue };
            all.push((name.trim().to_owned(), value.trim().trim_matches(['"', '\'']).to_owned()));
        }
        Self { all, has_defaults_first: false }
    }

    /// The same, with the defaults in the Compose file first.
    pub(crate) fn with_defaults_first(self) -> Self {
        Self { has_defaults_first: true, ..self }
    }

    /// The value of one, if it is set.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all.iter().rev().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// A text with its variables replaced: `${PORT:-8080}`; one that is not set is empty.
    pub(crate) fn replaced_in(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = if text.len() > MOST { "" } else { text };
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                out.push('$');
                rest = after;
            } else if let Some(inside) = rest.strip_prefix('{') {
                let end = end_of_braces(inside).unwrap_or(inside.len());
                out.push_str(&self.value(&inside[..end]));
                rest = inside.get(end + 1..).unwrap_or_default();
            } else {
                let end = end_of_name(rest);
                out.push_str(self.get(&rest[..end]).unwrap_or_default());
                rest = &rest[end..];
            }
        }
        out + rest
    }

    /// What is written between braces: a name, and perhaps what stands for it.
    fn value(&self, written: &str) -> String {
        let (name, operator) = written.split_at(end_of_name(written));
        let set = self.get(name);
        let filled = set.filter(|value| !value.is_empty());
        if let Some(default) = operator.strip_prefix(":-") {
            return filled
                .filter(|_| !self.has_defaults_first || default.is_empty())
                .map_or_else(|| self.replaced_in(default), str::to_owned);
        }
        if let Some(default) = operator.strip_prefix('-') {
            let set = set.filter(|_| !self.has_defaults_first || default.is_empty());
            return set.map_or_else(|| self.replaced_in(default), str::to_owned);
        }
        if let Some(instead) = operator.strip_prefix(":+") {
            return filled.map_or_else(String::new, |_| self.replaced_in(instead));
        }
        set.unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_replaced_as_compose_does() {
        let variables = Variables::read("A=1\nexport B = \"2\"\nEMPTY=\n# C=3\n");
        for (text, expected) in [
            ("${A}:${B}:$A", "1:2:1"),
            ("${C}:80", ":80"),
            ("${C:-8080}:80", "8080:80"),
            ("${EMPTY:-8080}:${EMPTY-8081}", "8080:"),
            ("${C:-${D:-90}}:1", "90:1"),
            ("${A:+5}${C:+6}", "5"),
            ("${A:?missing}", "1"),
            ("$$A ${A", "$A 1"),
        ] {
            assert_eq!(variables.replaced_in(text), expected, "{text}");
        }
    }
}
