//! Plans the outputs of all templates, each at a path of its own.

use std::borrow::Cow;
use std::ops::Range;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use crate::allocation::Allocation;
use crate::diagnostic::{Diagnostic, Diagnostics, codes, quoted};
use crate::outputs::render::Piece;
use crate::parallel;
use crate::path::{OutputPath, RelPath, collision_key};
use crate::templates::context::{Context, Subject};
use crate::templates::front_matter::Each;
use crate::templates::{Template, Templates};

/// One output to render.
#[derive(Clone, Debug)]
pub struct Target {
    /// Index into [`Templates::list`].
    pub template: usize,
    /// The subject of the output.
    pub subject: Subject,
    /// The path of the output, from the root.
    pub path: OutputPath,
}

impl Target {
    /// What is rendered for it.
    pub fn piece(&self) -> Piece<'_> {
        Piece { template: self.template, subject: self.subject, path: &self.path, above: 0 }
    }
}

/// The path of a file that a person owns: no output may have it.
#[derive(Clone, Copy, Debug)]
pub struct Taken<'a> {
    /// The file.
    pub path: &'a RelPath,
    /// The kind of file in messages: `package.json`.
    pub noun: &'static str,
    /// Index into the services: the owner of the file.
    pub service: usize,
    /// Where ports.toml names it.
    pub span: &'a Range<usize>,
}

/// Every output, by path.
///
/// # Errors
/// A condition or a path fails, a path is not allowed, two outputs have one path, one is below the other, or one is at the path
/// of a person's file.
pub fn plan(context: &'static Context, templates: &Templates, taken: &[Taken<'_>]) -> Result<Vec<Target>, Diagnostics> {
    let mut targets = Vec::with_capacity(templates.list.len() * context.allocation.services.len().min(4096));
    let mut errors = Vec::new();
    for (index, _) in templates.list.iter().enumerate().filter(|(_, template)| template.block().is_none()) {
        match targets_of(context, templates, index) {
            Ok(own) => targets.extend(own),
            Err(error) => errors.push(error),
        }
    }
    // A stable sort is fast here: the outputs of one template are mostly in order.
    targets.sort_by(|a, b| a.path.cmp(&b.path));
    errors.extend(collisions(context, templates, &targets, taken));
    Diagnostics(errors).into_result()?;
    Ok(targets)
}

/// The outputs of the template `index`.
///
/// # Errors
/// A condition or a path fails, or a path is not allowed.
pub fn targets_of(context: &'static Context, templates: &Templates, index: usize) -> Result<Vec<Target>, Diagnostic> {
    let template = &templates.list[index];
    let failed = |error| templates.diagnostic(template, "cannot be planned", &error);
    let placement = templates.placement(template).map_err(failed)?;
    let folder = match template.from_root {
        true => String::new(),
        false => format!("{}/", context.allocation.outputs.directory),
    };
    let planned = parallel::map(&subjects(context, template.front.each), |subject, _| -> Result<_, Diagnostic> {
        let path = placement.path(context, *subject).map_err(|error| for_subject(context, *subject, failed(error)))?;
        let Some(path) = path.filter(|path| !is_left_out(path, *subject)) else { return Ok(None) };
        Ok(Some(Target { template: index, subject: *subject, path: proven(template, &folder, &path)? }))
    });
    planned.into_iter().filter_map(Result::transpose).collect()
}

/// Whether a path says that there is no output: an empty one of something that there is several of.
fn is_left_out(path: &str, subject: Subject) -> bool {
    path.is_empty() && !matches!(subject, Subject::Platform)
}

/// Names the service whose path cannot be worked out.
fn for_subject(context: &Context, subject: Subject, failed: Diagnostic) -> Diagnostic {
    let (Subject::Service(service) | Subject::Binding(service, _)) = subject else { return failed };
    let id = quoted(&context.allocation.services[service].id);
    failed.help(format!("this is the path for {id}: where a path is empty, as with `{{% if service.dir %}}...{{% endif %}}`, there is no output"))
}

