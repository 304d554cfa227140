//! Putting things in, in the way their neighbours are written.

use super::outline::{Form, Outline, Site};
use super::{Draft, Field, NewService, Unknown};
use crate::manifest::lines::Kind;

impl Draft {
    /// Behind the last of the services `near`, or behind the last one of all where there are none of these.
    pub(super) fn insert_service(&mut self, new: NewService<'_>, near: &[&str]) -> Result<(), Unknown> {
        let outline = self.outline()?;
        let is_near = |site: &Site| {
            site.path.len() > 1 && site.path[0] == "services" && (near.is_empty() || near.contains(&&*site.path[1]))
        };
        let neighbour = outline.sites.iter().enumerate().rfind(|(_, site)| is_near(site));
        let Some((index, _)) = neighbour else { return self.append_block(&self.table(new)) };
        let outer = outermost(&outline, index);
        match outline.sites[outer].form {
            Form::Header { .. } => self.insert_block(&outline, outer, &self.table(new)),
            Form::Pair { header: Some(header), .. } if outline.sites[header].path.len() > 1 => {
                self.insert_block(&outline, header, &self.table(new))
            }
            _ => self.insert_beside(&outline, outer, new),
        }
    }

    /// Beside a service that is a pair, several pairs with dotted keys, or a member of an inline table.
    fn insert_beside(&mut self, outline: &Outline, neighbour: usize, new: NewService<'_>) -> Result<(), Unknown> {
        let site = &outline.sites[neighbour];
        let NewService { id, fields, ports } = new;
        // The keys in front of the service's own, as they are written here.
        let own = (site.keys.len() + 1).checked_sub(site.path.len()).ok_or(Unknown)?;
        let prefix = self.text[site.span.start..site.keys[own].start].to_owned();
        let inline = format!("{{ {} }}", all_fields(fields, ports).join(", "));
        if let Form::Member { .. } = site.form {
            self.text.insert_str(site.span.end, &format!(", {prefix}{id} = {inline}"));
            return Ok(());
        }
        let line = &outline.lines[site.line];
        let indent = self.text[line.span.start..site.span.start].to_owned();
        let lines: Vec<String> = match site.keys.len() - own {
            1 => vec![format!("{indent}{prefix}{id} = {inline}{}", self.newline)],
            _ => all_fields(fields, ports)
                .iter()
                .map(|field| format!("{indent}{prefix}{id}.{field}{}", self.newline))
                .collect(),
        };
        self.text.insert_str(line.span.end, &lines.concat());
        Ok(())
    }

    /// A key of a service: another value, or a line behind its others.
    pub(super) fn set(&mut self, service: &str, key: &str, value: &str) -> Result<(), Unknown> {
        let outline = self.outline()?;
        if let Some((_, old)) = outline.pair(&["services", service, key]) {
            self.text.replace_range(old, value);
            return Ok(());
        }
        let path = ["services", service];
        let own = |site: &Site| site.path.len() == path.len();
        if let Some((header, site)) =
            outline.below(&path).find(|(_, site)| own(site) && matches!(site.form, Form::Header { .. }))
        {
            let pairs = outline
                .sites
                .iter()
                .filter(|other| matches!(other.form, Form::Pair { header: Some(of), .. } if of == header));
            let last = pairs.max_by_key(|pair| pair.line).map_or(site.line, |last| last.line);
            self.text.insert_str(outline.start(last + 1), &format!("{key} = {value}{}", self.newline));
            return Ok(());
        }
        if let Some((_, table)) = outline.pair(&path) {
            let index = outline.below(&path).find(|(_, site)| own(site)).ok_or(Unknown)?.0;
            let members =
                outline.sites.iter().filter(|site| matches!(site.form, Form::Member { table, .. } if table == index));
            match members.max_by_key(|member| member.span.end) {
                Some(last) => self.text.insert_str(last.span.end, &format!(", {key} = {value}")),
                None => self.text.replace_range(table, &format!("{{ {key} = {value} }}")),
            }
            return Ok(());
        }
        self.set_dotted(&outline, service, key, value)
    }

