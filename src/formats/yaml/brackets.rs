//! Brackets that close where their key begins:
//!
//! ```yaml
//!     command: [
//!       "start",
//!     ]
//! ```
//!
//! YAML wants the lines of a value below its key further in (1.2.2, 7.4); libyaml and go-yaml, and so Docker Compose and kubectl, do not, and
//! many files are written so. saphyr-parser 0.3 refuses them.

/// The text with each such bracket on the line before, byte for byte as long; none where there is none.
pub(super) fn joined(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let mut is_other = false;
    let (mut start, mut before, mut open) = (0, None, None);
    for line in text.split_inclusive('\n') {
        let body = line.trim_ascii();
        let indent = line.len() - line.trim_ascii_start().len();
        if let Some(end) = before.filter(|_| body.starts_with([']', '}']) && open == Some(indent)) {
            bytes[end] = b' ';
            // The end of a line may have two bytes.
            if end > 0 && bytes[end - 1] == b'\r' {
                bytes[end - 1] = b' ';
            }
            is_other = true;
        }
        if body.strip_suffix(['[', '{']).is_some_and(|key| key.trim_ascii_end().ends_with(':')) {
            open = Some(indent);
        }
        // In a comment, the bracket would be lost.
        let has_end = line.ends_with('\n') && !line.contains('#');
        before = has_end.then(|| start + line.len() - 1);
        start += line.len();
    }
    String::from_utf8(bytes).ok().filter(|_| is_other)
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::*;

    #[test]
    fn a_bracket_below_its_key_closes() {
        let text = "services:\n  a:\n    command: [\n      \"x\",\n    ]\n    env: {\r\n      A: 1\r\n    }\r\n    ports: [\n      \"4001:80\"\n    ]\n";
        let tree = Tree::read(text);
        assert!(tree.mistake.is_none());
        let a = tree.get(tree.get(tree.documents[0], "services").unwrap(), "a").unwrap();
        let ports = tree.items(tree.get(a, "ports").unwrap());
        let port = tree.scalar(ports[0]).unwrap();
        assert_eq!((&*port.value, &text[port.places().of(0..4)]), ("4001:80", "4001"));
        assert_eq!(joined("a: [\n  1 # one\n]\n"), None);
        assert_eq!(joined("a: 1\n"), None);
    }

    #[test]
    fn what_stands_before_a_mistake_is_read() {
        let tree = Tree::read("services:\n  a:\n    image: x\n  b: [\n");
        assert!(tree.mistake.is_some());
        let services = tree.get(tree.documents[0], "services").unwrap();
        assert!(tree.get(tree.get(services, "a").unwrap(), "image").is_some());
    }
}
