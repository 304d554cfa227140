//! What is measured, beside what, and how good it must be: the rows of the yardstick.

use crate::tree::Ports;

/// What a phase is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    /// A program that starts and exits.
    Start,
    /// A program that opens, reads and compares the same files with memory.
    Compare,
    /// A program that writes the same bytes beside their targets and renames them.
    Write,
    /// `portgen diff` with nothing changed.
    CleanDiff,
}

impl Reference {
    /// For the report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Start => "start floor",
            Self::Compare => "compare floor",
            Self::Write => "write floor",
            Self::CleanDiff => "clean diff",
        }
    }
}

/// One thing that portgen does.
#[derive(Debug)]
pub(crate) struct Phase {
    /// For the report.
    pub(crate) name: &'static str,
    /// portgen's arguments.
    pub(crate) arguments: &'static [&'static str],
    /// The exit code that it must end with, or the measurement is void.
    pub(crate) exit: i32,
    /// What `ports.toml` says.
    pub(crate) ports: Ports,
    /// Whether every run begins before the first write.
    pub(crate) fresh: bool,
    /// What it is compared with where there are many services.
    pub(crate) reference: Reference,
    /// The ratios to the reference at 10,000 services: must and aim.
    pub(crate) ratios: Option<(f64, f64)>,
}

/// Every phase. The first one leaves the tree written, as all others expect it.
pub(crate) const PHASES: [Phase; 9] = [
    Phase { fresh: true, ratios: Some((1.3, 0.75)), ..phase("first write", &["write"], Reference::Write) },
    Phase { ratios: Some((1.5, 0.9)), ..phase("diff, nothing changed", &["diff"], Reference::Compare) },
    Phase { ratios: Some((1.5, 0.9)), ..phase("write, nothing to do", &["write"], Reference::Compare) },
    Phase {
        exit: 1,
        ports: Ports::OneChanged,
        ratios: Some((1.05, 1.05)),
        ..phase("diff, one port changed", &["diff"], Reference::CleanDiff)
    },
    Phase {
        exit: 1,
        ports: Ports::EveryChanged,
        ratios: Some((2.0, 2.0)),
        ..phase("diff, every port changed", &["diff"], Reference::CleanDiff)
    },
    phase("check", &["check"], Reference::Start),
    phase("list", &["list"], Reference::Start),
    phase("port", &["port", "service-00000"], Reference::Start),
    phase("explain", &["explain", "duplicate-port"], Reference::Start),
];

const fn phase(name: &'static str, arguments: &'static [&'static str], reference: Reference) -> Phase {
    Phase { name, arguments, exit: 0, ports: Ports::Same, fresh: false, reference, ratios: None }
}

/// Up to this many services every command is compared with the start floor alone.
pub(crate) const FEW: usize = 21;
/// With few services, the ratios to the start floor: must and aim.
pub(crate) const FEW_RATIOS: (f64, f64) = (3.0, 2.0);
/// With few services, the milliseconds that are enough whatever the ratio.
pub(crate) const FEW_MILLISECONDS: f64 = 4.0;
/// The sizes that growth is measured between.
pub(crate) const GROWTH_SIZES: (usize, usize) = (1_000, 10_000);
/// The exponents of growth: must and aim.
pub(crate) const GROWTH: (f64, f64) = (1.05, 1.0);
/// The peak resident memory with the most services, in MiB: must and aim.
pub(crate) const MEMORY: (f64, f64) = (40.0, 21.0);
