//! The rooms of `src/`, as `src/lib.rs` lists them from top to bottom: a file imports from its own room and from those below, and
//! no files import each other in a circle.
//!
//! What lies below a module root may use what stands in the root: such a pair is one module, and no circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// A module of the crate by its path from the root: `["outputs", "verify"]`.
type Module = Vec<String>;

/// Every file of `src/` that is a module, with the modules that it imports.
struct Sources {
    /// The top modules of lib.rs, in its order, below `main`, which is above all.
    rooms: Vec<String>,
    files: BTreeMap<Module, PathBuf>,
    imports: BTreeMap<Module, BTreeSet<Module>>,
}

impl Sources {
    fn read() -> Self {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = BTreeMap::new();
        collect(&src, &mut Vec::new(), &mut files);
        let lib = fs::read_to_string(src.join("lib.rs")).unwrap();
        let rooms = declared(&lib, false);
        let roots: Vec<(Module, String)> =
            files.iter().map(|(module, path)| (module.clone(), fs::read_to_string(path).unwrap())).collect();
        for (root, text) in roots.iter().chain([&(Vec::new(), lib)]) {
            declared(text, true).into_iter().for_each(|test| drop(files.remove(&[&**root, &[test]].concat())));
        }
        let imports = files.iter().map(|(module, path)| {
            let text = fs::read_to_string(path).unwrap();
            (module.clone(), imports(module, &text, &|path| files.contains_key(path)))
        });
        Self { rooms: [vec!["main".to_owned()], rooms].concat(), imports: imports.collect(), files }
    }

    fn room(&self, module: &Module) -> usize {
        let place = self.rooms.iter().position(|room| *room == module[0]);
        place.unwrap_or_else(|| panic!("lib.rs does not list {}", module[0]))
    }

    fn shown(&self, module: &Module) -> String {
        self.files[module].strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string()
    }
}

/// The files below `folder`, by the modules that they are.
fn collect(folder: &Path, module: &mut Module, files: &mut BTreeMap<Module, PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            module.push(name);
            collect(&path, module, files);
            module.pop();
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "lib" {
            let own = if name == "mod" { module.clone() } else { [&**module, &[name]].concat() };
            assert!(files.insert(own, path).is_none(), "one module is two files");
        }
    }
}

/// The modules that a module root declares, in its order: those of tests alone, or the others.
fn declared(text: &str, tests: bool) -> Vec<String> {
    let modules = syn::parse_file(text).unwrap().items.into_iter().filter_map(|item| match item {
        syn::Item::Mod(module) if is_test(&module.attrs) == tests => Some(module.ident.to_string()),
        _ => None,
    });
    modules.collect()
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|one| {
        one.path().is_ident("cfg") && one.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
    })
}

/// The other modules that a module names, in `use` lines, in paths and inside of macros.
fn imports(module: &Module, text: &str, exists: &dyn Fn(&[String]) -> bool) -> BTreeSet<Module> {
    let mut names = Names::default();
    names.visit_file(&syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {error}", module.join("::"))));
    let absolute = names.found.into_iter().filter_map(|path| match &*path[0] {
        "crate" | "portgen" => Some(path[1..].to_vec()),
        "super" => {
            let up = path.iter().take_while(|part| *part == "super").count();
            Some([&module[..module.len() - up], &path[up..]].concat())
        }
        "self" => Some([module, &path[1..]].concat()),
        child => exists(&[module, &[child.to_owned()][..]].concat()).then(|| [&**module, &path].concat()),
    });
    let longest =
        absolute.filter_map(|path| (1..=path.len()).rev().map(|end| path[..end].to_vec()).find(|start| exists(start)));
    longest.filter(|found| found != module).collect()
}

/// Every path that a file outside of its tests names.
#[derive(Default)]
struct Names {
    found: Vec<Vec<String>>,
}

impl Names {
    fn add_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => self.add_tree(&[before, &[path.ident.to_string()]].concat(), &path.tree),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.add_tree(before, item)),
            syn::UseTree::Name(name) => self.found.push([before, &[name.ident.to_string()]].concat()),
            syn::UseTree::Rename(name) => self.found.push([before, &[name.ident.to_string()]].concat()),
            syn::UseTree::Glob(_) => self.found.push(before.to_vec()),
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.found.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    /// What a macro is given is text to syn: a path in it starts with `crate` or `super`.
    fn visit_macro(&mut self, one: &'ast syn::Macro) {
        let text = one.tokens.to_string().replace(" :: ", "::");
        let paths = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
        let own = paths.filter(|path| path.starts_with("crate::") || path.starts_with("super::"));
        self.found.extend(own.map(|path| path.split("::").map(str::to_owned).collect()));
    }
}

