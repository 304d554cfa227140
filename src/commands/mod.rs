//! The commands: one file or folder each, with its arguments and one function; `unreserve` is in [`reserve`].

pub mod add;
pub mod allow_out_of_range;
pub mod args;
pub mod check;
pub mod completions;
pub mod diff;
pub mod explain;
pub mod import;
pub mod init;
pub mod list;
pub mod lsp;
pub mod man;
pub mod map;
pub mod merge_driver;
pub mod move_service;
pub mod next;
pub mod port;
pub mod remove;
pub mod rename;
pub mod reserve;
pub mod review;
pub mod scan;
pub mod schema;
pub mod show;
pub mod try_templates;
pub mod write;
