//! The mappings of a file that name ports.

use std::collections::HashMap;

use jsonc_parser::ast::{ObjectProp, Value};

use crate::formats::yaml::tree::Tree;
use crate::formats::{Written, names_a_port};
use crate::scan::readers::File;
use crate::scan::readers::json::Json;

/// Settings that say for which of several stages a document is.
const STAGES: [&str; 2] = ["spring.config.activate.on-profile", "spring.profiles"];

/// How deep JSON is read.
const MOST_DEPTH: usize = 64;

/// The most mappings of a file with ports, through whatever aliases.
const MOST: usize = 1 << 12;

/// The texts of one mapping, some of which name ports.
#[derive(Default)]
pub(super) struct Group<'t> {
    /// The keys on the way to it.
    pub(super) above: Vec<String>,
    /// Its own keys with their texts.
    pub(super) texts: Vec<(String, Written<'t>)>,
    /// Where each key is in `texts`, in small letters.
    pub(super) by_key: HashMap<String, usize>,
    /// Whether its document is for one of several stages.
    pub(super) is_of_a_stage: bool,
}

/// The mappings of YAML that name ports.
pub(super) fn of_yaml(text: &str) -> Vec<Group<'_>> {
    let tree = Tree::read(text);
    let mut groups: Vec<Group<'_>> = Vec::new();
    for document in &tree.documents {
        let (first, mut is_of_a_stage) = (groups.len(), false);
        tree.mappings(*document, &mut |above, entries| {
            let texts = || entries.iter().filter_map(|(key, id)| Some((&*key.value, tree.scalar(*id)?)));
            is_of_a_stage |= texts().any(|(key, _)| STAGES.contains(&&*[above, &[key]].concat().join(".")));
            let texts = texts().map(|(key, text)| (key.to_owned(), text.clone())).collect();
            let above = above.iter().map(|key| (*key).to_owned()).collect();
            add(Group { above, texts, ..Group::default() }, &mut groups);
        });
        groups[first..].iter_mut().for_each(|group| group.is_of_a_stage = is_of_a_stage);
    }
    groups
}

/// The objects of JSON that name ports.
pub(super) fn of_json<'t>(file: &File<'t>) -> Option<Vec<Group<'t>>> {
    let json = Json::read(file)?;
    let mut groups = Vec::new();
    objects(&json, &json.root, &mut Vec::new(), &mut groups);
    Some(groups)
}

fn objects<'t>(json: &Json<'t>, value: &Value<'t>, above: &mut Vec<String>, groups: &mut Vec<Group<'t>>) {
    if above.len() > MOST_DEPTH || groups.len() >= MOST {
        return;
    }
    match value {
        Value::Array(array) => array.elements.iter().for_each(|item| objects(json, item, above, groups)),
        Value::Object(object) => {
            let text = |one: &ObjectProp<'t>| Some((one.name.as_str().to_owned(), json.text(&one.value)?));
            let texts = object.properties.iter().filter_map(text).collect();
            add(Group { above: above.clone(), texts, ..Group::default() }, groups);
            for one in &object.properties {
                above.push(one.name.as_str().to_owned());
                objects(json, &one.value, above, groups);
                above.pop();
            }
        }
        _ => {}
    }
}

/// Adds a mapping if it names ports.
fn add<'t>(mut group: Group<'t>, groups: &mut Vec<Group<'t>>) {
    let has_ports = || group.texts.iter().any(|(key, text)| is_port(key) || is_pair(key, &text.value));
    if groups.len() < MOST && (group.is_of_ports() || has_ports()) {
        group.by_key = group.texts.iter().enumerate().map(|(at, (key, _))| (key.to_lowercase(), at)).collect();
        groups.push(group);
    }
}

/// Whether a key and its text are the first half of `name: PORT` and `value: 4001`, or of `key: PORT` and `value: 4001`.
fn is_pair(key: &str, text: &str) -> bool {
    matches!(key, "name" | "key") && names_a_port(text)
}

/// Whether a key names a port; `port_value` is Envoy's.
pub(super) fn is_port(key: &str) -> bool {
    key == "port_value" || names_a_port(key.rsplit('.').next().unwrap_or_default())
}

impl Group<'_> {
    /// Whether its keys are the names of ports, or of what has them: `ports: {http: 4001}`.
    pub(super) fn is_of_ports(&self) -> bool {
        self.above.last().is_some_and(|key| matches!(&**key, "ports" | "containerPorts" | "servicePorts"))
    }
}
