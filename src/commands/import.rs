//! `portgen import`: a ports.toml from what the files of a repository say.

use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::ValueEnum as _;

use super::args::waiting::Waiting;
use super::args::{below, editing, locking};
use crate::allocation::Allocation;
use crate::diagnostic::{Diagnostic, Diagnostics, codes, quoted};
use crate::files::names::PORTS_TOML;
use crate::import::{self, Disagreement, Import, Imported, Prefer, Report};
use crate::init::{self, Step};
use crate::manifest::edit::{Draft, NewService};
use crate::session::{Exit, Session};

/// What is read, and which of several numbers is taken.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen import                                    from the whole repository
  portgen import --dry-run > /tmp/ports.toml        only look at it
  portgen import docs/PORTS.md                      from a document alone
  portgen import --yes --prefer compose --prefer auth-service=document
  portgen import --generate docker-compose.yml      have portgen write this file from now on")]
pub struct Args {
    /// Files and folders; without one, all that git sees
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Which source is right where several disagree: `document`, `compose` or `code`; `SERVICE=SOURCE` for one service
    #[arg(long, value_name = "[SERVICE=]SOURCE", value_parser = preference)]
    prefer: Vec<(Option<String>, Prefer)>,
    /// Ask nothing: take what `--prefer` says
    #[arg(short, long)]
    yes: bool,
    /// Take a Compose file over: everything in it goes to ports.toml, and portgen writes the file from then on
    #[arg(long, value_name = "FILE", conflicts_with = "update")]
    generate: Option<PathBuf>,
    /// Add what is new since ports.toml was made, and keep everything that it says
    #[arg(long)]
    update: bool,
    /// Print the ports.toml, and write nothing; with `--update`, a patch
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// How disagreements are reported
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    report: Form,
    /// How it waits for another portgen.
    #[command(flatten)]
    lock: locking::Args,
}

/// The form of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// For people
    #[default]
    Text,
    /// For a pull request
    Markdown,
    /// For programs
    Json,
}

/// Makes a ports.toml of what the files say, and reports where they disagree.
///
/// # Errors
/// There is a ports.toml already; nothing states a port; a question is not answered; the file cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = if args.update { session.tree()? } else { below::without(session)? };
    let file = tree.root().join(PORTS_TOML);
    if fs::symlink_metadata(&file).is_ok() && !args.dry_run && !args.update {
        return Err(taken().into());
    }
    let below = below::below(&tree, &args.paths, session)?;
    let wanted = |path: &str| below.is_empty() || below.iter().any(|folder| below::is_below(path, folder));
    let is_asked = |path: &str| below.iter().any(|asked| asked == path);
    let generate = below::below(&tree, args.generate.as_slice(), session)?.pop();
    let mut preferred = args.prefer.iter().filter(|(service, _)| service.is_none()).map(|(_, prefer)| *prefer);
    let import = Import {
        tree: &tree,
        generate: generate.as_deref(),
        wanted: &wanted,
        is_asked: &is_asked,
        prefer: preferred.next_back().unwrap_or_default(),
        prefer_for: args.prefer.iter().filter_map(|(service, prefer)| Some((service.clone()?, *prefer))).collect(),
    };
    let asks = !args.yes && !args.dry_run && io::stdin().is_terminal() && io::stderr().is_terminal();
    if args.update {
        let edit = editing::Args::new(args.dry_run, args.lock.clone());
        return editing::run(&edit, session, |allocation, draft| update(&import, asks, allocation, draft));
    }
    let mut waiting = Waiting::start(session, &tree);
    let imported = import::import(&import, &mut |one| {
        waiting.end();
        decide(asks, one)
    })?;
    waiting.end();
    if args.dry_run {
        session.print(&imported.text)?;
    } else {
        let make = |file, text: &String| Step::Make { file, text: text.clone(), runnable: false };
        let mut steps = vec![make(file, &imported.text)];
        steps.extend(imported.lock.iter().map(|(path, text)| make(tree.root().join(path), text)));
        init::take(tree.root(), steps)?;
    }
    show(args, session, &imported)?;
    Ok(Exit::Clean)
}

