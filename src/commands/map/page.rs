//! The picture as a page: what it looks like and does is in the template.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use super::picture::Picture;

pub(super) fn render(picture: &Picture<'_>) -> anyhow::Result<String> {
    rendered(include_str!("page.html.j2"), picture)
}

/// A template with every value escaped as HTML and XML need it.
pub(super) fn rendered(template: &str, value: &impl Serialize) -> anyhow::Result<String> {
    let mut env = Environment::new();
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?);
    env.add_template("map", template)?;
    Ok(env.get_template("map")?.render(Value::from(Serde(value)))?)
}
