//! The Compose keys of a service.

use std::ops::Deref;
use std::sync::LazyLock;

use serde_json::{Map, Value};

/// The Compose keys of a service. Where there are none, they take no memory.
#[derive(Debug, Default)]
pub struct ComposeKeys(pub Option<Box<Map<String, Value>>>);

impl ComposeKeys {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl From<Map<String, Value>> for ComposeKeys {
    fn from(keys: Map<String, Value>) -> Self {
        Self((!keys.is_empty()).then(|| Box::new(keys)))
    }
}

impl Deref for ComposeKeys {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        self.0.as_deref().unwrap_or(&NONE)
    }
}
