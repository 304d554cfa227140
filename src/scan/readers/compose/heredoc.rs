//! Settings in YAML that the command of a container writes itself: `cat > /etc/redpanda/redpanda.yaml <<EOF`.

use std::borrow::Cow;
use std::ops::Range;

use super::comments;
use crate::formats::yaml::tree::Tree;
use crate::scan::readers::settings;
use crate::scan::statement::{Statement, View, Whose};

/// Adds the ports of settings that commands of a file's services write.
pub(super) fn read<'t>(text: &'t str, tree: &Tree<'t>, out: &mut Vec<Statement<'t>>) {
    let parts = parts(text);
    if parts.is_empty() {
        return;
    }
    let services = comments::services(tree, text);
    for part in parts {
        let before = services.partition_point(|(at, ..)| *at < part.start);
        let Some((.., name)) = before.checked_sub(1).map(|last| &services[last]) else { continue };
        out.extend(settings::named(&text[part.clone()]).map(|one| {
            let digits = part.start + one.digits.start..part.start + one.digits.end;
            Statement { digits, view: View::Listen, whose: Whose::Named(Cow::Owned((*name).to_owned())), ..one }.weak()
        }));
    }
}

/// The lines between `> a.yaml <<EOF` and `EOF`.
fn parts(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(&str, usize)> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        match open {
            Some((tag, from)) if line.trim() == tag => {
                found.push(from..start);
                open = None;
            }
            Some(_) => {}
            None => open = tag(line).map(|tag| (tag, start + line.len())),
        }
        start += line.len();
    }
    found
}

/// The word that ends what a line begins, where it goes to a file of YAML.
fn tag(line: &str) -> Option<&str> {
    let (before, behind) = line.split_once("<<")?;
    let is_yaml = |word: &str| [".yaml", ".yml"].iter().any(|end| word.trim_matches(['"', '\'']).ends_with(end));
    let tag = behind.trim_start_matches(['-', ' ', '"', '\'', '\\']);
    let tag = &tag[..tag.len() - tag.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len()];
    let is_one = line.split_ascii_whitespace().any(is_yaml)
        && (before.contains('>') || before.contains("tee ") || behind.contains('>'));
    (is_one && !tag.is_empty()).then_some(tag)
}
