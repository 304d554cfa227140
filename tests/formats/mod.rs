//! The formats of templates: what any text becomes in a file.

mod quoting;
