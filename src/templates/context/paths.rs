//! Relative paths in Compose keys: ports.toml counts them from the root, and Compose from the folder of its file.
//!
//! The places are those that Compose resolves: <https://github.com/compose-spec/compose-go/blob/main/paths/resolve.go>.

use serde_json::{Map, Value as Json};

use super::View;
use crate::allocation::variable::default;
use crate::path::Folder;

type Keys = Map<String, Json>;

/// What becomes of a relative path.
type Way<'w> = &'w dyn Fn(&str) -> String;

/// A place of paths, and what is done there: the way to it by keys, where `*` is every entry of a list or a map.
type Place = (&'static [&'static str], fn(&mut Json, Way<'_>));

/// In a Compose service.
const SERVICE: [Place; 12] = [
    (&["build"], path),
    (&["build", "context"], path),
    (&["build", "additional_contexts", "*"], value),
    (&["build", "ssh", "*"], value),
    (&["env_file"], path),
    (&["env_file", "*"], path),
    (&["env_file", "*", "path"], path),
    (&["label_file"], path),
    (&["label_file", "*"], path),
    (&["extends", "file"], path),
    (&["develop", "watch", "*", "path"], path),
    (&["volumes", "*"], mount),
];

/// In the other sections of a Compose file.
const SECTIONS: [Place; 3] =
    [(&["configs", "*", "file"], path), (&["secrets", "*", "file"], path), (&["volumes", "*"], bound_volume)];

/// The Compose keys of a service as the output has them. `dir` is the build context if `build` names none.
pub(super) fn service(keys: &Keys, dir: Option<&Folder>, view: View) -> Keys {
    let mut keys = keys.clone();
    if let (Some(Json::Object(build)), Some(dir)) = (keys.get_mut("build"), dir)
        && !build.contains_key("context")
    {
        // Compose keys are written as they are, so that Compose interpolates them: a path has its `$` doubled.
        build.shift_insert(0, "context".to_owned(), local(dir).replace('$', "$$").into());
    }
    if !view.is_at_root() {
        relocate(&mut keys, &SERVICE, &|path| from_root(path, view));
    }
    keys
}

/// The other sections of the Compose file as the output has them.
pub(super) fn sections(keys: &Keys, view: View) -> Keys {
    let mut keys = keys.clone();
    if !view.is_at_root() {
        relocate(&mut keys, &SECTIONS, &|path| from_root(path, view));
    }
    keys
}

/// The Compose keys of a service, or of the other sections, whose paths count from `folder`, with paths that count from the root.
pub fn counted_from_root(mut keys: Keys, folder: &str, is_service: bool) -> Keys {
    if !folder.is_empty() {
        let places: &[Place] = if is_service { &SERVICE } else { &SECTIONS };
        relocate(&mut keys, places, &|path| joined(folder, path));
    }
    keys
}

/// A path below a folder, as short as can be: `./src` for `../src` in `docker`.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    match parts.first() {
        None => ".".to_owned(),
        Some(&"..") => parts.join("/"),
        Some(_) => format!("./{}", parts.join("/")),
    }
}

/// The way from the folder of the output to a folder.
pub(super) fn way_to(folder: &Folder, view: View) -> String {
    match folder {
        Folder::Below(path) if !view.is_at_root() => from_root(path.as_str(), view),
        _ => from_root(&local(folder), view),
    }
}

/// A folder as a relative path that Compose does not take for a name.
fn local(folder: &Folder) -> String {
    match folder {
        Folder::Root => ".".to_owned(),
        Folder::Below(path) => ["./", path.as_str()].concat(),
    }
}

fn relocate(keys: &mut Keys, places: &[Place], way: Way<'_>) {
    for (path, rewrite) in places {
        if let [first, rest @ ..] = *path
            && let Some(value) = keys.get_mut(*first)
        {
            visit(value, rest, &mut |value| rewrite(value, way));
        }
    }
}

fn visit(value: &mut Json, path: &[&str], change: &mut impl FnMut(&mut Json)) {
    let [key, rest @ ..] = path else {
        change(value);
        return;
    };
    match value {
        Json::Array(items) if *key == "*" => items.iter_mut().for_each(|item| visit(item, rest, change)),
        Json::Object(map) if *key == "*" => map.values_mut().for_each(|item| visit(item, rest, change)),
        Json::Object(map) => {
            if let Some(item) = map.get_mut(*key) {
                visit(item, rest, change);
            }
        }
        _ => {}
    }
}

/// A value that is a path.
fn path(value: &mut Json, way: Way<'_>) {
    if let Json::String(text) = value
        && let Some(moved) = moved(text, way, is_relative)
    {
        *text = moved;
    }
}

/// A path as it is from the folder of the output, where it is such a one: written, or the default of a variable that it starts with,
/// `${SRC:-./src}/app`.
fn moved(text: &str, way: Way<'_>, is_such: fn(&str) -> bool) -> Option<String> {
    if is_such(text) {
        return Some(way(text));
    }
    let default = default(text)?;
    let instead = moved(&text[default.clone()], way, is_such)?;
    Some([&text[..default.start], &instead, &text[default.end..]].concat())
}

/// The path in `name=path`, as lists write a map, or the whole value in a map.
fn value(value: &mut Json, way: Way<'_>) {
    let Json::String(text) = value else { return };
    let start = text.find('=').map_or(0, |end| end + "=".len());
    let written = &text[start..];
    // `ssh = ["default"]` is the agent.
    if written != "default"
        && let Some(moved) = moved(written, way, is_relative)
    {
        *text = [&text[..start], &moved].concat();
    }
}

/// The source of a bind mount, in the short or the long form.
fn mount(value: &mut Json, way: Way<'_>) {
    match value {
        // `./data:/data`; what does not start as a path is the name of a volume.
        Json::String(text) => {
            let variable = default(text).map_or(0, |default| default.end);
            let end = variable + text[variable..].find(':').unwrap_or(text.len() - variable);
            if let Some(moved) = moved(&text[..end], way, |source| source.starts_with('.')) {
                *text = moved + &text[end..];
            }
        }
        Json::Object(fields) if fields.get("type").and_then(Json::as_str) == Some("bind") => {
            if let Some(source) = fields.get_mut("source") {
                path(source, way);
            }
        }
        _ => {}
    }
}

/// The folder of a volume that is a bind mount.
fn bound_volume(value: &mut Json, way: Way<'_>) {
    let is_bind = value["driver"] == "local" && value["driver_opts"]["o"] == "bind";
    if is_bind && let Some(device) = value.pointer_mut("/driver_opts/device") {
        path(device, way);
    }
}

/// Whether Compose takes a text for a path relative to the folder of its file. A variable at the start may hold anything.
fn is_relative(text: &str) -> bool {
    const OTHERS: [&str; 7] = ["/", "\\", "~", "$", "git@", "github.com/", "service:"];
    let is_on_drive = text.as_bytes().get(1) == Some(&b':');
    !text.is_empty() && !text.contains("://") && !is_on_drive && !OTHERS.iter().any(|start| text.starts_with(start))
}

/// A path that counts from the root, from the folder of the output.
fn from_root(path: &str, view: View) -> String {
    if view.is_at_root() {
        return path.to_owned();
    }
    let mut rest = path;
    while let Some(inner) = rest.strip_prefix("./") {
        rest = inner.trim_start_matches('/');
    }
    let back = view.way_back();
    if matches!(rest, "" | ".") { back } else { [&back, "/", rest].concat() }
}
