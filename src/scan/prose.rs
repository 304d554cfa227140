//! Names of services in texts for people: `**Grafana (traces):** http://localhost:3100`.

/// Words that stand between a name and its address.
const BETWEEN: [&str; 37] = [
    "a",
    "be",
    "does",
    "expose",
    "exposed",
    "exposes",
    "reachable",
    "serves",
    "uses",
    "will",
    "accessible",
    "access",
    "address",
    "and",
    "at",
    "available",
    "dashboard",
    "endpoint",
    "here",
    "in",
    "is",
    "listens",
    "listening",
    "on",
    "open",
    "opens",
    "port",
    "running",
    "runs",
    "server",
    "service",
    "the",
    "then",
    "to",
    "ui",
    "url",
    "via",
];

/// What ends the label of an item or a cell.
const SEPARATORS: [char; 12] = ['|', ':', '-', '–', '—', '→', '=', '(', ')', '*', '`', '>'];

/// Where `text`, in small letters, has a name, so that what follows the text is that name's: no other words stand between.
pub(super) fn last_name(text: &str, name: &str) -> Option<usize> {
    if name.len() < 2 {
        return None;
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-' || c == '/' || c == '.';
    let (at, _) = text.rmatch_indices(name).find(|(at, found)| {
        !text[..*at].ends_with(is_word)
            && !text[at + found.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-')
    })?;
    let behind = without_parentheses(&text[at + name.len()..]);
    let is_near = behind.split(|c: char| !c.is_alphanumeric()).all(|word| word.is_empty() || BETWEEN.contains(&word));
    (is_near && (is_sentence(behind) || is_whole_label(&text[..at]))).then_some(at)
}

/// A text without what stands in parentheses at its start: `(traces): `.
fn without_parentheses(text: &str) -> &str {
    let inner = text.trim_start();
    match inner.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
        Some((_, behind)) => behind,
        None => text,
    }
}

/// The words of the label that a text ends with, in small letters: of `- order service db: `; `None` where it ends otherwise.
pub(super) fn label(text: &str) -> Option<Vec<&str>> {
    const MOST: usize = 6;
    let label = text.trim_end_matches([' ', '`', '*', '"', '<']).strip_suffix([':', '|'])?;
    let start = label.rfind(['|', '.', ',', ';', ':']).map_or(0, |at| at + 1);
    let words: Vec<&str> =
        label[start..].split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (words.len() <= MOST).then_some(words)
}

/// Whether a label has the words of a name of several, the last one last, whether they are of one thing or of several.
pub(super) fn is_in_label(label: &[&str], name: &str) -> bool {
    let one = |word: &str| word.strip_suffix('s').filter(|one| one.len() > 2).unwrap_or(word).to_owned();
    let mut words = label.iter().map(|word| one(word));
    let mut names = name.split_ascii_whitespace().map(one);
    let is_of_several = name.split_ascii_whitespace().count() > 1;
    let ends = name.split_ascii_whitespace().next_back().map(one) == label.last().map(|word| one(word));
    is_of_several && ends && names.all(|name| words.any(|word| word == name))
}

/// Whether a text for people has its reader open the address behind it, and says nothing of what is found there: `Open `, `then browse to your app
/// at `.
pub(super) fn is_opened(text: &str) -> bool {
    const OPEN: [&str; 6] = ["access", "browse", "go", "navigate", "open", "visit"];
    const GLUE: [&str; 20] = [
        "a",
        "app",
        "application",
        "at",
        "browser",
        "http",
        "https",
        "in",
        "is",
        "it",
        "localhost",
        "on",
        "page",
        "the",
        "to",
        "up",
        "url",
        "web",
        "with",
        "your",
    ];
    let lower = text.to_lowercase();
    let mut words = lower.rsplit(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words
        .find(|word| !GLUE.contains(word) && !word.bytes().all(|byte| byte.is_ascii_digit()))
        .is_some_and(|word| OPEN.contains(&word))
}

/// Whether words of a sentence stand behind a name.
fn is_sentence(behind: &str) -> bool {
    behind.trim_start().starts_with(|c: char| c.is_alphanumeric())
}

/// Whether a name that ends a label begins it, too: `Database Admin | ` is no `Admin`.
fn is_whole_label(before: &str) -> bool {
    let label = before.trim_end().trim_end_matches(['*', '_', '`', '[', ' ']);
    label.is_empty()
        || label.ends_with(SEPARATORS)
        || label.ends_with(['.', ',', ';', '#', '+', '"', '\'', '/'])
        || ["the", "const", "let", "var"].iter().any(|word| ends_with_word(label, word))
        || label.ends_with(|c: char| !c.is_alphanumeric() && !c.is_ascii())
        || label.ends_with(|c: char| c.is_ascii_digit())
}

/// Whether a text ends with a word.
fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|before| !before.ends_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_have_the_words_of_names() {
        let is_in = |text: &str, name: &str| label(text).is_some_and(|label| is_in_label(&label, name));
        assert!(is_in("- order service postgresql db: `", "orders db"));
        assert!(is_in("| order service db | ", "orders db"));
        for (text, name) in [
            ("- order service postgresql db: `", "order service"),
            ("- the db of order service: ", "orders db"),
            ("- order service db at ", "orders db"),
            ("- order db: ", "catalog db"),
            ("- database admin: ", "admin"),
        ] {
            assert!(!is_in(text, name), "{text} {name}");
        }
    }

    #[test]
    fn a_name_counts_where_its_address_follows() {
        for text in [
            "| grafana | ",
            "- **grafana (traces):** ",
            "* `grafana`: ",
            "open grafana at ",
            "grafana is available on ",
            "1. ✅ open grafana at ",
            "grafana -> ",
            "the grafana dashboard is at ",
            "var grafana = \"",
            "| grafana | traces | ",
        ] {
            let wanted = if text.contains("| traces") { None } else { text.find("grafana") };
            assert_eq!(last_name(text, "grafana"), wanted, "{text}");
        }
        for text in [
            "| database grafana | ",
            "grafana commander | ",
            "grafana depends on redis at ",
            "mygrafana: ",
            "grafana-db: ",
            "a/grafana ",
        ] {
            assert_eq!(last_name(text, "grafana"), None, "{text}");
        }
    }
}