/// Everything that there is a piece about, for each of these.
pub fn subjects(context: &'static Context, each: Each) -> Vec<Subject> {
    let services = &context.allocation.services;
    match each {
        Each::Platform => vec![Subject::Platform],
        Each::Group => (0..context.allocation.groups.len()).map(Subject::Group).collect(),
        Each::Service => (0..services.len()).map(Subject::Service).collect(),
        Each::Binding => services
            .iter()
            .enumerate()
            .flat_map(|(service, one)| (0..one.bindings.len()).map(move |binding| Subject::Binding(service, binding)))
            .collect(),
    }
}

/// The full path of an output: `folder`, then `written`, which comes from the template.
fn proven(template: &Template, folder: &str, written: &str) -> Result<OutputPath, Diagnostic> {
    let refuse = |reason: &str| {
        Diagnostic::error(codes::OUTPUT_PATH, format!("the output path {} {reason}", quoted(written)))
            .at(template.path_place.clone(), "")
            .help("an output must be below the folder of ports.toml, at a plain relative path")
    };
    if written.is_empty() {
        return Err(refuse("is empty"));
    }
    if !template.from_root && written.starts_with('/') {
        return Err(refuse("is absolute"));
    }
    // The folder of a service may be `.`.
    let path = [folder, written.strip_prefix("./").unwrap_or(written)].concat();
    let proven = OutputPath::parse(&path).map_err(refuse)?;
    // On a file system that ignores case, `Ports.toml` is the same file.
    let key = folded(&path);
    if key == "ports.toml" || key.starts_with("templates/") {
        return Err(refuse("is a file that portgen reads"));
    }
    Ok(proven)
}

