//! Which outputs a template has, and where they go: its `when` and its `output` for each subject.

use minijinja::value::Value;
use minijinja::{Error, Expression};

use super::plain::{Condition, Plain};
use super::view::{Root, Subject, World};
use super::{Template, Templates, environment};

/// Which outputs a template has, and where they go; both without the engine where it is not needed.
#[derive(Debug)]
pub struct Placement<'t> {
    condition: Option<Condition>,
    when: Option<Expression<'t, 't>>,
    plain: Option<Plain>,
    path: minijinja::Template<'t, 't>,
}

impl<'t> Placement<'t> {
    pub(super) fn new(templates: &'t Templates, template: &'t Template) -> Result<Self, Error> {
        let when = template.front.when.as_deref();
        Ok(Self {
            condition: when.and_then(|when| Condition::parse(&when.split_whitespace().collect::<Vec<_>>())),
            when: when.map(|when| templates.env.compile_expression(when)).transpose()?,
            plain: Plain::parse_line(&template.front.output),
            path: templates.env.get_template(&environment::path_name(template))?,
        })
    }

    /// Adds the path of the output about `subject`, as the template has it; false where there is no such output.
    ///
    /// # Errors
    /// The condition or the path fails.
    pub fn push_path(&self, world: &World, subject: Subject, path: &mut String) -> Result<bool, Error> {
        let root = Root::new(world, subject, None);
        if let Some(when) = &self.when {
            let holds = match self.condition.as_ref().and_then(|condition| condition.of(&root)) {
                Some(holds) => holds,
                None => when.eval(Value::from_object(root))?.is_true(),
            };
            if !holds {
                return Ok(false);
            }
        }
        let start = path.len();
        if self.plain.as_ref().and_then(|plain| plain.push(&root, None, path)).is_none() {
            path.truncate(start);
            path.push_str(&self.path.render(Value::from_object(root))?);
        }
        Ok(true)
    }
}