    /// For a service that has only pairs with dotted keys, or only tables below it.
    fn set_dotted(&mut self, outline: &Outline, service: &str, key: &str, value: &str) -> Result<(), Unknown> {
        let path = ["services", service];
        let (_, last) =
            outline.below(&path).rfind(|(_, site)| matches!(site.form, Form::Pair { .. })).ok_or(Unknown)?;
        let own = (last.keys.len() + 1).checked_sub(last.path.len());
        let Some(own) = own else {
            let (_, first) = outline.below(&path).next().ok_or(Unknown)?;
            let above = outline.start(outline.with_comments(first.line));
            let newline = self.newline;
            self.text.insert_str(above, &format!("[services.{service}]{newline}{key} = {value}{newline}{newline}"));
            return Ok(());
        };
        let line = &outline.lines[last.line];
        let start = self.text[line.span.start..last.keys[own].end].to_owned();
        self.text.insert_str(line.span.end, &format!("{start}.{key} = {value}{}", self.newline));
        Ok(())
    }

    /// An item of an array of tables.
    pub(super) fn insert_item(&mut self, array: &str, fields: &[Field]) -> Result<(), Unknown> {
        let outline = self.outline()?;
        if let Some((_, value)) = outline.pair(&[array]) {
            let item = format!("{{ {} }}", all_fields(fields, &[]).join(", "));
            let elements = self.elements(&value)?;
            let Some(last) = elements.last() else {
                let (at, item) = match self.text[value.clone()].rfind('\n') {
                    Some(end) => (value.start + end + 1, format!("  {item},{}", self.newline)),
                    None => (value.start + 1, item),
                };
                self.text.insert_str(at, &item);
                return Ok(());
            };
            let line = self.text[..last.start].rfind('\n').map_or(0, |end| end + 1);
            let indent = &self.text[line..last.start];
            let is_alone = line > value.start && indent.trim().is_empty();
            let between = if is_alone { format!(",{}{indent}", self.newline) } else { ", ".to_owned() };
            self.text.insert_str(last.end, &(between + &item));
            return Ok(());
        }
        let item = format!("[[{array}]]{}{}", self.newline, self.pairs(fields));
        let last = outline.sites.iter().enumerate().rfind(|(_, site)| site.path == [array]);
        match last {
            Some((index, _)) => self.insert_block(&outline, index, &item),
            None => self.append_block(&item),
        }
    }

    /// A block behind that of a header, with a blank line between them.
    fn insert_block(&mut self, outline: &Outline, header: usize, block: &str) -> Result<(), Unknown> {
        let end = outline.end_of_block(header);
        let at = outline.start(end);
        let is_close = outline.lines.get(end).is_some_and(|next| !matches!(next.kind, Kind::Blank));
        let below = if is_close { self.newline } else { "" };
        self.text.insert_str(at, &format!("{}{block}{below}", self.newline));
        Ok(())
    }

    fn append_block(&mut self, block: &str) -> Result<(), Unknown> {
        let blank = format!("{}{}", self.newline, self.newline);
        let above = if self.text.is_empty() || self.text.ends_with(&blank) { "" } else { self.newline };
        self.text.push_str(&format!("{above}{block}"));
        Ok(())
    }

    fn table(&self, NewService { id, fields, ports }: NewService<'_>) -> String {
        let newline = self.newline;
        let mut tables = Vec::new();
        if !fields.is_empty() || ports.is_empty() {
            tables.push(format!("[services.{id}]{newline}{}", self.pairs(fields)));
        }
        if !ports.is_empty() {
            let ports: String = ports.iter().map(|(name, port)| format!("{name} = {port}{newline}")).collect();
            tables.push(format!("[services.{id}.ports]{newline}{ports}"));
        }
        tables.join(newline)
    }

    fn pairs(&self, fields: &[Field]) -> String {
        fields.iter().map(|(key, value)| format!("{key} = {value}{}", self.newline)).collect()
    }
}

/// The pair around a member of inline tables, as far out as it still is about one service; else the site itself.
fn outermost(outline: &Outline, index: usize) -> usize {
    match &outline.sites[index].form {
        Form::Member { table, .. } if outline.sites[*table].path.len() > 1 => outermost(outline, *table),
        _ => index,
    }
}

/// `key = value` of each field, and of the bindings as one table.
fn all_fields(fields: &[Field], ports: &[(String, String)]) -> Vec<String> {
    let mut all: Vec<String> = fields.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    if !ports.is_empty() {
        let ports: Vec<String> = ports.iter().map(|(name, port)| format!("{name} = {port}")).collect();
        all.push(format!("ports = {{ {} }}", ports.join(", ")));
    }
    all
}