/// Finds outputs with one path (after case folding and Unicode normalisation), below each other, or at the lock's path.
fn collisions(
    context: &'static Context,
    templates: &Templates,
    targets: &[Target],
    taken: &[Taken<'_>],
) -> Vec<Diagnostic> {
    let lock = format!("{}/portgen.lock", context.allocation.outputs.directory).to_ascii_lowercase();
    let mut seen: HashMap<Cow<'_, str>, usize> = HashMap::with_capacity(targets.len());
    let mut reported = HashSet::new();
    let mut found = Vec::new();
    for (index, target) in targets.iter().enumerate() {
        let key = folded(target.path.as_str());
        if key == lock {
            found.push(conflict(templates, target, "is portgen's own lock file"));
        }
        if let Some(first) = seen.insert(key, index) {
            let other = &targets[first];
            if other.template == target.template && other.path == target.path {
                if reported.insert(target.template) {
                    found.push(one_path_for_all(templates, target));
                }
                continue;
            }
            found.push(at_one_path(context, templates, target, other));
        }
    }
    for (taken, index) in taken.iter().filter_map(|taken| Some((taken, *seen.get(&folded(taken.path.as_str()))?))) {
        found.push(in_the_place(context, templates, &targets[index], taken));
    }
    let mut last_folder = None;
    for target in targets {
        let folder = target.path.parent();
        // The outputs of one folder follow each other, so each folder is looked up once.
        if folder != std::mem::replace(&mut last_folder, folder) && folder.is_some_and(|folder| is_taken(folder, &seen))
        {
            found.push(conflict(templates, target, "is below the path of another output"));
        }
    }
    found
}

/// The error for two outputs of different templates that are one file.
fn at_one_path(context: &'static Context, templates: &Templates, target: &Target, other: &Target) -> Diagnostic {
    if let (Subject::Service(one), Subject::Service(first)) = (target.subject, other.subject)
        && target.template == other.template
    {
        return differ_in_case(&context.allocation, target, [one.max(first), one.min(first)]);
    }
    for (named, other) in [(target, other), (other, target)] {
        if let Subject::Service(service) | Subject::Binding(service, _) = named.subject
            && templates.list[named.template].is_at_home()
        {
            return named_like(&context.allocation, templates, service, [named, other]);
        }
    }
    let what = if other.path == target.path {
        "is also the path of another output".to_owned()
    } else {
        let other = quoted(other.path.as_str());
        format!("and {other} are the same file on a system that ignores case or Unicode form")
    };
    let place = templates.list[other.template].path_place.clone();
    conflict(templates, target, &what).at(place, "the other one")
}

/// The error for two services whose outputs are one file where the file system ignores case.
fn differ_in_case(allocation: &Allocation, target: &Target, services: [usize; 2]) -> Diagnostic {
    let [one, first] = services.map(|at| &allocation.services[at]);
    let path = quoted(target.path.as_str());
    let (id, first_id) = (quoted(&one.id), quoted(&first.id));
    let message = format!("{id} and {first_id} both have the output {path} on a file system that ignores case");
    Diagnostic::error(codes::OUTPUT_PATH, message)
        .at(allocation.place(&one.span), "the same name but for case")
        .at(allocation.place(&first.span), "first here")
        .help("rename one of the two services")
}

/// The error for a service whose name makes the path of another output.
fn named_like(
    allocation: &Allocation,
    templates: &Templates,
    service: usize,
    [named, other]: [&Target; 2],
) -> Diagnostic {
    let service = &allocation.services[service];
    let [own, other_one] = [named, other].map(|target| &templates.list[target.template]);
    let (id, path, other_name) = (quoted(&service.id), quoted(other.path.as_str()), quoted(&other_one.name));
    let is_kubernetes = own.name == "k8s/service.yaml";
    let span = if is_kubernetes { service.kubernetes_span() } else { &service.span };
    let mut error = Diagnostic::error(
        codes::OUTPUT_PATH,
        format!("the service {id} and the output {other_name} both have the path {path}"),
    )
    .at(allocation.place(span), "this name makes the path");
    if !other_one.is_at_home() {
        error = error.at(other_one.path_place.clone(), "the other one");
    }
    if is_kubernetes {
        let example = format!("kubernetes = {{ name = \"{}-service\" }}", service.id);
        error = error.help(format!("give it another name in Kubernetes: {}", quoted(&example)));
    }
    error.help("or rename the service, or move one of the two with `[outputs.paths]`")
}

/// The error for an output at the path of a file that a person owns.
fn in_the_place(context: &'static Context, templates: &Templates, target: &Target, taken: &Taken<'_>) -> Diagnostic {
    let allocation = &context.allocation;
    let what = format!("is the {} of {}", taken.noun, quoted(&allocation.services[taken.service].id));
    conflict(templates, target, &what).at(allocation.place(taken.span), "a file of your own")
}

/// The collision key of a path; most paths are their own key.
fn folded(path: &str) -> Cow<'_, str> {
    match path.bytes().fold(false, |folds, byte| folds | !byte.is_ascii() | byte.is_ascii_uppercase()) {
        true => collision_key(path).into(),
        false => path.into(),
    }
}

/// The error for a template that is rendered, say, for each service, but always to the same path.
fn one_path_for_all(templates: &Templates, target: &Target) -> Diagnostic {
    let template = &templates.list[target.template];
    let message = format!("the output path {} is the same for several outputs", quoted(target.path.as_str()));
    Diagnostic::error(codes::OUTPUT_PATH, message)
        .at(template.path_place.clone(), "this path")
        .at(template.front.place(&template.source, "each"), "one output each")
        .help("make the paths differ, as in `output: env/{{ service.id }}.env`")
}

/// Whether `folder` or a folder above it is the path of an output.
fn is_taken(folder: &str, seen: &HashMap<Cow<'_, str>, usize>) -> bool {
    let key = folded(folder);
    let ends = key.match_indices('/').map(|(end, _)| end).chain([key.len()]);
    ends.into_iter().any(|end| seen.contains_key(&key[..end]))
}

fn conflict(templates: &Templates, target: &Target, what: &str) -> Diagnostic {
    Diagnostic::error(codes::OUTPUT_PATH, format!("the output path {} {what}", quoted(target.path.as_str())))
        .at(templates.list[target.template].path_place.clone(), "this output")
        .help("give one of them another `output:`, or move it with `[outputs.paths]`")
}
