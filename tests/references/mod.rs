//! Ports in files that people own.

mod scripts;
