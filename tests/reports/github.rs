//! Annotations as the runner of GitHub Actions reads them.

use std::collections::BTreeMap;

use portgen::diagnostic::Text;
use proptest::prelude::*;

use super::{path, rendered, texts};
use crate::tries::tries;

/// A command as `ActionCommand.TryParseV2` of actions/runner takes a line apart.
fn command(line: &str) -> Option<(&str, BTreeMap<&str, String>, String)> {
    let (head, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ')?;
    let properties = properties.trim().split(',').filter_map(|pair| pair.split_once('='));
    let unescape = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n");
    let value = |text: &str| unescape(text).replace("%3A", ":").replace("%2C", ",").replace("%25", "%");
    Some((name, properties.map(|(key, text)| (key, value(text))).collect(), unescape(data).replace("%25", "%")))
}

proptest! {
    #![proptest_config(tries(1000))]

    #[test]
    fn the_runner_gets_the_text_back_and_no_other_command(text in texts()) {
        let out = rendered("github", &text);
        // It reads lines as .NET does.
        let lines: Vec<&str> = out.split_terminator(['\n', '\r']).collect();
        prop_assert_eq!(lines.len(), 2, "{}", out);
        let (name, properties, data) = command(lines[0]).unwrap();
        let file = format!("sub, dir/{}", path(&text).as_str());
        prop_assert_eq!(name, "error");
        prop_assert_eq!(&properties["file"], &file);
        prop_assert_eq!(&properties["line"], "1");
        prop_assert_eq!(&properties["title"], "duplicate-port");
        prop_assert_eq!(properties.contains_key("col"), !text.contains('\n'));
        let second = 2 + text.matches('\n').count();
        let text = Text::from(text);
        let shown = format!("{text}\n{file}:1:1: {text}\n{file}:{second}:1: {text}\nhelp: {text}");
        prop_assert_eq!(data, shown);
        let (name, properties, _) = command(lines[1]).unwrap();
        prop_assert_eq!(name, "error");
        prop_assert_eq!(&properties["file"], &file);
        prop_assert_eq!(&properties["title"], "hand-edited");
    }
}
