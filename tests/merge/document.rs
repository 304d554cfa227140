//! A ports.toml as a list of parts, and its text: what the properties know of TOML.

/// What a pair's value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A text that is taken as a whole.
    Plain(String),
    /// An inline table.
    Inline(Vec<(String, String)>),
}

/// A pair, and the comments that belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) key: String,
    pub(super) lead: String,
    pub(super) equals: String,
    pub(super) value: Value,
    pub(super) tail: String,
}

/// A header with its pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) header: String,
    pub(super) lead: String,
    pub(super) pairs: Vec<Pair>,
}

/// What an entry is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// A free-standing comment.
    Comment(String),
    /// The tables of a service, of a group, of an item.
    Tables(Vec<Table>),
}

/// An entry; its name is known to the properties alone, and stays whatever is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    /// The blank lines above.
    pub(super) gap: usize,
    pub(super) body: Body,
}

/// A ports.toml.
pub(super) type Document = Vec<Entry>;

/// How the text becomes bytes: byte order mark, CR LF, no end of the last line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dress {
    pub(super) bom: bool,
    pub(super) crlf: bool,
    pub(super) open: bool,
}

/// A pair without comments.
pub(super) fn pair(key: &str, value: impl Into<String>) -> Pair {
    Pair {
        key: key.into(),
        lead: String::new(),
        equals: " = ".into(),
        value: Value::Plain(value.into()),
        tail: String::new(),
    }
}

/// An inline table.
pub(super) fn inline(pairs: &[(&str, String)]) -> Value {
    Value::Inline(pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
}

/// The text of a document.
pub(super) fn text(document: &Document) -> String {
    let mut out = String::from("#:schema ./ports.schema.json\nversion = 1\n");
    for entry in document {
        out.push_str(&"\n".repeat(entry.gap));
        match &entry.body {
            Body::Comment(comment) => out.push_str(&format!("{comment}\n")),
            Body::Tables(tables) => {
                let tables: Vec<String> = tables.iter().map(table_text).collect();
                out.push_str(&tables.join("\n"));
            }
        }
    }
    out
}

fn table_text(table: &Table) -> String {
    let mut out = format!("{}{}\n", table.lead, table.header);
    for pair in &table.pairs {
        let value = match &pair.value {
            Value::Plain(value) => value.clone(),
            Value::Inline(pairs) if pairs.is_empty() => "{}".to_owned(),
            Value::Inline(pairs) => {
                let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{key} = {value}")).collect();
                format!("{{ {} }}", pairs.join(", "))
            }
        };
        out.push_str(&format!("{}{}{}{value}{}\n", pair.lead, pair.key, pair.equals, pair.tail));
    }
    out
}

/// The bytes of a text.
pub(super) fn bytes(text: &str, dress: Dress) -> Vec<u8> {
    let text = if dress.open { text.strip_suffix('\n').unwrap() } else { text };
    let text = if dress.crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
    if dress.bom { format!("\u{feff}{text}") } else { text }.into_bytes()
}
