//! The picture as SVG: where everything stands. What it looks like is in the template.

use serde::Serialize;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::page;
use super::picture::{Card, Kind, Picture, Reach, Track};

/// Lengths in pixels of a drawing shown at its own size.
const WIDTH: usize = 1200;
const MARGIN: usize = 24;
const GAP: usize = 12;
const COLUMNS: usize = 4;
const CARD: (usize, usize) = ((WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS, 66);
const TRACK: (usize, usize) = ((WIDTH - 2 * MARGIN - 2 * GAP) / 2, 48);
const HEADER: usize = 84;
const HEADING: usize = 40;
const LINE: usize = 18;
/// The narrowest mark in a bar that can be seen.
const NARROWEST: f64 = 3.0;

/// Widths of a character in pixels: sizes and kinds of fonts as the template has them. Fonts differ, so they are generous.
const SMALL: f64 = 6.4;
const MEDIUM: f64 = 7.4;
const LARGE: f64 = 9.1;

#[derive(Serialize)]
struct Drawing<'a> {
    width: usize,
    height: usize,
    margin: usize,
    card_width: usize,
    card_height: usize,
    bar_width: usize,
    platform: String,
    summary: &'a str,
    headings: Vec<(usize, String)>,
    bars: Vec<Bar<'a>>,
    cards: Vec<Placed<'a>>,
    notes: Vec<Note<'a>>,
}

/// A range.
#[derive(Serialize)]
struct Bar<'a> {
    x: usize,
    y: usize,
    track: &'a Track<'a>,
    id: String,
    label: String,
    marks: Vec<Mark<'a>>,
}

/// Numbers of a range that are not free.
#[derive(Serialize)]
struct Mark<'a> {
    x: f64,
    width: f64,
    /// Its color: how far it can be reached, or why nobody gets it.
    class: Class,
    ports: &'a str,
    who: &'a str,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
enum Class {
    Kind(Kind),
    Reach(Reach),
}

/// A service.
#[derive(Serialize)]
struct Placed<'a> {
    x: usize,
    y: usize,
    card: &'a Card<'a>,
    ports: String,
    id: String,
    title: String,
    /// Where the title starts, behind the id.
    title_x: f64,
    last: String,
    is_exception: bool,
}

/// A line of text.
#[derive(Serialize)]
struct Note<'a> {
    x: usize,
    y: usize,
    ports: &'a str,
    who: String,
}

pub(super) fn render(picture: &Picture<'_>) -> anyhow::Result<String> {
    page::rendered(include_str!("drawing.svg.j2"), &drawn(picture))
}

/// What is drawn so far, from top to bottom.
#[derive(Default)]
struct Sheet<'a> {
    y: usize,
    headings: Vec<(usize, String)>,
    cards: Vec<Placed<'a>>,
    notes: Vec<Note<'a>>,
}

impl<'a> Sheet<'a> {
    fn heading(&mut self, title: &str) {
        self.headings.push((self.y + HEADING - GAP, fit(title, (WIDTH - 2 * MARGIN) as f64, LARGE)));
        self.y += HEADING;
    }

    fn cards(&mut self, title: &str, cards: impl ExactSizeIterator<Item = &'a Card<'a>>) {
        self.heading(title);
        let (top, rows) = (self.y, cards.len().div_ceil(COLUMNS));
        self.cards.extend(
            cards.enumerate().map(|(at, one)| {
                card(one, (MARGIN + at % COLUMNS * (CARD.0 + GAP), top + at / COLUMNS * (CARD.1 + GAP)))
            }),
        );
        self.y += rows * (CARD.1 + GAP);
    }

    /// Lines of numbers and texts, if there are any.
    fn notes(&mut self, title: &str, notes: impl ExactSizeIterator<Item = (&'a str, &'a str)>) {
        if notes.len() == 0 {
            return;
        }
        self.heading(title);
        for (ports, text) in notes {
            let who = fit(text, (WIDTH - 2 * MARGIN - 100) as f64, SMALL);
            self.notes.push(Note { x: MARGIN, y: self.y + LINE / 2, ports, who });
            self.y += LINE;
        }
    }
}

