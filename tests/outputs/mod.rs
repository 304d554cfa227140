//! The outputs of large allocations, and those of this repository.

mod many;
mod platform;
mod shown;
