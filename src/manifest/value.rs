//! What a ports.toml says, whatever its form: for comparing, not for reading allocations.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::document;

/// The keys of the file that hold entries: one that is missing is one that holds none.
const SECTIONS: [&str; 9] =
    ["ranges", "groups", "services", "compose", "reserved", "retired", "lints", "outputs", "references"];

/// The arrays of tables whose items have an identity.
pub(crate) const ARRAYS: [&str; 2] = ["reserved", "retired"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SemanticValue {
    /// Anything without parts: its type and its value.
    One(&'static str, String),
    List(Vec<SemanticValue>),
    Table(Table),
}

/// A table; the order of its keys says nothing.
pub(crate) type Table = BTreeMap<String, SemanticValue>;

impl SemanticValue {
    /// What a document says: the items of `reserved` and `retired` are keyed by what they are about. None where it is not TOML.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let Self::Table(mut root) = Self::of_document(text)? else { return None };
        for array in ARRAYS {
            if let Some(Self::List(items)) = root.get(array)
                && let Some(keyed) = keyed(items)
            {
                root.insert(array.to_owned(), Self::Table(keyed));
            }
        }
        for section in SECTIONS {
            root.entry(section.to_owned()).or_insert_with(|| Self::Table(Table::new()));
        }
        Some(Self::Table(root))
    }

    /// What a document says, its arrays as they are. None where it is not TOML.
    pub(crate) fn of_document(text: &str) -> Option<Self> {
        let (root, errors) = document::read(text);
        errors.is_empty().then(|| Self::Table(table(&root)))
    }

    pub(crate) fn text(text: &str) -> Self {
        Self::One("text", text.to_owned())
    }

    /// What there is under a path of keys.
    pub(crate) fn at(&mut self, path: &[&str]) -> Option<&mut Self> {
        path.iter().try_fold(self, |value, key| match value {
            Self::Table(table) => table.get_mut(*key),
            _ => None,
        })
    }

    /// Whether two documents say the same: a table or an array of tables without entries is as good as none.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.filled() == other.filled()
    }

    fn filled(&self) -> Option<Self> {
        match self {
            Self::Table(table) => {
                let mut filled = Table::new();
                for (key, value) in table {
                    let is_empty_array = ARRAYS.contains(&key.as_str()) && *value == Self::List(Vec::new());
                    if let Some(value) = value.filled().filter(|_| !is_empty_array) {
                        filled.insert(key.clone(), value);
                    }
                }
                (!filled.is_empty()).then_some(Self::Table(filled))
            }
            other => Some(other.clone()),
        }
    }

    /// What a value says. None where it is not TOML.
    pub(crate) fn of_value(text: &str) -> Option<Self> {
        DeValue::parse(text).ok().map(|value| SemanticValue::from(value.get_ref()))
    }
}

/// What an item of `reserved` or `retired` is about: its number or numbers, and who had them.
pub(crate) fn subject(item: &Table) -> String {
    let named = ["port", "ports", "service"].map(|key| item.get(key).map(|value| (key, value)));
    format!("{:?}", named.into_iter().flatten().collect::<Vec<_>>())
}

fn keyed(items: &[SemanticValue]) -> Option<Table> {
    let mut keyed = Table::new();
    for item in items {
        let SemanticValue::Table(table) = item else { return None };
        let subject = subject(table);
        let same = (0..).map(|nth| format!("{subject} {nth}")).find(|key| !keyed.contains_key(key))?;
        keyed.insert(same, item.clone());
    }
    Some(keyed)
}

fn table(table: &DeTable<'_>) -> Table {
    table.iter().map(|(key, value)| (key.get_ref().to_string(), value.get_ref().into())).collect()
}

impl From<&DeValue<'_>> for SemanticValue {
    fn from(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::String(text) => Self::One("text", text.to_string()),
            DeValue::Integer(integer) => {
                let parsed = i128::from_str_radix(integer.as_str(), integer.radix());
                Self::One("integer", parsed.map(|number| number.to_string()).unwrap_or(integer.to_string()))
            }
            DeValue::Float(float) => {
                let parsed = float.as_str().parse::<f64>();
                Self::One("float", parsed.map(|number| number.to_string()).unwrap_or(float.to_string()))
            }
            DeValue::Boolean(boolean) => Self::One("boolean", boolean.to_string()),
            DeValue::Datetime(moment) => Self::One("moment", moment.to_string()),
            DeValue::Array(items) => Self::List(items.iter().map(|item| item.get_ref().into()).collect()),
            DeValue::Table(inner) => Self::Table(table(inner)),
        }
    }
}
