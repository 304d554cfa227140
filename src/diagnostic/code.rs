//! The codes of everything that portgen says, one table: `portgen explain`, SARIF and docs/codes.md iterate it.

use std::fmt;

/// The stable kebab-case name of a class of diagnostics, with what it means. Only the table in this file makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    name: &'static str,
    summary: &'static str,
}

impl Code {
    /// The name: `duplicate-port`.
    pub const fn as_str(self) -> &'static str {
        self.name
    }

    /// What it means, in one line, without a full stop.
    pub const fn summary(self) -> &'static str {
        self.summary
    }

    /// The code of that name, if there is one.
    pub fn find(name: &str) -> Option<Self> {
        codes::ALL.iter().find(|code| code.name == name).copied()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

macro_rules! codes {
    ($($constant:ident $name:literal $summary:literal)*) => {
        /// Every code.
        pub mod codes {
            use super::Code;

            $(#[doc = $summary] pub const $constant: Code = Code { name: $name, summary: $summary };)*

            /// All of them, in the order of the alphabet.
            pub const ALL: &[Code] = &[$($constant),*];
        }
    };
}

codes! {
    ADDED "added" "a service that was not there before"
    ALLOCATION "allocation" "ports.toml is edited"
    ALREADY_THERE "already-there" "a file or setting that `init` would make is there already"
    BROKEN_BLOCK "broken-block" "lines of a file of yours that do not mark a block, or mark one that cannot be rendered"
    BROKEN_LOCK "broken-lock" "a line of portgen.lock cannot be read"
    BROWSER_BLOCKED_PORT "browser-blocked-port" "a port that browsers refuse"
    BUSY "busy" "another portgen is writing here"
    CANNOT_EDIT "cannot-edit" "ports.toml cannot be edited in place without changing what else it says"
    CANNOT_WRITE "cannot-write" "a file cannot be written"
    CHANGED_MEANWHILE "changed-meanwhile" "a file has changed, or is open in another program, while portgen was about to write it"
    COLLIDING_PORT "colliding-port" "two services take one port of the machine, in files of yours"
    COMPOSE_KEY "compose-key" "`compose` sets a key that portgen itself writes"
    CONFLICTED "conflicted" "a file with conflict markers or lines of both sides of a merge"
    CONFLICTING_KEYS "conflicting-keys" "two keys that exclude each other"
    CONTAINER_PORT "container-port" "a health check, label or flag with a port that the service does not listen on, or `PORT` without a number"
    CONTRADICTING_PORT "contradicting-port" "a file of yours states another port than its service has"
    DEPENDENCY_CYCLE "dependency-cycle" "services that depend on each other in a circle"
    DETAIL "detail" "something besides its ports has changed at a service"
    DUPLICATE_BINDING "duplicate-binding" "a service has a port of that name already"
    DUPLICATE_ITEM "duplicate-item" "a list names the same thing twice"
    DUPLICATE_KEY "duplicate-key" "a key or a table is written twice"
    DUPLICATE_NODE_PORT "duplicate-node-port" "two bindings with one port on the nodes of the cluster"
    DUPLICATE_PORT "duplicate-port" "two bindings with one host port of one protocol"
    DUPLICATE_SERVICE "duplicate-service" "there is a service of that name already"
    DUPLICATE_SERVICE_PORT "duplicate-service-port" "two bindings with one port of one Kubernetes Service"
    EDITED_BLOCK "edited-block" "a block in a file of yours that was edited by hand"
    EDITED_ORPHAN "edited-orphan" "a file that is no longer generated, but was edited by hand"
    ENV_NAME_COLLISION "env-name-collision" "two bindings whose environment variables have the same name"
    EPHEMERAL_PORT "ephemeral-port" "a port that the system gives to outgoing connections"
    EXCEPTION "exception" "a port may lie outside its ranges now, or no longer"
    EXPOSED "exposed" "a port can be reached from further away than before"
    EXTENDED_PORT "extended-port" "a service extends another one whose published ports portgen cannot know"
    FAILED "failed" "something outside of portgen has failed"
    FIXED_LINT "fixed-lint" "`[lints]` lowers a lint that later steps rely on"
    FOREIGN_FILE "foreign-file" "a file at the path of an output that portgen has not written"
    FORMER_PORT "former-port" "a number that a service had before still stands in a file of yours"
    FRONT_MATTER "front-matter" "the front matter of a template is wrong"
    GIT "git" "git has failed"
    GUESSED_IMAGE "guessed-image" "a service that Compose has to start, with an image that nothing builds"
    GUESSED_PORT "guessed-port" "a number in a file of yours that changes because it looks like the former port of a service"
    HAND_EDITED "hand-edited" "an output that was edited by hand"
    HOOKS_PATH "hooks-path" "the folder in which git looks for hooks is not in this repository"
    HOST_ENV_FILE "host-env-file" "a container that gets a `.env` output with numbers and addresses of the host"
    IGNORED_OUTPUT "ignored-output" "an output that git ignores, so that it is in no commit"
    IMAGE_PORT "image-port" "a container port that the image does not listen on"
    INSTANCE_PORT "instance-port" "an instance would have a port that is not free"
    INTERRUPTED_WRITE "interrupted-write" "a `write` was interrupted"
    INVALID_NAME "invalid-name" "a name that Compose or Kubernetes rejects"
    INVALID_OUTPUT "invalid-output" "an output that is not valid in its format"
    INVALID_PACKAGE_JSON "invalid-package-json" "a package.json that is not UTF-8 or not valid JSON, or has no usable scripts"
    INVALID_PATH "invalid-path" "a path that leads out of the root, or means different things on different systems"
    INVALID_PORT "invalid-port" "a value that is not a port"
    INVALID_RANGE "invalid-range" "a value that is not a range of ports"
    INVALID_TEXT "invalid-text" "a text or a key that is blank, too long, or has a hidden character"
    INVALID_VALUE "invalid-value" "a value of the right type that means nothing here"
    KUBERNETES_RANGE "kubernetes-range" "a range of ports, which a Kubernetes Service cannot have"
    LEFT_BEHIND "left-behind" "a file that is no longer generated, but whose removal was not committed"
    LIFECYCLE_SCRIPT "lifecycle-script" "a port in a script that npm runs by itself"
    LOCK "lock" "portgen.lock is not up to date"
    LOST_PORT "lost-port" "an output that does not state a port that it should"
    MERGE_CONFLICT "merge-conflict" "git has left both sides of a conflict in the file"
    MISSING "missing" "an output that is missing"
    MISSING_COMPOSE_SERVICE "missing-compose-service" "a service of `compose.ports.yml` that the Compose file beside it does not have"
    MISSING_KEY "missing-key" "a key that has to be there is not"
    MISSING_PACKAGE "missing-package" "a `package` that is not in this tree"
    MIXED_PROTOCOLS "mixed-protocols" "one port of a Kubernetes Service on several protocols"
    MOVED "moved" "a port of a service has another number"
    NEEDED_SERVICE "needed-service" "a service cannot be removed while others depend on it"
    NESTING_TOO_DEEP "nesting-too-deep" "tables or lists are nested too deep"
    NETWORK_PORT "network-port" "a port that the network of its container cannot have"
    NO_ANSWER "no-answer" "what a program depends on does not accept connections"
    NO_FREE_PORT "no-free-port" "no port is free where one is wanted"
    NO_GIT_REPOSITORY "no-git-repository" "there is no git repository here"
    NO_INSTANCE "no-instance" "there is no such instance of the platform, or none is left"
    NO_LOCK "no-lock" "this file system has no locks"
    NO_MERGE_BASE "no-merge-base" "two revisions have no commit in common"
    NO_PORTS_TOML "no-ports-toml" "there is no ports.toml"
    NODE_PORT_RANGE "node-port-range" "a port that Kubernetes gives to NodePort Services"
    NOT_A_FOLDER "not-a-folder" "a path that should be a directory is something else"
    NOT_RESERVED "not-reserved" "numbers that are not reserved cannot be given back"
    NOT_STRICT "not-strict" "a server that goes on with another port where its own is taken"
    NOT_UTF8 "not-utf8" "ports.toml is not UTF-8"
    NOTHING_TO_COMPARE "nothing-to-compare" "there is no ports.toml to compare with"
    ONE_SIDED_MERGE "one-sided-merge" "git has kept the output of one side of a merge"
    ORPHAN "orphan" "a file that is no longer generated"
    OTHER_ENV_FILE "other-env-file" "a variable of `compose` is in a `.env` that Docker Compose does not read"
    OUT_OF_RANGE "out-of-range" "a port outside the ranges of its service's group"
    OUTPUT_LIMIT "output-limit" "a template makes more than an output may have"
    OUTPUT_PATH "output-path" "an output cannot lie at that path"
    OVERLAPPING_RANGES "overlapping-ranges" "two ranges that share numbers"
    OVERRIDDEN_VARIABLE "overridden-variable" "a variable of an `env_file` that portgen writes into `environment` with another value"
    PACKAGE_WITHOUT_PORT "package-without-port" "a `package` in which nothing states the port of its service"
    PLATFORM_PORT "platform-port" "a port that an operating system uses itself"
    PORT "port" "a service has a port more or less, or one of another kind"
    PORT_HELD "port-held" "a program was not started, because somebody listens on its port"
    PRIVILEGED_PORT "privileged-port" "a port below 1024 that a process without privileges listens on"
    RANGE "range" "a range or a group has changed"
    REFERENCE "reference" "a file of yours has another port than ports.toml"
    REMOVED "removed" "a service is not there any more"
    RENAMED "renamed" "a service has another id"
    REPLACED_PORT "replaced-port" "a port of the Compose file beside `compose.ports.yml` that this replaces and ports.toml does not have"
    REPLICATED_PORT "replicated-port" "a port on the host of a service that Compose starts several times"
    RESERVED_PORT "reserved-port" "a port on the `reserved` list"
    RETIRED_PORT "retired-port" "a port that another service had, on the `retired` list"
    REUSED "reused" "a retired number is given out again"
    RIVAL_MERGE "rival-merge" "what two branches merge to has a mistake that neither has"
    RIVAL_NAME "rival-name" "two branches add different things under one name"
    RIVAL_PORT "rival-port" "two branches claim one port"
    RIVAL_RANGE "rival-range" "two branches add ranges that do not agree"
    SCRIPT_PORT "script-port" "a script that states another port than its service has"
    SELF_DEPENDENCY "self-dependency" "a service depends on itself"
    SETTING "setting" "a lint level, an output or the platform has changed"
    STALE "stale" "an output that is not up to date"
    STALE_BLOCK "stale-block" "a block in a file of yours that is not up to date"
    STALE_NUMBER "stale-number" "a file of yours states a port that nobody has any more"
    STALE_PORT "stale-port" "a number in `compose` that its service no longer has"
    STILL_STATED "still-stated" "an old number that an edit of ports.toml has left there"
    SYMLINK "symlink" "a path goes through a symlink, which portgen does not follow"
    SYNTAX "syntax" "a text that is not valid TOML"
    TEMPLATE "template" "a template that cannot be read or rendered, or, in a review, has changed"
    TOO_LARGE "too-large" "ports.toml has too many bytes or keys, or takes too long to read"
    TWO_PORTS "two-ports" "one script with two ports"
    UNALLOCATED_PORT "unallocated-port" "a port that no service has, in an output, in `compose` or in a file of yours"
    UNDEFINED_COMPOSE_NAME "undefined-compose-name" "a service, volume, network, secret, config or model that Compose keys name and nothing defines"
    UNKEPT_BLOCK "unkept-block" "a block in a file that `[references]` does not name"
    UNKNOWN_BINDING "unknown-binding" "a port of a service that is not there"
    UNKNOWN_DEPENDENCY "unknown-dependency" "a `depends-on` that names no service"
    UNKNOWN_GROUP "unknown-group" "a `group` that is not in `[groups]`"
    UNKNOWN_HOST "unknown-host" "an address in `compose` with a name that no container has"
    UNKNOWN_KEY "unknown-key" "a key that portgen does not know"
    UNKNOWN_LINT "unknown-lint" "a lint that is not there"
    UNKNOWN_OUTPUT "unknown-output" "an output that is not there, or is not made"
    UNKNOWN_PORT_OPTION "unknown-port-option" "an option with a port that the program does not take as its port"
    UNKNOWN_RANGE "unknown-range" "a range that is not there"
    UNKNOWN_REVISION "unknown-revision" "a branch, tag or commit that git does not know"
    UNKNOWN_SCRIPT "unknown-script" "a script that is not in the package.json"
    UNKNOWN_SERVICE "unknown-service" "a service that is not there"
    UNKNOWN_TARGET "unknown-target" "a manifest names a port that the pods or the Service behind it do not have"
    UNKNOWN_TEMPLATE "unknown-template" "a block with a template that is not there"
    UNMATCHED_PATTERN "unmatched-pattern" "a pattern or a place of `[references]` that fits nothing"
    UNMERGED_INDEX "unmerged-index" "git's index has a merge that is not resolved"
    UNREAD_PORT "unread-port" "a `PORT` that the program does not read"
    UNREADABLE_FILE "unreadable-file" "a file cannot be read"
    UNSAVED_EDIT "unsaved-edit" "an edit by hand that an interrupted `write` has kept"
    UNUSED_ACCEPT "unused-accept" "an entry of `accept` that no file needs"
    UNUSED_EXCEPTION "unused-exception" "an `out-of-range` reason that no port needs"
    USAGE "usage" "a command line that asks for two things at once, or for nothing"
    WITHHELD "withheld" "numbers are kept back or given back"
    WRONG_TYPE "wrong-type" "a value of the wrong type"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_unique_and_kebab_case() {
        assert!(codes::ALL.windows(2).all(|pair| pair[0].name < pair[1].name));
        for code in codes::ALL {
            let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(code.name.chars().all(is_kebab), "{code}");
            assert!(!code.summary.is_empty() && !code.summary.ends_with('.'), "{code}");
            assert_eq!(Code::find(code.name), Some(*code));
        }
        assert_eq!(Code::find("no-such-code"), None);
    }
}
