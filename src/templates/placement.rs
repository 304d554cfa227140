//! Which outputs a template has, and where they go: its `when` and its `output`, for each subject.

use minijinja::value::Value;
use minijinja::{Environment, Error, Expression};

use super::context::{Root, Subject, World};
use super::{Template, environment};

/// The condition and the path of a template's outputs, compiled.
#[derive(Debug)]
pub struct Placement<'t> {
    /// None where every subject has an output.
    when: Option<Expression<'t, 't>>,
    path: minijinja::Template<'t, 't>,
}

impl<'t> Placement<'t> {
    pub(super) fn new(env: &'t Environment<'static>, template: &'t Template) -> Result<Self, Error> {
        let when = template.front.when.as_deref().map(|when| env.compile_expression(when)).transpose()?;
        Ok(Self { when, path: env.get_template(&environment::path_name(template))? })
    }

    /// The path of the output about `subject`, as the template has it; none where there is no such output.
    ///
    /// # Errors
    /// The condition or the path fails.
    pub fn path(&self, world: &World, subject: Subject) -> Result<Option<String>, Error> {
        let root = Value::from_object(Root::new(world, subject, None));
        if let Some(when) = &self.when
            && !when.eval(root.clone())?.is_true()
        {
            return Ok(None);
        }
        self.path.render(root).map(Some)
    }
}