/// Which side of a disagreement counts: the one that somebody names, else the first.
fn decide(asks: bool, one: &Disagreement) -> Result<usize, Diagnostic> {
    if asks { answer(one) } else { Ok(0) }
}

/// Adds what is new.
fn update(
    import: &Import<'_>,
    asks: bool,
    allocation: &Allocation,
    draft: &mut Draft,
) -> Result<editing::Edited, Diagnostics> {
    let news = import::news(import, allocation, &mut |one| decide(asks, one))?;
    for one in &news.services {
        let near: Vec<&str> = one.near.iter().map(String::as_str).collect();
        draft.add_service(NewService { id: &one.id, fields: &one.fields, ports: &one.ports }, &near)?;
    }
    let ids: Vec<&str> = news.services.iter().map(|one| &*one.id).collect();
    let mut said = match &ids[..] {
        [] => "nothing is new".to_owned(),
        ids => format!("added {}", ids.join(", ")),
    };
    if !news.retired.is_empty() {
        said += &format!("; left out, because their ports are retired: {}", news.retired.join(", "));
    }
    if !news.ports.is_empty() {
        said += &format!("; ports that ports.toml does not have, to be added by hand: {}", news.ports.join(", "));
    }
    let report = Report { disagreements: news.disagreements, ..Report::default() };
    Ok(editing::Edited { result: report.text().trim_end().to_owned(), said })
}

fn show(args: &Args, session: &Session, imported: &Imported) -> anyhow::Result<()> {
    let report = &imported.report;
    let text = match args.report {
        Form::Text => report.text(),
        Form::Markdown => report.markdown(),
        Form::Json => format!("{:#}\n", report.json()),
    };
    if args.dry_run {
        // What is printed is the file.
        text.lines().for_each(|line| session.say(line));
    } else {
        session.print(&text)?;
    }
    session.warn(&imported.faults);
    report.notes.iter().for_each(|note| session.say(&format!("portgen: {note}")));
    session.say(&format!("portgen: {}", report.summary()));
    if !args.dry_run {
        let next = match &args.generate {
            Some(file) => format!("`portgen write --replace`, which replaces {}", file.display()),
            None => "`portgen write`".to_owned(),
        };
        session.say(&format!("portgen: created ports.toml: read it, look at `portgen diff`, and run {next}"));
    }
    Ok(())
}

/// What a person says of a disagreement, on the terminal.
fn answer(one: &Disagreement) -> Result<usize, Diagnostic> {
    let mut out = io::stderr().lock();
    let mut text = format!("{}\n", one.headline());
    for (at, side) in one.sides.iter().enumerate() {
        let places: Vec<String> = side.at.iter().take(3).map(import::At::shown).collect();
        text += &format!("  {}) {} ({}: {})\n", at + 1, side.ports, side.source.as_str(), places.join(", "));
    }
    loop {
        let asked = write!(out, "{text}Which one? [1] ").and_then(|()| out.flush());
        let mut line = String::new();
        let read = asked.and_then(|()| io::stdin().lock().read_line(&mut line));
        match (read, line.trim()) {
            (Ok(0) | Err(_), _) => return Err(unanswered(one)),
            (Ok(_), "") => return Ok(0),
            (Ok(_), answer) => match answer.parse::<usize>() {
                Ok(number) if (1..=one.sides.len()).contains(&number) => return Ok(number - 1),
                _ => text = format!("Answer with a number from 1 to {}.\n", one.sides.len()),
            },
        }
    }
}

fn unanswered(one: &Disagreement) -> Diagnostic {
    Diagnostic::error(codes::USAGE, format!("no answer for {}: nothing was written", quoted(&one.service)))
        .help("`--yes` takes what `--prefer` says, without questions")
}

fn taken() -> Diagnostic {
    Diagnostic::error(codes::USAGE, "ports.toml exists already, and import does not replace it")
        .help("`portgen import --dry-run` prints what it would write")
}

/// `compose`, `auth-service=document`; for clap.
fn preference(text: &str) -> Result<(Option<String>, Prefer), String> {
    let (service, source) = match text.rsplit_once('=') {
        Some((service, source)) => (Some(service.to_owned()), source),
        None => (None, text),
    };
    Ok((service, Prefer::from_str(source, false)?))
}
