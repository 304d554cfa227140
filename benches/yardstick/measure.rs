//! Runs portgen and what it is compared with in turns, and takes the medians.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use nix::sys::resource::{UsageWho, getrusage};

use crate::expected::Expected;
use crate::floor;
use crate::phases::{FEW, PHASES, Phase, Reference};
use crate::tree::{Ports, Tree};

const PORTGEN: &str = env!("CARGO_BIN_EXE_portgen");

/// The argument that makes this program run the command that follows and print its peak resident memory in KiB.
pub(crate) const PEAK: &str = "peak";

/// What one phase took.
pub(crate) struct Measured {
    /// How many services there were.
    pub(crate) size: usize,
    /// The phase.
    pub(crate) phase: &'static Phase,
    /// What it was compared with.
    pub(crate) reference: Reference,
    /// The median wall time of portgen, in milliseconds.
    pub(crate) portgen: f64,
    /// The median wall time of the reference, in milliseconds.
    pub(crate) beside: f64,
    /// portgen's peak resident memory, in MiB.
    pub(crate) memory: f64,
}

/// Every phase with `size` services, `runs` times each.
pub(crate) fn everything(size: usize, runs: usize) -> Result<Vec<Measured>> {
    let tree = Tree::new(size)?;
    run(&tree, &PHASES[0])?;
    let expected = Expected::of(&tree)?;
    let bench = Bench { tree, expected };
    PHASES.iter().map(|phase| bench.measure(phase, runs).with_context(|| phase.name)).collect()
}

struct Bench {
    tree: Tree,
    expected: Expected,
}

impl Bench {
    fn measure(&self, phase: &'static Phase, runs: usize) -> Result<Measured> {
        let size = self.tree.size();
        let reference = if size <= FEW { Reference::Start } else { phase.reference };
        let (mut beside, mut portgen) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            beside.push(self.beside(phase, reference)?);
            self.prepare(phase)?;
            portgen.push(run(&self.tree, phase)?);
        }
        self.prepare(phase)?;
        let memory = self.memory(phase)?;
        self.tree.allocate(Ports::Same)?;
        Ok(Measured { size, phase, reference, portgen: median(portgen), beside: median(beside), memory })
    }

    fn prepare(&self, phase: &Phase) -> Result<()> {
        if phase.fresh {
            self.tree.forget()?;
        }
        self.tree.allocate(phase.ports)
    }

    fn beside(&self, phase: &Phase, reference: Reference) -> Result<Duration> {
        match reference {
            Reference::Start => wall(Command::new(std::env::current_exe()?).arg(floor::START), 0),
            Reference::Compare => self.floor(floor::COMPARE),
            Reference::Write => {
                self.prepare(phase)?;
                self.floor(floor::WRITE)
            }
            Reference::CleanDiff => {
                self.tree.allocate(Ports::Same)?;
                run(&self.tree, &PHASES[1])
            }
        }
    }

    /// The wall time of a floor, less what it took to load the expected bytes.
    fn floor(&self, role: &str) -> Result<Duration> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(role).arg(self.expected.folder()).current_dir(self.tree.root());
        let start = Instant::now();
        let output = command.output()?;
        let wall = start.elapsed();
        ensure!(output.status.success(), "{role} failed: {}", String::from_utf8_lossy(&output.stderr));
        let loading = String::from_utf8(output.stdout)?.parse()?;
        Ok(wall.saturating_sub(Duration::from_nanos(loading)))
    }

    /// Peak resident memory in MiB. A process of its own waits for portgen, as the kernel only tells the peak of all children.
    fn memory(&self, phase: &Phase) -> Result<f64> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(PEAK).arg(PORTGEN).args(phase.arguments).current_dir(self.tree.root());
        let output = command.stderr(Stdio::null()).output()?;
        ensure!(output.status.success(), "its memory could not be measured");
        Ok(String::from_utf8(output.stdout)?.parse::<f64>()? / 1024.0)
    }
}

/// The wall time of one run of portgen.
fn run(tree: &Tree, phase: &Phase) -> Result<Duration> {
    wall(Command::new(PORTGEN).args(phase.arguments).current_dir(tree.root()), phase.exit)
}

/// The wall time of a command that must end with the exit code `due`.
fn wall(command: &mut Command, due: i32) -> Result<Duration> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let wall = start.elapsed();
    ensure!(status.code() == Some(due), "{command:?} ended with {status}, not with exit code {due}");
    Ok(wall)
}

/// The median, in milliseconds.
fn median(mut samples: Vec<Duration>) -> f64 {
    samples.sort_unstable();
    let middle = samples.len() / 2;
    let upper = samples[middle];
    let lower = if samples.len().is_multiple_of(2) { samples[middle - 1] } else { upper };
    (lower + upper).as_secs_f64() / 2.0 * 1_000.0
}

/// Runs a command and prints the peak resident memory of it in KiB.
pub(crate) fn peak_of(command: &[OsString]) -> Result<()> {
    let (program, arguments) = command.split_first().context("a command is missing")?;
    Command::new(program).args(arguments).stdout(Stdio::null()).status()?;
    let kibibytes = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    io::stdout().write_all(kibibytes.to_string().as_bytes())?;
    Ok(())
}
