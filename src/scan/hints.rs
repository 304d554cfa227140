//! What a file says around numbers that only they themselves tell the owner of: a hint that they are of this platform, or an example that has a
//! program of its own.

mod source;

use std::ops::Range;

use super::bare;
use super::component::Component;
use super::names::Names;
use super::owner::By;
use super::readers::{self, File, MARKDOWN, code_blocks};
use super::verdict::{Judged, Verdict};

/// Languages of blocks that are programs, by what stands behind the fence.
const PROGRAMS: [&str; 22] = [
    "c#",
    "cs",
    "csharp",
    "elixir",
    "ex",
    "go",
    "golang",
    "java",
    "javascript",
    "js",
    "jsx",
    "kotlin",
    "mjs",
    "php",
    "py",
    "python",
    "rb",
    "rs",
    "ruby",
    "rust",
    "ts",
    "tsx",
];

/// Leaves the numbers of examples in a file of a kind, and takes those that something in it says to be of their services.
pub(super) fn settle(judged: &mut [Judged], file: &File<'_>, kind: &str, names: &Names<'_>, component: Component<'_>) {
    if kind != MARKDOWN {
        return source::settle(judged, file, names, component);
    }
    let text = file.text;
    for (language, block) in code_blocks(text) {
        leave_examples(judged, language, &text[block.clone()]);
        leave_halves(judged, text, &block);
    }
    take_hinted(judged, file, names);
}

/// Of a program in a document that listens on a number by itself, every address with the number is its own.
fn leave_examples(judged: &mut [Judged], language: &str, block: &str) {
    if !PROGRAMS.iter().any(|known| language.eq_ignore_ascii_case(known)) {
        return;
    }
    let own = readers::listened(block);
    for one in judged.iter_mut().filter(|one| one.by == By::Number && own.contains(&one.port)) {
        leave(one);
        one.owner = None;
    }
}

/// A number changes everywhere in a block of code, or nowhere.
fn leave_halves(judged: &mut [Judged], text: &str, block: &Range<usize>) {
    let is_guess = |one: &Judged| one.by == By::Number && (one.mend.is_some() || one.hinted.is_some());
    let mut guesses: Vec<u16> = Vec::new();
    for one in judged.iter().filter(|one| block.contains(&one.digits.start) && is_guess(one)) {
        guesses.extend((!guesses.contains(&one.port)).then_some(one.port));
    }
    for port in guesses {
        let changes =
            |at: usize| judged.iter().any(|one| one.digits.start == at && (one.mend.is_some() || one.hinted.is_some()));
        let inside = &text[block.clone()];
        // The container's side of a mapping is another number.
        let is_inside =
            |at: usize| inside[..at].strip_suffix(':').is_some_and(|host| host.ends_with(|c: char| c.is_ascii_digit()));
        let mut all = bare::alone(inside).filter(|(number, at)| *number == port && !is_inside(*at));
        if !all.all(|(_, at)| changes(block.start + at)) {
            let is_one = |one: &&mut Judged| one.port == port && block.contains(&one.digits.start) && is_guess(one);
            judged.iter_mut().filter(is_one).for_each(leave);
        }
    }
}

fn leave(one: &mut Judged) {
    (one.verdict, one.mend, one.hinted) = (Verdict::Unknown, None, None);
}

/// Leaves a number that only itself tells to people, who are told of it.
fn leave_to_people(one: &mut Judged) {
    (one.mend, one.hinted) = (None, None);
}

/// Takes the numbers of which the document says elsewhere whose they are, or beside which the service or the platform is named or started.
fn take_hinted(judged: &mut [Judged], file: &File<'_>, names: &Names<'_>) {
    let service = |one: &Judged| one.owner.map(|(service, _)| (service, one.port));
    let is_of_running = is_of_running(file.path);
    let is_told = |one: &&Judged| one.mend.is_some() && one.by != By::Number;
    let told: Vec<_> = judged.iter().filter(is_told).filter_map(service).collect();
    for one in judged.iter_mut().filter(|one| one.hinted.is_some()) {
        let Some((owner, port)) = service(one) else { continue };
        let at = one.digits.start;
        let is_sure = is_of_running || told.contains(&(owner, port)) || is_value(file.text, at) || is_below(file, at);
        if is_sure || is_hinted(file.text, at, owner, names) {
            one.mend = one.hinted;
        }
    }
}

/// Whether a document is about how the platform itself is run: `docs/self-hosting/nginx.md`.
fn is_of_running(path: &str) -> bool {
    const WORDS: [&str; 8] =
        ["contribut", "deploy", "docker", "install", "local-dev", "maintenance", "self-host", "troubleshoot"];
    let path = path.to_ascii_lowercase().replace("selfhost", "self-host");
    path.split('/').any(|part| WORDS.iter().any(|word| part.starts_with(word)))
}

/// Whether an address is the value of what a program is told one by: `API_URL=http://localhost:4001`, `apiBaseUrl='http://localhost:4001'`.
fn is_value(text: &str, at: usize) -> bool {
    const ENDS: [&str; 5] = ["url", "uri", "endpoint", "address", "origin"];
    let line = &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..at];
    let before = line.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, ':' | '/' | '.' | '-'));
    let name = before.trim_end_matches(['=', '"', '\'', '`', ' ', '|', '{']);
    let word = &name[name.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len()..];
    let lower = word.to_ascii_lowercase();
    let is_name = |end: &&str| {
        let start = lower.strip_suffix(*end).map_or(0, str::len);
        start > 0 && (word[..start].ends_with('_') || word[start..].starts_with(char::is_uppercase))
    };
    before[name.len()..].contains(['=', '|']) && ENDS.iter().any(is_name)
}

/// Whether the path of an address begins with a word of the folder that its document lies in, which a proxy serves there:
/// `http://localhost:8080/chat/` in `src/chat-server/README.md`.
fn is_below(file: &File<'_>, at: usize) -> bool {
    let behind = file.text[at..].trim_start_matches(|c: char| c.is_ascii_digit());
    let is_word = |c: char| c.is_alphanumeric();
    let first = behind.strip_prefix('/').unwrap_or_default().split(|c| !is_word(c)).next().unwrap_or_default();
    let folder = file.path.rsplit('/').nth(1).unwrap_or_default();
    first.len() > 2 && folder.split(|c| !is_word(c)).any(|word| word.eq_ignore_ascii_case(first))
}

/// Whether the line of a place or one of the two above it names a service, or the platform, in words; or the section says how the platform is
/// started. What is code names what it runs, and not what is found at its addresses, but for comments.
fn is_hinted(text: &str, at: usize, service: usize, names: &Names<'_>) -> bool {
    let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end);
    let section = text[..at].rfind("\n#").map_or(&text[..at], |start| &text[start..at]);
    let is_start = |line: &str| {
        ["docker compose ", "docker-compose "].iter().any(|word| line.contains(word)) && line.contains(" up")
    };
    if section.lines().any(is_start) {
        return true;
    }
    let line = text[..end].rsplit('\n').next().unwrap_or_default();
    if code_blocks(text).iter().any(|(_, block)| block.contains(&at)) {
        let comment = ["# ", "// "].iter().find_map(|sign| line.split_once(sign));
        return comment.is_some_and(|(_, comment)| names.is_about(comment, service));
    }
    let is_said = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("```");
    let mut lines = text[..end].rsplit('\n').filter(is_said).take(3);
    // Every second part of a line stands between backticks.
    lines.any(|line| line.split('`').step_by(2).any(|words| names.is_about(words, service)))
}
