//! Random documents and what two people do to them.
//!
//! Left out is what has no one meaning: a free-standing comment is changed only between entries that stay, and the same for
//! items of arrays, because a changed one is found again by its neighbours.

use super::document::{Body, Document, Dress, Entry, Pair, Table, Value, inline, pair};
use super::edits::{PairAt, Side};
use super::random::Random;

/// A document, two sides, and how each version is dressed.
pub(super) struct Scene {
    pub(super) base: Document,
    pub(super) ours: Side,
    pub(super) theirs: Side,
    pub(super) dresses: [Dress; 3],
}

/// Numbers make every text another one.
struct Generator {
    random: Random,
    number: usize,
}

/// The scene of a seed.
pub(super) fn scene(seed: u64) -> Scene {
    let mut generator = Generator { random: Random::new(seed), number: 0 };
    let base = generator.document();
    let [mut ours, mut theirs] = ["ours", "theirs"].map(|name| generator.side(&base, name));
    if generator.random.one_in(3) {
        generator.twins(&base, &mut ours, &mut theirs);
    }
    let dress = generator.dress();
    let dresses = [dress, generator.dress_like(dress), generator.dress_like(dress)];
    Scene { base, ours, theirs, dresses }
}

impl Generator {
    fn number(&mut self) -> usize {
        self.number += 1;
        self.number
    }

    fn comment(&mut self) -> String {
        let number = self.number();
        self.random.of(&["# comment @", "# = @ [x] \"", "#@", "  # indented @"]).replace('@', &number.to_string())
    }

    /// One or two lines of comment, or none.
    fn lead(&mut self) -> String {
        match self.random.below(6) {
            0 => format!("{}\n", self.comment()),
            1 => format!("{}\n{}\n", self.comment(), self.comment()),
            _ => String::new(),
        }
    }

    fn tail(&mut self) -> String {
        if self.random.one_in(4) { format!(" {}", self.comment().trim()) } else { String::new() }
    }

    fn plain(&mut self) -> String {
        let number = self.number();
        let forms = [
            "@",
            "\"text @\"",
            "'# @'",
            "[\"a\", \"@\"]",
            "[\n  \"a\", # @\n  \"b\",\n]",
            "\"\"\"\n[services.@]\n# no\n\"\"\"",
        ];
        self.random.of(&forms).replace('@', &number.to_string())
    }

    fn value(&mut self) -> Value {
        if self.random.one_in(4) {
            let (first, second) = (self.number().to_string(), format!("\"{}\"", self.number()));
            inline(&[("host", first), ("name", second)])
        } else {
            Value::Plain(self.plain())
        }
    }

    fn pair(&mut self, key: &str) -> Pair {
        let equals = (*self.random.of(&[" = ", "=", "  =  "])).to_owned();
        Pair { lead: self.lead(), equals, value: self.value(), tail: self.tail(), ..pair(key, "") }
    }

    fn table(&mut self, header: &str, keys: &[&str]) -> Table {
        let mut pairs = Vec::new();
        for key in keys {
            if self.random.below(4) > 0 {
                pairs.push(self.pair(key));
            }
        }
        Table { header: header.into(), lead: self.lead(), pairs }
    }

    fn service(&mut self, id: &str) -> Entry {
        let mut tables =
            vec![self.table(&format!("[services.{id}]"), &["title", "group", "port", "dir", "depends-on"])];
        if self.random.one_in(3) {
            tables.push(self.table(&format!("[services.{id}.ports]"), &["http", "grpc"]));
        }
        Entry { name: format!("services.{id}"), gap: 1, body: Body::Tables(tables) }
    }

    fn item(&mut self, array: &str) -> Entry {
        let number = self.number();
        let pairs = vec![pair("ports", format!("\"{number}-{number}\"")), self.pair("reason")];
        let table = Table { header: format!("[[{array}]]"), lead: self.lead(), pairs };
        Entry { name: format!("{array}.{number}"), gap: 1, body: Body::Tables(vec![table]) }
    }

    fn free_comment(&mut self) -> Entry {
        let number = self.number();
        Entry { name: format!("# {number}"), gap: 1, body: Body::Comment(self.comment().trim().to_owned()) }
    }

