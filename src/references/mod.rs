//! References: ports in files that people own, updated in place, and blocks of templates in them.
//!
//! A kind of file is one row of [`table::KINDS`] and one folder here; everything else uses the table. The folder is private:
//! without the row it is unused code, which the compiler reports.

pub mod blocks;
pub mod comment;
pub mod edit;
pub mod file;
pub mod follow;
pub mod kind;
pub(crate) mod package_json;
pub mod splice;
pub mod table;