fn drawn<'a>(picture: &'a Picture<'a>) -> Drawing<'a> {
    let tracks = picture.tracks.iter().enumerate();
    let bars = tracks.map(|(at, track)| bar(picture, track, at, HEADER)).collect();
    let mut sheet = Sheet { y: HEADER + picture.tracks.len().div_ceil(2) * TRACK.1, ..Sheet::default() };
    for panel in &picture.panels {
        sheet.cards(panel.title, panel.services.iter().map(|service| &picture.cards[*service]));
    }
    sheet.notes("Reserved and retired", picture.withheld.iter().map(|row| (&*row.ports, &*row.who)));
    sheet.notes("What else is wrong", picture.findings.iter().map(|finding| ("", &**finding)));
    Drawing {
        width: WIDTH,
        height: sheet.y + MARGIN,
        margin: MARGIN,
        card_width: CARD.0,
        card_height: CARD.1,
        bar_width: TRACK.0,
        platform: fit(picture.platform, 600.0, 15.0),
        summary: &picture.summary,
        headings: sheet.headings,
        bars,
        cards: sheet.cards,
        notes: sheet.notes,
    }
}

fn bar<'a>(picture: &Picture<'_>, track: &'a Track<'a>, at: usize, top: usize) -> Bar<'a> {
    let whole = TRACK.0 as f64;
    let scale = whole / track.size as f64;
    let marks = track.rows.iter().filter(|row| row.kind != Kind::Free).map(|row| {
        let first = f64::from(row.first.saturating_sub(track.first)) * scale;
        let last = (f64::from(row.last) + 1.0 - f64::from(track.first)) * scale;
        let width = (last.min(whole) - first).max(NARROWEST);
        Mark {
            x: tenths(first.min(whole - width)),
            width: tenths(width),
            class: picture.reach(row).map_or(Class::Kind(row.kind), Class::Reach),
            ports: &row.ports,
            who: &row.who,
        }
    });
    let mut marks: Vec<Mark<'_>> = marks.collect();
    // What is drawn last covers the rest.
    marks.sort_by_key(|mark| mark.class);
    let id = fit(track.id, whole / 3.0, MEDIUM);
    let label = format!("{}  {}", track.ports, track.purpose);
    let room = whole - (id.width() as f64 + 2.0) * MEDIUM - (track.fill.width() as f64 + 2.0) * SMALL;
    Bar {
        x: MARGIN + at % 2 * (TRACK.0 + 2 * GAP),
        y: top + at / 2 * TRACK.1,
        track,
        id,
        label: fit(&label, room, SMALL),
        marks,
    }
}

fn tenths(length: f64) -> f64 {
    (length * 10.0).round() / 10.0
}

fn card<'a>(card: &'a Card<'a>, (x, y): (usize, usize)) -> Placed<'a> {
    let room = CARD.0 as f64 - 26.0;
    let id = fit(card.id, room, MEDIUM);
    let title_x = (id.width() as f64 + 1.0) * MEDIUM;
    let codes = card.findings.iter().filter_map(|finding| finding.split(':').next());
    let needs = if card.needs.is_empty() { String::new() } else { format!("needs {}", card.needs.join(", ")) };
    let mut last: Vec<&str> = codes.chain([&*needs]).filter(|part| !part.is_empty()).collect();
    last.dedup();
    let last = last.join("; ");
    Placed {
        x,
        y,
        card,
        ports: ports(
            card,
            room - card.reached.width() as f64 * SMALL - if card.exception.is_empty() { 18.0 } else { 98.0 },
        ),
        title: fit(card.title, room - title_x, SMALL),
        title_x: tenths(title_x),
        id,
        last: fit(&last, room, SMALL),
        is_exception: !card.exception.is_empty(),
    }
}

/// The ports that have room, and how many have not.
fn ports(card: &Card<'_>, room: f64) -> String {
    let all: Vec<&str> = card.seats.iter().map(|seat| &*seat.ports).collect();
    let mut shown = all.join(" · ");
    let mut left = all.len();
    while shown.width() as f64 * LARGE > room && left > 1 {
        left -= 1;
        shown = format!("{} +{}", all[..left].join(" · "), all.len() - left);
    }
    if all.is_empty() { "–".to_owned() } else { fit(&shown, room, LARGE) }
}

/// As much of a text as has room, each character so wide.
fn fit(text: &str, room: f64, each: f64) -> String {
    let most = (room / each).max(0.0) as usize;
    if text.width() <= most {
        return text.to_owned();
    }
    let mut left = most.saturating_sub(1);
    let kept = text.chars().take_while(|c| {
        let width = c.width().unwrap_or(0);
        let fits = width <= left;
        left = left.saturating_sub(width);
        fits
    });
    let kept: String = kept.collect();
    if most == 0 { String::new() } else { kept.trim_end().to_owned() + "…" }
}