#[test]
fn imports_go_down_the_rooms() {
    let sources = Sources::read();
    let mut upward = Vec::new();
    for (module, imports) in &sources.imports {
        let above = imports.iter().filter(|import| sources.room(import) < sources.room(module));
        upward.extend(above.map(|import| format!("{} imports {}", sources.shown(module), sources.shown(import))));
    }
    assert!(upward.is_empty(), "upwards in the order of src/lib.rs:\n{}", upward.join("\n"));
}

#[test]
fn every_file_is_declared() {
    let sources = Sources::read();
    let lib = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs");
    for module in sources.files.keys().filter(|module| **module != ["main"]) {
        let (name, parent) = module.split_last().unwrap();
        let root = sources.files.get(parent).unwrap_or(&lib);
        let is_declared = declared(&fs::read_to_string(root).unwrap(), false).contains(name);
        assert!(is_declared, "{} has no `mod {name};`, so {} is not compiled", root.display(), sources.shown(module));
    }
}

#[test]
fn no_file_is_longer_than_contributing_says() {
    for (module, path) in Sources::read().files {
        let lines = fs::read_to_string(path).unwrap().lines().count();
        assert!(lines <= 400, "{} has {lines} lines, more than 400: divide it", module.join("::"));
    }
}

#[test]
fn only_the_room_system_asks_which_system_it_is() {
    for (module, path) in Sources::read().files.into_iter().filter(|(module, _)| module[0] != "system") {
        let text = fs::read_to_string(path).unwrap();
        let own = text.split("#[cfg(test)]").next().unwrap_or_default();
        for words in ["std::os::", "cfg(unix", "cfg(windows", "cfg(not(", "target_os", "rustix::", "portgen_lease::"] {
            assert!(!own.contains(words), "{} has `{words}`: put it into src/system/", module.join("::"));
        }
    }
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let sources = Sources::read();
    let mut done = BTreeSet::new();
    for module in sources.files.keys() {
        if let Some(circle) = circle(&sources.imports, &mut vec![module.clone()], &mut done) {
            let files: Vec<String> = circle.iter().map(|module| sources.shown(module)).collect();
            panic!("a circle: {}", files.join(" -> "));
        }
    }
}

/// A circle that the last module of `way` leads to; `done` are those that lead to none.
fn circle(
    imports: &BTreeMap<Module, BTreeSet<Module>>,
    way: &mut Vec<Module>,
    done: &mut BTreeSet<Module>,
) -> Option<Vec<Module>> {
    let module = way.last().cloned()?;
    if done.contains(&module) {
        return None;
    }
    for import in imports.get(&module)?.iter().filter(|import| !module.starts_with(import)) {
        if let Some(at) = way.iter().position(|before| before == import) {
            return Some([&way[at..], std::slice::from_ref(import)].concat());
        }
        way.push(import.clone());
        let found = circle(imports, way, done);
        way.pop();
        if found.is_some() {
            return found;
        }
    }
    done.insert(module);
    None
}

fn module(path: &str) -> Module {
    path.split("::").map(str::to_owned).collect()
}

#[test]
fn an_import_is_found_however_it_is_written() {
    let known = ["a", "a::b", "a::b::c", "d", "d::e"].map(module);
    let exists = |path: &[String]| known.iter().any(|known| known == path);
    let found = |text: &str| imports(&module("a::b"), text, &exists);
    let only = |path: &str| BTreeSet::from([module(path)]);
    assert_eq!(found("use crate::d::e::Thing;"), only("d::e"));
    assert_eq!(found("use crate::{d::{self, Other as Name}};"), only("d"));
    assert_eq!(found("use super::Thing;"), only("a"));
    assert_eq!(found("mod c; use c::Thing;"), only("a::b::c"));
    assert_eq!(found("fn f() -> crate::d::Thing { super::g() }"), BTreeSet::from([module("a"), module("d")]));
    assert_eq!(found("fn f() { println!(\"{}\", crate::d::e::G); }"), only("d::e"));
    assert_eq!(found("use std::fmt; use serde::d; fn f() { e::g() }"), BTreeSet::new());
    assert_eq!(found("#[cfg(test)] mod tests { use crate::d::Thing; }"), BTreeSet::new());
}

#[test]
fn a_circle_is_found_and_a_root_with_its_parts_is_none() {
    let edges = |all: &[(&str, &str)]| {
        let mut imports = BTreeMap::<Module, BTreeSet<Module>>::new();
        for (from, to) in all {
            imports.entry(module(from)).or_default().insert(module(to));
            imports.entry(module(to)).or_default();
        }
        circle(&imports, &mut vec![module("a")], &mut BTreeSet::new())
    };
    assert_eq!(edges(&[("a", "b"), ("b", "c"), ("c", "b")]), Some(["b", "c", "b"].map(module).to_vec()));
    assert_eq!(edges(&[("a", "a::x"), ("a::x", "a"), ("a::x", "b")]), None);
    assert_eq!(edges(&[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]), None);
}
