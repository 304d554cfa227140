//! `portgen scan`: every port that a file of the repository states, judged against ports.toml.

use std::collections::HashSet;
use std::fmt::Write as _;

use crate::claims::Owners;
use crate::diagnostic::counted;
use crate::manifest::earlier::Earlier;
use crate::outputs::lock;
use crate::pipeline;
use crate::scan::{Former, Scan, Scanned, Verdict, scan};
use crate::session::{Exit, Session};

/// What is shown.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Show what agrees and what nobody can be told to own, too
    #[arg(long)]
    all: bool,
}

/// Shows what contradicts ports.toml, worst first; ends with 1 if something does.
///
/// # Errors
/// ports.toml has a mistake.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, _) = pipeline::allocation(&tree)?;
    let lock = lock::read(&tree, lock::path_in(allocation.outputs.directory.as_str())?)?;
    let mut own: HashSet<String> = lock.owned::<String>()?.paths().map(str::to_owned).collect();
    own.extend(["ports.toml".to_owned(), lock.path().to_string()]);
    let earlier = Earlier::in_git(&tree);
    let owners = Owners::since(&allocation, &earlier).remembering(lock.bytes(), lock.path());
    let former = Former::of(&owners);
    let scanned = scan(&Scan { tree: &tree, allocation: &allocation, own, former: Some(&former), only: None });
    let mut out = String::new();
    let mut lines = Vec::new();
    for file in &scanned.files {
        for one in &file.judged {
            if args.all || one.verdict < Verdict::Accepted {
                lines.push((one.verdict, file, one));
            }
        }
    }
    lines.sort_by_key(|(verdict, ..)| *verdict);
    for (verdict, file, one) in lines {
        let owner = match (&one.owner, &one.stranger) {
            (Some((service, _)), _) => &allocation.services[*service].id,
            (None, Some(name)) => &**name,
            _ => "-",
        };
        let _ = writeln!(
            out,
            "{:11} {}:{}: {} {:?} {} [{}, by {}]",
            verdict.as_str(),
            file.path,
            one.line,
            owner,
            one.view,
            one.port,
            one.form,
            one.by.as_str()
        );
    }
    session.print(&out)?;
    session.say(&summary(&scanned));
    Ok(if scanned.files.iter().any(|file| file.judged.iter().any(|one| one.verdict.is_wrong())) {
        Exit::Findings
    } else {
        Exit::Clean
    })
}

fn summary(scanned: &Scanned) -> String {
    let all: Vec<_> = scanned.files.iter().flat_map(|file| &file.judged).collect();
    let count = |verdict| all.iter().filter(|one| one.verdict == verdict).count();
    format!(
        "portgen: {} read, {} state ports: {} agree, {} contradict, {} collide",
        counted(scanned.read, "file"),
        scanned.files.len(),
        count(Verdict::Agrees),
        count(Verdict::Contradicts),
        count(Verdict::Collides)
    )
}
