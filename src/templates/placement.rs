//! Which outputs a template has, and where they go: its `when` and its `output`, for each subject.

use minijinja::value::Value;
use minijinja::{Environment, Error};

use super::Template;
use super::context::{Context, Root, Subject};
use super::environment::{NO_OUTPUT, path_name};

/// The condition and the path of a template's outputs, compiled.
#[derive(Debug)]
pub struct Placement<'t>(minijinja::Template<'t, 't>);

impl<'t> Placement<'t> {
    pub(super) fn new(env: &'t Environment<'static>, template: &Template) -> Result<Self, Error> {
        env.get_template(&path_name(template)).map(Self)
    }

    /// The path of the output about `subject`, as the template has it; none where there is no such output.
    ///
    /// # Errors
    /// The condition or the path fails.
    pub fn path(&self, context: &'static Context, subject: Subject) -> Result<Option<String>, Error> {
        let path = self.0.render(Value::from_object(Root::new(context, subject, None)))?;
        Ok(Some(path).filter(|path| path != NO_OUTPUT))
    }
}
