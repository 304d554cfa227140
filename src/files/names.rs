//! The names of what portgen reads and writes besides the outputs.

/// The allocation file.
pub const PORTS_TOML: &str = "ports.toml";

/// The file in the directory of the outputs that lists them.
pub const LOCK: &str = "portgen.lock";

/// The folder of the project's own templates.
pub const TEMPLATES: &str = "templates";
