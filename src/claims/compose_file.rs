//! A Compose file that somebody else writes, as plain data.

use serde_yaml::Value;

use crate::files::tree::Tree;
use crate::formats::yaml::is_too_deep;
use crate::path::RelPath;

/// The file at `path`, with its `<<` merged.
///
/// # Errors
/// Why it cannot be read: the end of a sentence.
pub(super) fn read(tree: &Tree, path: &RelPath) -> Result<Value, String> {
    let bytes = tree.read(path).map_err(|error| error.message.to_string())?;
    parse(bytes.ok_or("there is no such file")?)
}

/// As [`read`], of the bytes of a file.
///
/// # Errors
/// As [`read`].
pub fn parse(bytes: Vec<u8>) -> Result<Value, String> {
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8")?;
    if is_too_deep(&text) {
        return Err("its brackets are nested too deep".to_owned());
    }
    let mut document: Value = serde_yaml::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|_| "it is not YAML, or has several documents")?;
    document.apply_merge().map_err(|_| "it has a `<<` that merges no map")?;
    Ok(document)
}
