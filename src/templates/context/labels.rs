//! Labels as templates see them.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, Value};

/// More labels than these are looked up by hash.
const FEW: usize = 16;

/// A table of few labels, which are found by going through them.
#[derive(Debug)]
struct Labels(Vec<(Value, Value)>);

/// Labels in their order, each key once.
pub(super) fn labels(pairs: Vec<(&str, &str)>) -> Value {
    if pairs.len() > FEW {
        return Value::from_pairs(pairs);
    }
    Value::from_object(Labels(pairs.into_iter().map(|(key, value)| (Value::from(key), Value::from(value))).collect()))
}

impl Object for Labels {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.iter().find(|(known, _)| known.as_str() == Some(key)).map(|(_, value)| value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.iter().map(|(key, _)| key.clone()).collect())
    }
}
