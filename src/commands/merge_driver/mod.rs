//! `portgen merge-driver %O %A %B [%P]`: ports.toml merged by services and keys, and outputs of which nothing is lost, for git
//! to call.
//!
//! What is expected of a merge driver: gitattributes(5), "Defining a custom merge driver".

mod outputs;

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process;

use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::files::disk;
use crate::files::names::PORTS_TOML;
use crate::git;
use crate::manifest::MAX_BYTES;
use crate::manifest::merge::{self, Markers, Merged, Unfit, Versions};
use crate::session::{Exit, Session};

/// Which versions, and how a conflict looks.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 merged, 1 conflicts left in OURS, 129 an error (OURS is unchanged).")]
pub struct Args {
    /// The common ancestor's version: git's %O
    #[arg(value_name = "BASE")]
    base: PathBuf,
    /// The version of the branch that is merged into, which becomes the result: git's %A
    #[arg(value_name = "OURS")]
    ours: PathBuf,
    /// The version of the branch that is merged: git's %B
    #[arg(value_name = "THEIRS")]
    theirs: PathBuf,
    /// The file's name for messages: git's %P
    #[arg(value_name = "PATH", default_value = "ports.toml")]
    path: String,
    /// How many characters a conflict marker has: git's %L
    #[arg(long, value_name = "N", default_value = "7", value_parser = clap::value_parser!(u16).range(1..))]
    marker_size: u16,
    /// The name of our side in conflict markers: git's %X
    #[arg(long, value_name = "NAME", default_value = "ours", allow_hyphen_values = true)]
    ours_label: String,
    /// The name of their side in conflict markers: git's %Y
    #[arg(long, value_name = "NAME", default_value = "theirs", allow_hyphen_values = true)]
    theirs_label: String,
}

/// Merges, and leaves the result in the place of our version.
///
/// # Errors
/// There is none: what goes wrong is said, and ends with the code that git takes for a failure. Git would take any code
/// up to 128 for a merge with conflicts.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    Ok(merge(args, session).unwrap_or_else(|error| {
        session.show(&[error]);
        Exit::Unmerged
    }))
}

fn merge(args: &Args, session: &Session) -> Result<Exit, Diagnostic> {
    let files = Versions { base: &args.base, ours: &args.ours, theirs: &args.theirs }.map(|file| session.path(file));
    let markers = Markers::new(usize::from(args.marker_size), &args.ours_label, &args.theirs_label);
    let name = quoted(&args.path);
    if args.path.rsplit('/').next() == Some(PORTS_TOML) {
        return by_services(&files, &markers, &name, session);
    }
    // `write` makes it again from the merged ports.toml.
    if outputs::are_written(session.directory(), &args.path, &files.ours, &files.theirs) {
        return Ok(Exit::Clean);
    }
    files.as_ref().map(|file| open(file).map(drop)).transposed()?;
    session.say(&format!("portgen: {name} may have been edited by hand: merged by lines"));
    let merged = by_lines(&files, &markers)?;
    replace(&files.ours, &merged.bytes)?;
    Ok(conclusion(merged.conflicts, &name, session))
}

fn by_services(
    files: &Versions<PathBuf>,
    markers: &Markers,
    name: &str,
    session: &Session,
) -> Result<Exit, Diagnostic> {
    let bytes = files.as_ref().map(|file| read(file)).transposed()?;
    let merged = match merge::merge(bytes.as_ref().map(Vec::as_slice), markers) {
        Ok(merged) => merged,
        Err(unfit) => {
            session.say(&format!("portgen: {name} {unfit}: merged by lines"));
            let merged = by_lines(files, markers)?;
            if merged.conflicts == 0 && unfit != Unfit::NotToml && !merge::is_toml(&merged.bytes) {
                replace(&files.ours, &merged.bytes)?;
                session.say(&format!("portgen: {name} is not valid TOML now: `portgen check` says where"));
                return Ok(Exit::Findings);
            }
            merged
        }
    };
    replace(&files.ours, &merged.bytes)?;
    Ok(conclusion(merged.conflicts, name, session))
}

fn conclusion(conflicts: usize, name: &str, session: &Session) -> Exit {
    match conflicts {
        0 => return Exit::Clean,
        1 => session.say(&format!("portgen: 1 conflict left in {name}")),
        many => session.say(&format!("portgen: {many} conflicts left in {name}")),
    }
    Exit::Findings
}

/// The bytes of a version of ports.toml.
fn read(file: &Path) -> Result<Vec<u8>, Diagnostic> {
    let mut bytes = Vec::new();
    match open(file)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() > MAX_BYTES => Err(unreadable(file, "it is over 16 MiB")),
        Ok(_) => Ok(bytes),
        Err(error) => Err(unreadable(file, &error.to_string())),
    }
}

/// A version, which is a regular file.
fn open(file: &Path) -> Result<File, Diagnostic> {
    disk::open_regular(file).map_err(|error| unreadable(file, &error.to_string()))
}

fn unreadable(file: &Path, why: &str) -> Diagnostic {
    let message = format!("{} cannot be read: {why}", quoted(&file.to_string_lossy()));
    Diagnostic::error(codes::UNREADABLE_FILE, message).help("nothing was merged: pass a version of the file")
}

/// Git's own merge of the lines, with the conflict style that is configured for it.
fn by_lines(files: &Versions<PathBuf>, markers: &Markers) -> Result<Merged, Diagnostic> {
    let output = git::command(Path::new("."), &["merge-file", "--stdout"])
        .args(["--marker-size", &markers.size.to_string()])
        .args(["-L", &markers.ours, "-L", "base", "-L", &markers.theirs, "--"])
        .args([&files.ours, &files.base, &files.theirs])
        .output();
    let failed = match output {
        // The code is the number of conflicts, up to 127.
        Ok(output) => match output.status.code().and_then(|code| usize::try_from(code).ok()) {
            Some(conflicts @ 0..=127) => return Ok(Merged { bytes: output.stdout, conflicts }),
            _ => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        },
        Err(error) => error.to_string(),
    };
    let message = format!("`git merge-file` failed: {}", quoted(&failed));
    Err(Diagnostic::error(codes::FAILED, message).help("nothing was merged: fix this, then merge again"))
}

/// Puts `bytes` in the place of a file, all or nothing.
fn replace(file: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".portgen-{}", process::id()));
    let ready = file.with_file_name(name);
    let written = write_new(&ready, bytes, file).and_then(|()| fs::rename(&ready, file));
    written.map_err(|error| {
        let _ = fs::remove_file(&ready);
        let message = format!("{} cannot be replaced: {error}", quoted(&file.to_string_lossy()));
        Diagnostic::error(codes::CANNOT_WRITE, message).help("it was not changed: fix this, then merge again")
    })
}

fn write_new(file: &Path, bytes: &[u8], target: &Path) -> io::Result<()> {
    let permissions = fs::metadata(target)?.permissions();
    let mut file = File::create_new(file)?;
    file.write_all(bytes)?;
    file.set_permissions(permissions)
}
