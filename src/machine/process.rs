//! What is known of a process: nothing of its arguments and its environment is shown, which may hold a password.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, Signal, System, UpdateKind};

/// The variables by which `portgen run` marks what it starts: the service, and the folder of ports.toml.
pub const MARKS: [&str; 2] = ["PORTGEN_SERVICE", "PORTGEN_ROOT"];

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// The name of its program.
    pub program: String,
    /// The folder in which it runs; none where the user may not know.
    pub folder: Option<PathBuf>,
    /// The service and the folder of ports.toml for which `portgen run` has started it.
    pub started_for: Option<(String, PathBuf)>,
    /// The process that has started it.
    pub parent: Option<u32>,
}

/// The processes with these ids that are still there.
pub fn processes(pids: &[u32]) -> Vec<Process> {
    let pids: Vec<Pid> = pids.iter().map(|pid| Pid::from_u32(*pid)).collect();
    // Where the system does not tell of processes, their ids are all that is known.
    let Ok(mut system) = System::new() else { return Vec::new() };
    let what =
        ProcessRefreshKind::nothing().with_cwd(UpdateKind::Always).with_environ(UpdateKind::Always).without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&pids), false, what);
    pids.iter().filter_map(|pid| system.process(*pid)).map(read).collect()
}

/// The processes that one has started, and those have started in turn; the youngest first. It is none of them.
pub fn descendants(ancestor: u32) -> Vec<u32> {
    let Ok(mut system) = System::new() else { return Vec::new() };
    system.refresh_processes_specifics(ProcessesToUpdate::All, false, ProcessRefreshKind::nothing().without_tasks());
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for (pid, process) in system.processes() {
        if let Some(parent) = process.parent() {
            children.entry(parent.as_u32()).or_default().push(pid.as_u32());
        }
    }
    let (mut found, mut at) = (Vec::new(), 0);
    let mut next = children.remove(&ancestor).unwrap_or_default();
    loop {
        found.append(&mut next);
        let Some(pid) = found.get(at) else { break };
        next = children.remove(pid).unwrap_or_default();
        at += 1;
    }
    found.reverse();
    found
}

/// Asks processes to end, all of them.
pub fn end_all(pids: &[u32]) {
    processes(pids).iter().for_each(|process| {
        end(process);
    });
}

/// Asks a process to end, if it is still the same program; whether it could be asked.
pub fn end(process: &Process) -> bool {
    let pid = Pid::from_u32(process.pid);
    let Ok(mut system) = System::new() else { return false };
    system.refresh_processes_specifics(
        ProcessesToUpdate::Some(&[pid]),
        false,
        ProcessRefreshKind::nothing().without_tasks(),
    );
    let same = system.process(pid).filter(|now| now.name().to_string_lossy() == process.program);
    same.is_some_and(|now| now.kill_with(Signal::Term).unwrap_or_else(|| now.kill()))
}

fn read(process: &sysinfo::Process) -> Process {
    let [service, root] = MARKS.map(|name| {
        let mut values = process.environ().iter().filter_map(|one| one.to_str());
        values.find_map(|one| one.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
    });
    Process {
        pid: process.pid().as_u32(),
        program: process.name().to_string_lossy().into_owned(),
        folder: process.cwd().map(Path::to_path_buf).filter(|folder| !folder.as_os_str().is_empty()),
        started_for: service.zip(root.map(PathBuf::from)),
        parent: process.parent().map(Pid::as_u32),
    }
}
