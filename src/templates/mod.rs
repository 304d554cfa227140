//! Templates as data: the built-in ones, the project's own, and the strict environment that they run in.

pub mod context;
mod environment;
pub mod front_matter;
pub mod own;
pub mod placement;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use minijinja::{Environment, Value};

use crate::allocation::{Outputs, is_within};
use crate::diagnostic::{Diagnostic, Diagnostics, Origin, Place, Source, codes, quoted};
use context::Root;
use front_matter::FrontMatter;
use own::Own;
use placement::Placement;

/// The built-in templates, by name; the name is the path below `templates/` without `.j2`.
const BUILT_IN: &[(&str, &str)] = &[
    ("PORT_ALLOCATION.md", include_str!("../../templates/PORT_ALLOCATION.md.j2")),
    ("docker-compose.yml", include_str!("../../templates/docker-compose.yml.j2")),
    ("env/platform.env", include_str!("../../templates/env/platform.env.j2")),
    ("env/service.env", include_str!("../../templates/env/service.env.j2")),
    ("k8s/kustomization.yaml", include_str!("../../templates/k8s/kustomization.yaml.j2")),
    ("k8s/namespace.yaml", include_str!("../../templates/k8s/namespace.yaml.j2")),
    ("k8s/service.yaml", include_str!("../../templates/k8s/service.yaml.j2")),
    ("package-json/service.json", include_str!("../../templates/package-json/service.json.j2")),
];

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
}

impl Template {
    /// Whether it is one of portgen's own. These go from a service no farther than to what it depends on.
    pub fn is_built_in(&self) -> bool {
        self.is_built_in
    }

    /// Whether it is one of portgen's own, and its outputs are where it says.
    pub fn is_at_home(&self) -> bool {
        self.is_built_in && !self.from_root
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
    /// The built-in templates, those of `own` in their place or beside them, less what `outputs` switches off.
    ///
    /// `services` scales the fuel.
    ///
    /// # Errors
    /// A template without proper front matter or with a syntax error; an entry of `outputs` that names no template.
    pub fn new(
        own: Vec<Own>,
        outputs: &Outputs,
        ports_toml: &Arc<Source>,
        services: usize,
    ) -> Result<Self, Diagnostics> {
        let mut sources = BTreeMap::new();
        for (name, text) in BUILT_IN {
            let source = Source::of(Origin::BuiltIn, format!("templates/{name}.j2"), *text);
            sources.insert((*name).to_owned(), source);
        }
        let replaced: HashSet<String> = own.iter().map(|own| own.name.clone()).collect();
        sources.extend(own.into_iter().map(|own| (own.name, own.source)));
        let mut errors = unknown_names(&sources, outputs, ports_toml);
        sources.retain(|name, _| !outputs.is_disabled(name));
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
        let env = environment::compile(&list, services, &mut errors);
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
    Template { name, source, front, path_place, from_root: moved.is_some(), is_built_in: false }
}

/// The entries of `outputs` that name no template.
fn unknown_names(
    sources: &BTreeMap<String, Arc<Source>>,
    outputs: &Outputs,
    ports_toml: &Arc<Source>,
) -> Vec<Diagnostic> {
    let mut unknown = Vec::new();
    for (entry, span) in &outputs.disable {
        if !sources.keys().any(|name| is_within(name, entry)) {
            unknown.push((entry, span));
        }
    }
    for (name, _, span) in &outputs.paths {
        if !sources.contains_key(name) {
            unknown.push((name, span));
        }
    }
    let known: Vec<&str> = sources.keys().map(String::as_str).collect();
    let mut mistakes = Vec::with_capacity(unknown.len());
    for (name, span) in unknown {
        let mistake = Diagnostic::error(codes::UNKNOWN_OUTPUT, format!("there is no output {}", quoted(name)))
            .at(Place::new(ports_toml, span.clone()), "")
            .did_you_mean(name, known.iter().copied(), format!("the outputs are {}", known.join(", ")));
        mistakes.push(mistake);
    }
    mistakes
}
