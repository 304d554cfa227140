//! The picture in a terminal: the ranges as bars, with who sits where.

use unicode_width::UnicodeWidthStr as _;

use super::picture::{Card, Kind, Picture, Reach, Row, Track};
use crate::commands::args::columns::columns;
use crate::diagnostic::Text;

/// The cells of a bar.
const CELLS: usize = 50;

/// Colors of a terminal: <https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters>.
const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";

/// Lines in their colors.
struct Lines {
    out: String,
    has_colors: bool,
}

impl Lines {
    fn push(&mut self, text: &str, color: &str) {
        if self.has_colors && !color.is_empty() {
            self.out = [&*self.out, color, text, "\x1b[0m"].concat();
        } else {
            self.out.push_str(text);
        }
    }

    fn line(&mut self, text: &str, color: &str) {
        self.push(text, color);
        self.out.push('\n');
    }
}

pub(super) fn render(picture: &Picture<'_>, has_colors: bool) -> String {
    let mut lines = Lines { out: String::new(), has_colors };
    lines.line(&shown(&format!("{}: {}", picture.platform, picture.summary)), BOLD);
    for track in &picture.tracks {
        lines.line("", "");
        lines.line(&shown(&[track.id, &*track.ports, track.purpose].join("  ")), BOLD);
        bar(&mut lines, track);
        rows(&mut lines, picture, &track.rows);
    }
    if !picture.outside.is_empty() {
        let heading = if picture.tracks.is_empty() { "ports" } else { "outside of every range" };
        lines.line("", "");
        lines.line(heading, BOLD);
        rows(&mut lines, picture, &picture.outside);
    }
    without_ports(&mut lines, picture);
    if !picture.findings.is_empty() {
        lines.line("", "");
        lines.line("what else is wrong", BOLD);
        findings(&mut lines, &picture.findings);
    }
    lines.out
}

/// A cell stands for as many numbers as fit: `#` if a service has one of them, `x` if nobody gets one of them, `.` if all are free.
fn bar(lines: &mut Lines, track: &Track<'_>) {
    let count = CELLS.min(track.size);
    let mut cells = vec![Kind::Free; count];
    let cell = |number: u16| (usize::from(number.saturating_sub(track.first)) * count / track.size).min(count - 1);
    for row in &track.rows {
        cells[cell(row.first)..=cell(row.last)].iter_mut().for_each(|cell| *cell = row.kind.max(*cell));
    }
    lines.push("[", "");
    for run in cells.chunk_by(|one, other| one == other) {
        let (glyph, color) = match run[0] {
            Kind::Used => ("#", GREEN),
            Kind::Withheld | Kind::Avoided => ("x", YELLOW),
            Kind::Free => (".", DIM),
        };
        lines.push(&glyph.repeat(run.len()), color);
    }
    lines.line(&format!("]  {}", track.fill), "");
}

fn rows(lines: &mut Lines, picture: &Picture<'_>, rows: &[Row]) {
    let width = rows.iter().map(|row| row.ports.width()).max().unwrap_or(0);
    let seats: Vec<(usize, usize)> = rows.iter().filter_map(|row| row.seat).collect();
    let taken: Vec<[String; 3]> = rows.iter().filter_map(|row| Some(cells(picture, &row.who, row.seat?))).collect();
    let taken = columns(&taken);
    let mut taken = taken.lines().zip(seats);
    for row in rows {
        let ports = format!("  {:width$}  ", row.ports);
        let taken = if row.seat.is_some() { taken.next() } else { None };
        let Some((line, (at, index))) = taken else {
            lines.line(&(ports + &shown(&row.who)), DIM);
            continue;
        };
        let seat = &picture.cards[at].seats[index];
        lines.line(&(ports + line), color(seat.reach));
        findings(lines, &seat.findings);
    }
}

fn cells(picture: &Picture<'_>, who: &str, (at, index): (usize, usize)) -> [String; 3] {
    let seat = &picture.cards[at].seats[index];
    let inside = if seat.inside.is_empty() { String::new() } else { format!("container {}", seat.inside) };
    let exception = if seat.exception.is_empty() { String::new() } else { format!("out of range: {}", seat.exception) };
    let remarks = [inside, exception].into_iter().filter(|remark| !remark.is_empty());
    let remarks = remarks.collect::<Vec<_>>().join("; ");
    [shown(who), seat.expose.clone(), shown(&remarks)]
}

fn color(reach: Reach) -> &'static str {
    match reach {
        Reach::All => YELLOW,
        Reach::Loopback => "",
        Reach::Internal | Reach::Nothing => DIM,
    }
}

fn without_ports(lines: &mut Lines, picture: &Picture<'_>) {
    let silent: Vec<&Card<'_>> = picture.cards.iter().filter(|card| card.seats.is_empty()).collect();
    if silent.is_empty() {
        return;
    }
    lines.line("", "");
    lines.line("without a port", BOLD);
    for card in silent {
        lines.line(&format!("  {}", card.id), "");
        findings(lines, &card.findings);
    }
}

fn findings(lines: &mut Lines, findings: &[String]) {
    findings.iter().for_each(|finding| lines.line(&shown(&format!("    ! {finding}")), RED));
}

/// A text of the user's as it is safe on a terminal.
fn shown(text: &str) -> String {
    Text::from(text).to_string()
}