    fn fixed(&mut self, name: &str, keys: &[&str]) -> Entry {
        let table = self.table(&format!("[{name}]"), keys);
        Entry { name: name.into(), gap: 1 + self.random.below(2), body: Body::Tables(vec![table]) }
    }

    fn document(&mut self) -> Document {
        let mut document = vec![self.fixed("platform", &["name", "id"])];
        let mut ranges = self.fixed("ranges", &[]);
        if let Body::Tables(tables) = &mut ranges.body {
            for key in ["front", "back", "data"] {
                let ports = format!("\"{}\"", self.number());
                let value = inline(&[("ports", ports), ("purpose", "\"for\"".to_owned())]);
                tables[0].pairs.push(Pair { value, ..self.pair(key) });
            }
        }
        document.push(ranges);
        for group in 0..1 + self.random.below(3) {
            document.push(self.free_comment());
            document.push(self.fixed(&format!("groups.g{group}"), &["title", "ranges"]));
            for service in 0..1 + self.random.below(4) {
                document.push(self.service(&format!("s{group}{service}")));
            }
        }
        document.push(self.fixed("lints", &["invalid-name", "missing-package"]));
        document.push(self.item("reserved"));
        document.push(self.fixed("outputs", &["directory", "disable"]));
        document.push(self.item("retired"));
        document
    }

    fn dress(&mut self) -> Dress {
        Dress { bom: self.random.one_in(4), crlf: self.random.one_in(4), open: self.random.one_in(4) }
    }

    fn dress_like(&mut self, dress: Dress) -> Dress {
        if self.random.one_in(8) { self.dress() } else { dress }
    }

    fn side(&mut self, base: &Document, name: &str) -> Side {
        let mut side = Side::default();
        for _ in 0..self.random.below(7) {
            let entry = self.random.of(base);
            self.edit(entry, name, &mut side);
        }
        side
    }

    fn edit(&mut self, entry: &Entry, name: &str, side: &mut Side) {
        if side.removed.contains(&entry.name) {
            return;
        }
        let Body::Tables(tables) = &entry.body else {
            let text = self.comment().trim().to_owned();
            side.comments.insert(entry.name.clone(), text);
            return;
        };
        let at = (entry.name.clone(), self.random.below(tables.len()));
        match self.random.below(12) {
            0 => self.remove(entry, side),
            1 => {
                let lead = self.lead();
                if lead != tables[at.1].lead {
                    side.leads.insert(at, lead);
                }
            }
            2 | 3 => {
                let kept = tables[at.1].pairs.iter().map(|pair| &pair.key);
                let kept: Vec<&String> = kept.filter(|key| !side.gone.contains(&pair_at(&at, key))).collect();
                let after = (!kept.is_empty() && !self.random.one_in(4)).then(|| (*self.random.of(&kept)).clone());
                let key = format!("{name}-{}", self.number());
                side.pairs.push((at, after, self.pair(&key)));
            }
            4 if entry.name.starts_with("services") => {
                let header = format!("[{}.{name}-{}]", entry.name, self.number());
                side.tables.push((entry.name.clone(), self.table(&header, &["a", "b"])));
            }
            4 | 5 => self.add(entry, name, side),
            6 => self.remove_pair(&tables[at.1], &at, side),
            _ => self.change_pair(&tables[at.1], &at, side),
        }
    }

    /// Services that nothing else depends on, and items of arrays. The first service of a group stays.
    fn remove(&mut self, entry: &Entry, side: &mut Side) {
        let service = entry.name.starts_with("services") && !entry.name.ends_with('0');
        let item = ["reserved", "retired"].iter().any(|array| entry.name.starts_with(array));
        let anchor = side.entries.iter().any(|(after, _)| *after == entry.name);
        if (service || item) && !anchor && Side::default().removed.is_empty() {
            let kept = std::mem::take(side);
            *side = without(kept, &entry.name);
            side.removed.insert(entry.name.clone());
        }
    }

