//! Tables that portgen makes for a template: labels, what a container gets.

use std::borrow::Cow;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, Value};

/// More entries than these are looked up by hash.
const FEW: usize = 16;

/// A table of few entries, which are found by going through them.
#[derive(Debug)]
pub(crate) struct Table(Vec<(Cow<'static, str>, Value)>);

impl Table {
    /// The entries in their order. Of two with one key, the place is that of the first and the value that of the last.
    pub(super) fn of(entries: Vec<(Cow<'static, str>, Value)>) -> Value {
        let has_twice =
            (1..entries.len().min(FEW)).any(|at| entries[..at].iter().any(|(key, _)| *key == entries[at].0));
        if entries.len() > FEW || has_twice {
            return Value::from_pairs(entries.into_iter().map(|(key, value)| (key.into_owned(), value)));
        }
        Value::from_object(Self(entries))
    }

    /// The entries in their order.
    pub(in crate::templates) fn entries(&self) -> &[(Cow<'static, str>, Value)] {
        &self.0
    }
}

impl Object for Table {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.iter().map(|(key, _)| Value::from(&**key)).collect())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.0.len())
    }
}
