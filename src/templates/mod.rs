//! Templates as data: the built-in ones, the project's own, and the strict environment that they run in.

pub mod context;
mod environment;
pub mod front_matter;
mod front_matter_fault;
mod hidden;
pub mod own;
pub mod placement;
mod switches;
pub mod trial;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use minijinja::{Environment, Value};

use crate::allocation::{Allocation, Outputs};
use crate::diagnostic::{Diagnostic, Diagnostics, Origin, Place, Source};
use context::Root;
use front_matter::{BLOCKS, From, FrontMatter};
use own::Own;
use placement::Placement;
use switches::Switches;

/// The built-in templates, by name; the name is the path below `templates/` without `.j2`.
const BUILT_IN: &[(&str, &str)] = &[
    ("PORT_ALLOCATION.md", include_str!("../../templates/PORT_ALLOCATION.md.j2")),
    ("compose.ports.yml", include_str!("../../templates/compose.ports.yml.j2")),
    ("docker-compose.yml", include_str!("../../templates/docker-compose.yml.j2")),
    ("env/platform.env", include_str!("../../templates/env/platform.env.j2")),
    ("env/service.env", include_str!("../../templates/env/service.env.j2")),
    ("k8s/kustomization.yaml", include_str!("../../templates/k8s/kustomization.yaml.j2")),
    ("k8s/namespace.yaml", include_str!("../../templates/k8s/namespace.yaml.j2")),
    ("k8s/service.yaml", include_str!("../../templates/k8s/service.yaml.j2")),
    ("package-json/service.json", include_str!("../../templates/package-json/service.json.j2")),
];

/// The built-in templates for blocks in files of people, as [`BUILT_IN`]. They are compiled where something can name them.
const BUILT_IN_BLOCKS: &[(&str, &str)] = &[
    ("blocks/env", include_str!("../../templates/blocks/env.j2")),
    ("blocks/ports-table", include_str!("../../templates/blocks/ports-table.j2")),
    ("blocks/service-env", include_str!("../../templates/blocks/service-env.j2")),
];

/// The texts of the built-in templates.
pub fn built_in() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().chain(BUILT_IN_BLOCKS).map(|(_, text)| *text)
}

/// One template.
#[derive(Debug)]
pub struct Template {
    /// Its path below `templates/`, without `.j2`.
    pub name: String,
    /// Its text.
    pub source: Arc<Source>,
    /// Where its outputs go.
    pub front: FrontMatter,
    /// Where the path of its outputs is written: its front matter, or `[outputs.paths]`.
    pub path_place: Place,
    /// Whether the path counts from the root rather than from the outputs' directory.
    pub from_root: bool,
    /// Whether it is one of portgen's own.
    is_built_in: bool,
    /// Whether `[outputs.paths]` says where its outputs go.
    is_moved: bool,
}

impl Template {
    /// The name that a block has it by; none where it makes outputs.
    pub fn block(&self) -> Option<&str> {
        self.name.strip_prefix(BLOCKS)
    }

    /// Whether it is one of portgen's own. These go from a service no farther than to what it depends on.
    pub fn is_built_in(&self) -> bool {
        self.is_built_in
    }

    /// Whether it is one of portgen's own, and its outputs are where it says.
    pub fn is_at_home(&self) -> bool {
        self.is_built_in && !self.is_moved
    }
}

/// Every template that is switched on, compiled.
#[derive(Debug)]
pub struct Templates {
    /// By name.
    pub list: Vec<Template>,
    env: Environment<'static>,
}

impl Templates {
    /// The built-in templates, those of `own` in their place or beside them, less what `[outputs]` switches off.
    ///
    /// # Errors
    /// A template without proper front matter or with a syntax error; an entry of `[outputs]` that fits none.
    pub fn new(own: Vec<Own>, allocation: &Allocation) -> Result<Self, Diagnostics> {
        trial::run(&own, allocation)?;
        Self::untried(own, allocation)
    }

    /// As [`Templates::new`], but what a template does to this process has not been tried.
    ///
    /// # Errors
    /// As [`Templates::new`].
    pub fn untried(own: Vec<Own>, allocation: &Allocation) -> Result<Self, Diagnostics> {
        let (outputs, ports_toml) = (&allocation.outputs, &allocation.source);
        let has_blocks = !own.is_empty() || !allocation.references.files.is_empty();
        let mut blocks = if has_blocks { sources(BUILT_IN_BLOCKS) } else { BTreeMap::new() };
        let mut sources = sources(BUILT_IN);
        let replaced: HashSet<String> = own.iter().map(|own| own.name.clone()).collect();
        for Own { name, source } in own {
            let kind = if name.starts_with(BLOCKS) { &mut blocks } else { &mut sources };
            kind.insert(name, source);
        }
        let switches = Switches { outputs, source: ports_toml, own: &replaced };
        let mut errors = switches.mistakes(&sources);
        sources.retain(|name, _| switches.is_on(name));
        sources.extend(blocks);
        let mut list = Vec::with_capacity(sources.len());
        for (name, source) in sources {
            match FrontMatter::parse(&source) {
                Ok(front) => {
                    let is_built_in = !replaced.contains(&name);
                    list.push(Template { is_built_in, ..placed(name, source, front, outputs, ports_toml) });
                }
                Err(error) => errors.push(error),
            }
        }
        let env = environment::compile(&list, allocation.services.len(), &mut errors);
        Diagnostics(errors).into_result()?;
        Ok(Self { list, env })
    }

    /// The environment with every template under its name, its path under `path:` and the name.
    pub fn env(&self) -> &Environment<'static> {
        &self.env
    }

    /// Which outputs a template has, and where they go.
    ///
    /// # Errors
    /// Its condition or its path was not compiled.
    pub fn placement<'t>(&'t self, template: &'t Template) -> Result<Placement<'t>, minijinja::Error> {
        Placement::new(&self.env, template)
    }

    /// The text of a template.
    ///
    /// # Errors
    /// The template fails.
    pub fn render(&self, template: &Template, root: Root) -> Result<String, minijinja::Error> {
        self.env.get_template(&template.name)?.render(Value::from_object(root))
    }

    /// A minijinja error as a diagnostic at the template's line.
    pub fn diagnostic(&self, template: &Template, about: &str, error: &minijinja::Error) -> Diagnostic {
        environment::diagnostic(&self.list, template, about, error)
    }
}

fn sources(templates: &[(&str, &str)]) -> BTreeMap<String, Arc<Source>> {
    let source = |name: &str, text: &str| Source::of(Origin::BuiltIn, format!("templates/{name}.j2"), text);
    templates.iter().map(|(name, text)| ((*name).to_owned(), source(name, text))).collect()
}

fn placed(
    name: String,
    source: Arc<Source>,
    mut front: FrontMatter,
    outputs: &Outputs,
    ports_toml: &Arc<Source>,
) -> Template {
    let moved = outputs.paths.iter().find(|(of, _, _)| *of == name);
    let path_place = match moved {
        Some((_, path, span)) => {
            front.output.clone_from(path);
            Place::new(ports_toml, span.clone())
        }
        None => front.place(&source, "output"),
    };
    let is_moved = moved.is_some();
    let from_root = is_moved || front.from == From::Root;
    Template { name, source, front, path_place, from_root, is_built_in: false, is_moved }
}
