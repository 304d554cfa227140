//! What git has: its index and its hooks.

mod hooks;
mod staged;
