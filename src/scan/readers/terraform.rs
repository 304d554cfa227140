//! Terraform: what forms find, by the name of the resource that it is in. What is run there may be anything, so all of it is weak.

use super::{File, nearest};
use crate::scan::statement::{Statement, Whose};

/// Reads a file of Terraform.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    if file.extension() != "tf" {
        return None;
    }
    let found = nearest::read(file, &["name", "resource", "module"]);
    let is_of_a_name = |one: &Statement<'_>| matches!(one.whose, Whose::Named(_) | Whose::Own);
    Some(found.into_iter().map(|one| if is_of_a_name(&one) { one.weak() } else { one }).collect())
}

#[cfg(test)]
mod tests {
    use crate::scan::readers::tests::said;

    #[test]
    fn resources_have_names() {
        for (text, wanted) in [
            ("resource \"aws_lb_target_group\" \"auth\" {\n  port = 4001\n  timeout = 3000\n}", "l4001 auth?"),
            (
                "resource \"x\" \"y\" {\n  container_definitions = jsonencode([{ name = \"auth\", containerPort = 4001 }])\n}",
                "l4001 auth?",
            ),
            ("variable \"auth_port\" {\n  default = 4001\n}", ""),
            ("resource \"a\" \"b\" {\n  cidr = \"10.0.0.0/16\"\n  size = 4096\n}", ""),
        ] {
            assert_eq!(said("Terraform", "infra/main.tf", text), wanted, "{text}");
        }
    }
}