    fn add(&mut self, entry: &Entry, name: &str, side: &mut Side) {
        let number = self.number();
        let added = match entry.name.as_str() {
            "ranges" => self.item("reserved"),
            group if group.starts_with("groups") && self.random.one_in(2) => self.free_comment(),
            service if service.starts_with("services") || service.starts_with("groups") => {
                self.service(&format!("{name}-{number}"))
            }
            _ => return,
        };
        side.entries.push((entry.name.clone(), added));
    }

    fn remove_pair(&mut self, table: &Table, at: &(String, usize), side: &mut Side) {
        if table.pairs.is_empty() || table.header.starts_with("[[") {
            return;
        }
        let key = &self.random.of(&table.pairs).key;
        let is_anchor = side.pairs.iter().any(|(table, after, _)| table == at && after.as_ref() == Some(key));
        if !is_anchor {
            side.changed.remove(&pair_at(at, key));
            side.gone.insert(pair_at(at, key));
        }
    }

    fn change_pair(&mut self, table: &Table, at: &(String, usize), side: &mut Side) {
        if table.pairs.is_empty() {
            return;
        }
        let old = self.random.of(&table.pairs);
        let at = pair_at(at, &old.key);
        if side.gone.contains(&at) {
            return;
        }
        let mut new = side.changed.get(&at).unwrap_or(old).clone();
        match self.random.below(8) {
            0 => new.lead = self.lead(),
            1 => new.tail = self.tail(),
            2 => new.equals = (*self.random.of(&[" = ", "=", " =   "])).to_owned(),
            _ => self.change_value(&mut new),
        }
        if new == *old {
            side.changed.remove(&at);
        } else {
            side.changed.insert(at, new);
        }
    }

    /// Both sides come to the same now and then.
    fn change_value(&mut self, pair: &mut Pair) {
        let number = if self.random.one_in(3) { 7 } else { self.number() };
        match &mut pair.value {
            _ if pair.key == "ports" => pair.value = Value::Plain(format!("\"{number}-{number}\"")),
            Value::Inline(pairs) if !pairs.is_empty() => match self.random.below(5) {
                0 => {
                    let at = self.random.below(pairs.len());
                    pairs.remove(at);
                }
                1 => pairs.push((format!("k{number}"), number.to_string())),
                _ => self.random_of_mut(pairs).1 = number.to_string(),
            },
            value => *value = Value::Plain(if number == 7 { "7".to_owned() } else { self.plain() }),
        }
    }

    fn random_of_mut<'t, T>(&mut self, some: &'t mut [T]) -> &'t mut T {
        let at = self.random.below(some.len());
        &mut some[at]
    }

    /// Both sides add the same key to a table, with one value or two, and nothing else.
    fn twins(&mut self, base: &Document, ours: &mut Side, theirs: &mut Side) {
        let tables = base.iter().filter_map(|entry| match &entry.body {
            Body::Tables(tables) => Some((entry, &tables[0])),
            Body::Comment(_) => None,
        });
        let tables: Vec<_> = tables.collect();
        let (entry, table) = *self.random.of(&tables);
        let at = (entry.name.clone(), 0);
        let taken = |side: &Side| {
            side.removed.contains(&entry.name)
                || side.pairs.iter().any(|(table, ..)| *table == at)
                || side.gone.iter().chain(side.changed.keys()).any(|(name, ..)| *name == entry.name)
        };
        if table.header.starts_with("[[") || taken(ours) || taken(theirs) {
            return;
        }
        let pair = self.pair("twin");
        let other =
            if self.random.one_in(2) { pair.clone() } else { Pair { value: Value::Plain("8".into()), ..pair.clone() } };
        ours.pairs.push((at.clone(), None, pair));
        theirs.pairs.push((at.clone(), table.pairs.last().map(|pair| pair.key.clone()), other));
    }
}

fn pair_at(at: &(String, usize), key: &str) -> PairAt {
    (at.0.clone(), at.1, key.to_owned())
}

/// A side that has done nothing in an entry.
fn without(mut side: Side, entry: &str) -> Side {
    side.leads.retain(|(name, _), _| name != entry);
    side.gone.retain(|(name, ..)| name != entry);
    side.changed.retain(|(name, ..), _| name != entry);
    side.pairs.retain(|((name, _), ..)| name != entry);
    side.tables.retain(|(name, _)| name != entry);
    side
}
