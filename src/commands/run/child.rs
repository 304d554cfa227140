//! Starts the programs, passes on what they print and how they end.

use std::io::{self, BufRead as _, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use super::Program;
use super::watch::Watch;
use crate::allocation::Allocation;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::machine::process::{descendants, end_all};
use crate::session::{Exit, Session};
use crate::system::Stops;
use crate::system::process::exit_code;

/// How often it is looked whether a program has ended.
const PAUSE: Duration = Duration::from_millis(20);

/// How long a program that was told to end may take to do so.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long is waited for what a program that has ended has printed.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The colors of names before lines, by turns: those of ANSI that can be read on light and dark.
const COLORS: [u8; 6] = [36, 33, 32, 35, 34, 31];

/// A program that runs.
struct Running {
    child: Child,
    watch: Watch,
    id: String,
    /// Told when all that it prints has been passed on; twice, for its two outputs. Nothing for one that has the terminal.
    printed: Receiver<()>,
}

/// Runs programs until one of them ends, then ends the others. One alone has the terminal; of several, each line is printed behind the name
/// of its service.
///
/// # Errors
/// One cannot be started.
pub(super) fn run(
    allocation: &Allocation,
    programs: &[Program],
    is_strict: bool,
    session: &Session,
) -> Result<Exit, Diagnostic> {
    let stops = Stops::new().map_err(|error| Diagnostic::error(codes::FAILED, format!("signals: {error}")))?;
    let mut running = Vec::new();
    let width = programs.iter().map(|program| allocation.services[program.service].id.len()).max().unwrap_or(0);
    for (at, program) in programs.iter().enumerate() {
        let id = &allocation.services[program.service].id;
        let name = (programs.len() > 1).then(|| prefix(id, width, at, session.has_colors()));
        match start(program, name) {
            Ok((child, printed)) => {
                let watch = Watch::new(allocation, program, child.id());
                running.push(Running { child, watch, id: id.clone(), printed });
            }
            Err(error) => {
                running.iter_mut().for_each(stop);
                return Err(not_started(program, &error));
            }
        }
    }
    let exit = until_one_ends(&mut running, &stops, is_strict, session);
    running.iter_mut().for_each(stop);
    Ok(exit)
}

/// The name of a service before a line.
fn prefix(id: &str, width: usize, at: usize, has_colors: bool) -> String {
    let name = format!("{id:width$} | ");
    if has_colors { format!("\x1b[{}m{name}\x1b[0m", COLORS[at % COLORS.len()]) } else { name }
}

fn start(program: &Program, name: Option<String>) -> io::Result<(Child, Receiver<()>)> {
    let [first, rest @ ..] = &*program.command else { return Err(io::ErrorKind::InvalidInput.into()) };
    let mut command = Command::new(first);
    command.args(rest).current_dir(&program.folder);
    command.envs(program.environment.iter().map(|(name, value)| (name, value)));
    let (tell, printed) = mpsc::channel();
    let Some(name) = name else { return Ok((command.spawn()?, printed)) };
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let outputs: [Option<Box<dyn Read + Send>>; 2] =
        [child.stdout.take().map(|one| Box::new(one) as _), child.stderr.take().map(|one| Box::new(one) as _)];
    for output in outputs.into_iter().flatten() {
        let (name, tell) = (name.clone(), tell.clone());
        thread::spawn(move || {
            pass_on(output, &name);
            let _ = tell.send(());
        });
    }
    Ok((child, printed))
}

/// Prints each line behind a name, whole.
fn pass_on(output: impl Read, name: &str) {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        if line.last() != Some(&b'\n') {
            line.push(b'\n');
        }
        let mut all = name.as_bytes().to_vec();
        all.append(&mut line);
        let _ = io::Write::write_all(&mut io::stdout().lock(), &all);
    }
}

fn not_started(program: &Program, error: &io::Error) -> Diagnostic {
    let name = program.command.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Diagnostic::error(codes::FAILED, format!("{} cannot be started: {error}", quoted(&name)))
        .help("name the program behind `--`, as in a shell; for what a shell alone knows: `-- sh -c '…'`")
}

fn until_one_ends(running: &mut [Running], stops: &Stops, is_strict: bool, session: &Session) -> Exit {
    loop {
        for one in &mut *running {
            match one.child.try_wait() {
                Ok(None) => {}
                Ok(Some(status)) => return Exit::Of(exit_code(status)),
                Err(_) => return Exit::Of(1),
            }
            let Some((wanted, ports)) = one.watch.elsewhere() else { continue };
            let ports: Vec<String> = ports.iter().map(ToString::to_string).collect();
            session.say(&format!("portgen: {} listens on {}, and not on {wanted}", one.id, ports.join(", ")));
            if is_strict {
                return Exit::Findings;
            }
        }
        if stops.take_unsent() {
            running.iter().for_each(|one| end_all(&family(&one.child)));
        }
        thread::sleep(PAUSE);
    }
}

/// A program and what it has started.
fn family(child: &Child) -> Vec<u32> {
    descendants(child.id()).into_iter().chain([child.id()]).collect()
}

/// Ends a program and what it has started, unless it has ended; what it has printed until then is printed.
fn stop(one: &mut Running) {
    let left = descendants(one.child.id());
    if matches!(one.child.try_wait(), Ok(None)) {
        end_all(&left);
        end_all(&[one.child.id()]);
        let start = Instant::now();
        while start.elapsed() < PATIENCE && matches!(one.child.try_wait(), Ok(None)) {
            thread::sleep(PAUSE);
        }
        let _ = one.child.kill();
        let _ = one.child.wait();
    }
    // Something that it has left behind may keep an output open.
    while one.printed.recv_timeout(LAST_WORDS).is_ok() {}
}
