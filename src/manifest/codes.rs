//! The codes of the mistakes that ports.toml can have, apart from the lints: stable, kebab-case.

/// ports.toml has more bytes than [`super::MAX_BYTES`].
pub const TOO_LARGE: &str = "too-large";
/// ports.toml is not UTF-8.
pub const NOT_UTF8: &str = "not-utf8";
/// The text is no TOML.
pub const SYNTAX: &str = "syntax";
/// A key or a table is written twice.
pub const DUPLICATE_KEY: &str = "duplicate-key";
/// Tables or lists are nested too deep.
pub const TOO_DEEP: &str = "nesting-too-deep";
/// A key that portgen does not know.
pub const UNKNOWN_KEY: &str = "unknown-key";
/// A key that has to be there is not.
pub const MISSING_KEY: &str = "missing-key";
/// Two keys exclude each other.
pub const CONFLICTING_KEYS: &str = "conflicting-keys";
/// A value of another type is wanted.
pub const WRONG_TYPE: &str = "wrong-type";
/// A value of the right type that means nothing here.
pub const INVALID_VALUE: &str = "invalid-value";
/// What stands where a port belongs is none.
pub const INVALID_PORT: &str = "invalid-port";
/// What stands where a range of ports belongs is none.
pub const INVALID_RANGE: &str = "invalid-range";
/// A name breaks the rule that Compose, Kubernetes or DNS has for it.
pub const INVALID_NAME: &str = "invalid-name";
/// A text is blank, too long, or has a hidden character.
pub const INVALID_TEXT: &str = "invalid-text";
/// A path leads out of the root, or means different things on different systems.
pub const INVALID_PATH: &str = "invalid-path";
/// A service names a group that is not there.
pub const UNKNOWN_GROUP: &str = "unknown-group";
/// A group names a range that is not there.
pub const UNKNOWN_RANGE: &str = "unknown-range";
/// A service depends on one that is not there.
pub const UNKNOWN_DEPENDENCY: &str = "unknown-dependency";
/// A service depends on itself.
pub const SELF_DEPENDENCY: &str = "self-dependency";
/// A list names the same thing twice.
pub const DUPLICATE_ITEM: &str = "duplicate-item";
/// `[lints]` names a lint that is not there.
pub const UNKNOWN_LINT: &str = "unknown-lint";
/// `[lints]` lowers a lint that later steps rely on.
pub const FIXED_LINT: &str = "fixed-lint";
/// `compose` sets a key that portgen itself writes.
pub const COMPOSE_KEY: &str = "compose-key";
/// A service's `compose` names a volume, network, secret or config that `[compose]` does not define.
pub const UNDEFINED_COMPOSE_NAME: &str = "undefined-compose-name";
/// Git has left both sides of a conflict in the file.
pub const MERGE_CONFLICT: &str = crate::git::conflict_markers::CODE;

/// Every code above. Those that are lints too (`invalid-name`, `unknown-dependency`, `unknown-group`) mean the same there.
pub const CODES: &[&str] = &[
    TOO_LARGE,
    NOT_UTF8,
    SYNTAX,
    DUPLICATE_KEY,
    TOO_DEEP,
    UNKNOWN_KEY,
    MISSING_KEY,
    CONFLICTING_KEYS,
    WRONG_TYPE,
    INVALID_VALUE,
    INVALID_PORT,
    INVALID_RANGE,
    INVALID_NAME,
    INVALID_TEXT,
    INVALID_PATH,
    UNKNOWN_GROUP,
    UNKNOWN_RANGE,
    UNKNOWN_DEPENDENCY,
    SELF_DEPENDENCY,
    DUPLICATE_ITEM,
    UNKNOWN_LINT,
    FIXED_LINT,
    COMPOSE_KEY,
    UNDEFINED_COMPOSE_NAME,
    MERGE_CONFLICT,
];
