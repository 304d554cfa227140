//! Which outputs a template has, and where they go: its `when` and its `output` for each subject.

use minijinja::value::Value;
use minijinja::{Error, Expression};

use super::context::{Root, Subject, World};
use super::plain::{Condition, Plain};
use super::{Template, Templates, environment};

/// Which outputs a template has, and where they go; both without the engine where it is not needed.
#[derive(Debug)]
pub struct Placement<'t> {
    condition: Option<Condition>,
    /// The condition for the engine, where it is not plain.
    when: Option<Expression<'t, 't>>,
    plain: Option<Plain>,
    templates: &'t Templates,
    template: &'t Template,
}

impl<'t> Placement<'t> {
    pub(super) fn new(templates: &'t Templates, template: &'t Template) -> Result<Self, Error> {
        let when = template.front.when.as_deref();
        let condition = when.and_then(|when| Condition::parse(&when.split_whitespace().collect::<Vec<_>>()));
        let compiled = when.filter(|_| condition.is_none()).map(|when| templates.env.compile_expression(when));
        let plain = Plain::parse_line(&template.front.output);
        Ok(Self { condition, when: compiled.transpose()?, plain, templates, template })
    }

    /// Adds the path of the output about `subject`, as the template has it; false where there is no such output.
    ///
    /// # Errors
    /// The condition or the path fails.
    pub fn push_path(&self, world: &World, subject: Subject, path: &mut String) -> Result<bool, Error> {
        let root = Root::new(world, subject, None);
        let env = &self.templates.env;
        if let Some(when) = &self.template.front.when {
            let holds = match self.condition.as_ref().and_then(|condition| condition.of(&root)) {
                Some(holds) => holds,
                None => match &self.when {
                    Some(when) => when.eval(Value::from_object(root))?.is_true(),
                    None => env.compile_expression(when)?.eval(Value::from_object(root))?.is_true(),
                },
            };
            if !holds {
                return Ok(false);
            }
        }
        let start = path.len();
        if self.plain.as_ref().and_then(|plain| plain.push(&root, None, path)).is_none() {
            path.truncate(start);
            let engine = env.get_template(&environment::path_name(self.template))?;
            path.push_str(&engine.render(Value::from_object(root))?);
        }
        Ok(true)
    }
}
