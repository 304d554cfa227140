//! Blocks in files that people own: what lies between `portgen:begin TEMPLATE` and `portgen:end` is a template's, every other byte is
//! the person's.
//!
//! ```text
//! file ──find──> blocks     find, code, fault: which lines mark them, and what is wrong with them
//!      ──render──> texts    render, subject: verified as outputs are, laid out as the file is
//!      ──compare──> stand   standing: whether portgen wrote what is there, as portgen.lock has it
//! ```

mod block;
mod code;
mod fault;
mod find;
mod render;
mod standing;
mod subject;
mod text;

pub use block::{Block, Line};
pub use find::{Blocks, find, is_block_line};
pub use render::{InFile, Renderer, Stated, Written};
pub use standing::Memory;
pub use text::{NewText, replaced};
