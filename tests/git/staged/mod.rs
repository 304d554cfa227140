//! `diff --staged` judges what git would commit, whatever the files on the disk are.

mod bytes;

use std::fs;
use std::os::unix::fs::symlink;

use crate::sandbox::{Sandbox, contents};

const PORTS: &str = "version = 1\n[platform]\nname = \"A\"\nid = \"a\"\n[lints]\nmissing-package = \"allow\"\n[services.web]\nport = 4001\npackage = \"web/package.json\"\n";

/// A repository with an empty platform's outputs staged, and nothing committed yet.
fn repository() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("init --quiet --initial-branch=main");
    sandbox.put("ports.toml", PORTS);
    sandbox.put("web/package.json", "{ \"scripts\": { \"dev\": \"next dev -p 4001\" } }\n");
    assert_eq!(run(&sandbox, "write").0, 0);
    sandbox.done("add --all");
    sandbox
}

/// The exit code, stdout and stderr.
fn run(sandbox: &Sandbox, arguments: &str) -> (i32, String, String) {
    let output = sandbox.portgen(arguments.split(' '));
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Which files drift in the index; the tree on the disk is not touched by asking.
fn staged(sandbox: &Sandbox) -> Vec<String> {
    let before = sandbox.state();
    let (exit, out, err) = run(sandbox, "diff --staged --name-only");
    assert_eq!(exit, i32::from(!out.is_empty()), "{out}{err}");
    assert_eq!(sandbox.state(), before);
    out.lines().map(str::to_owned).collect()
}

/// stderr of a `diff --staged` that ends with an error.
fn refused(sandbox: &Sandbox) -> String {
    let (exit, out, err) = run(sandbox, "diff --staged");
    assert_eq!((exit, out.as_str()), (2, ""), "{err}");
    err
}

fn move_port(sandbox: &Sandbox) {
    sandbox.put("ports.toml", PORTS.replace("4001", "4011"));
}

#[test]
fn a_repository_without_commits_is_judged() {
    let sandbox = repository();
    assert_eq!(staged(&sandbox), [""; 0]);
    move_port(&sandbox);
    assert_eq!(staged(&sandbox), [""; 0], "what is not staged does not count");
    sandbox.done("add ports.toml");
    let files = contents(sandbox.state());
    let carries = |(name, text): &(&String, &String)| match name.split_once('/') {
        Some(("generated", "portgen.lock")) => true,
        Some(("generated" | "web", _)) => text.contains("4001"),
        _ => false,
    };
    let carrying: Vec<String> = files.iter().filter(carries).map(|(name, _)| name.clone()).collect();
    assert!(carrying.len() > 7 && carrying.contains(&"web/package.json".to_owned()), "{carrying:?}");
    assert_eq!(staged(&sandbox), carrying);
}

#[test]
fn outputs_that_are_mended_on_the_disk_alone_still_drift() {
    let sandbox = repository();
    sandbox.done("commit --quiet --message one");
    move_port(&sandbox);
    sandbox.done("add ports.toml");
    assert_eq!(run(&sandbox, "write").0, 0);
    assert_eq!(run(&sandbox, "diff").0, 0);
    let drifting = staged(&sandbox);
    assert!(
        drifting.contains(&"generated/k8s/web.yaml".to_owned()) && drifting.contains(&"web/package.json".to_owned())
    );
    sandbox.done("add generated");
    assert_eq!(staged(&sandbox), ["web/package.json"]);
    sandbox.done("add --all");
    assert_eq!(staged(&sandbox), [""; 0]);
}

#[test]
fn a_patch_is_against_the_index() {
    let sandbox = repository();
    move_port(&sandbox);
    sandbox.done("add ports.toml");
    let (_, patch, said) = run(&sandbox, "diff --staged");
    assert!(said.ends_with("portgen: run `portgen write` and stage the result\n"), "{said}");
    sandbox.put("staged.patch", patch);
    sandbox.done("apply --cached staged.patch");
    assert_eq!(staged(&sandbox), [""; 0]);
}

#[test]
fn half_a_file_may_be_staged() {
    let sandbox = repository();
    sandbox.done("commit --quiet --message one");
    sandbox.put("generated/env/web.env", "PORT=1\n");
    sandbox.done("add --all");
    sandbox.put("generated/env/web.env", "PORT=2\n");
    let (_, patch, _) = run(&sandbox, "diff --staged");
    assert!(patch.contains("\n-PORT=1\n") && !patch.contains("PORT=2"), "{patch}");
}

#[test]
fn new_and_deleted_files_are_told_from_the_index() {
    let sandbox = repository();
    sandbox.done("commit --quiet --message one");
    sandbox.done("rm --quiet --cached generated/env/web.env");
    assert_eq!(staged(&sandbox), ["generated/env/web.env"]);
    sandbox.done("reset --quiet");
    sandbox.put("ports.toml", PORTS.replace("port = 4001", "port = \"none\""));
    sandbox.done("add ports.toml");
    let (_, patch, _) = run(&sandbox, "diff --staged");
    assert!(
        patch.contains("diff --git a/generated/k8s/web.yaml b/generated/k8s/web.yaml\ndeleted file mode"),
        "{patch}"
    );
}

#[test]
fn templates_are_those_of_the_index() {
    let sandbox = repository();
    sandbox.put("templates/own/list.txt.j2", "{#-\noutput: list.txt\nformat: text\nclaims: any\n-#}\nhello\n");
    assert_eq!(staged(&sandbox), [""; 0]);
    sandbox.done("add templates");
    assert_eq!(staged(&sandbox), ["generated/list.txt", "generated/portgen.lock"]);
    fs::remove_dir_all(sandbox.file("templates")).unwrap();
    assert_eq!(staged(&sandbox), ["generated/list.txt", "generated/portgen.lock"]);
}

/// `git add -N` names a file without staging it.
#[test]
fn what_is_only_intended_is_not_staged() {
    for format in ["sha1", "sha256"] {
        let sandbox = Sandbox::new();
        sandbox.done(&format!("init --quiet --object-format={format}"));
        sandbox.put("b/ports.toml", PORTS);
        sandbox.done("add --intent-to-add b/ports.toml");
        let (exit, _, said) = run(&sandbox, "-C b diff --staged");
        assert!(exit == 2 && said.contains("there is no ports.toml in git's index"), "{said}");
        sandbox.done("add b");
        assert_eq!(run(&sandbox, "-C b write").0, 0);
        sandbox.done("add b/generated");
        sandbox.done("rm --quiet --cached b/generated/env/web.env");
        sandbox.done("add --intent-to-add b/generated/env/web.env");
        sandbox.put("b/templates/env/.env.j2", "no front matter");
        sandbox.done("add --intent-to-add b/templates");
        let (exit, patch, said) = run(&sandbox, "-C b diff --staged");
        let new = "diff --git a/b/generated/env/web.env b/b/generated/env/web.env\nnew file mode";
        assert!(exit == 1 && patch.starts_with(new) && patch.matches("diff --git").count() == 1, "{patch}{said}");
        // An empty file that is staged is one.
        sandbox.put("b/generated/env/web.env", "");
        sandbox.done("add b/generated");
        assert!(!run(&sandbox, "-C b diff --staged").1.contains("new file mode"));
        sandbox.put("b/templates/env/.env.j2", "");
        sandbox.done("add b/templates");
        assert!(run(&sandbox, "-C b diff --staged").2.contains("error[front-matter]"));
    }
}

#[test]
fn any_folder_below_and_any_worktree_will_do() {
    let sandbox = repository();
    sandbox.done("commit --quiet --message one");
    sandbox.done("worktree add --quiet other");
    sandbox.put("other/ports.toml", PORTS.replace("4001", "4011"));
    sandbox.done("-C other add ports.toml");
    assert_eq!(run(&sandbox, "-C web diff --staged").0, 0);
    assert_eq!(run(&sandbox, "-C other/web diff --staged").0, 1);
}

#[test]
fn a_platform_in_a_subfolder_or_a_submodule_is_judged_by_itself() {
    let sandbox = repository();
    sandbox.done("commit --quiet --message one");
    let outer = Sandbox::new();
    outer.done("init --quiet");
    let from = sandbox.path().to_str().unwrap();
    outer.done(&format!("-c protocol.file.allow=always submodule --quiet add {from} inner"));
    assert_eq!(run(&outer, "-C inner diff --staged").0, 0);
    outer.put("inner/ports.toml", PORTS.replace("4001", "4011"));
    outer.done("-C inner add ports.toml");
    assert_eq!(run(&outer, "-C inner diff --staged").0, 1);
    outer.put("platforms/b/ports.toml", PORTS);
    outer.done("add platforms");
    let (exit, patch, _) = run(&outer, "-C platforms/b diff --staged");
    assert_eq!(exit, 1);
    assert!(patch.contains("+++ b/platforms/b/generated/env/web.env\n"), "{patch}");
}

/// The root is where git has ports.toml: a sparse checkout has none on the disk, and one that lies above is another's.
#[test]
fn nothing_need_be_on_the_disk() {
    let sandbox = Sandbox::new();
    sandbox.done("init --quiet --initial-branch=main");
    sandbox.put("ports.toml", "= no TOML =");
    sandbox.put("b/ports.toml", PORTS);
    sandbox.put("b/web/README.md", "");
    assert_eq!(run(&sandbox, "-C b write").0, 0);
    sandbox.done("add --all");
    sandbox.done("commit --quiet --message one");
    sandbox.put("b/ports.toml", PORTS.replace("4001", "4011"));
    sandbox.done("commit --quiet --all --message two");
    fs::remove_file(sandbox.file("ports.toml")).unwrap();
    fs::remove_file(sandbox.file("b/ports.toml")).unwrap();
    for folder in ["b", "b/web"] {
        let (exit, patch, _) = run(&sandbox, &format!("-C {folder} diff --staged"));
        assert_eq!(exit, 1);
        assert!(patch.contains("+++ b/b/generated/env/web.env\n"), "{patch}");
        for between in ["HEAD~..HEAD", "HEAD~ --staged"] {
            let (exit, lines, _) = run(&sandbox, &format!("-C {folder} review {between}"));
            assert_eq!(
                (exit, lines.trim_end()),
                (1, "moved     web  4001 -> 4011; container and service port too"),
                "{between}"
            );
        }
        let (_, report, _) = run(&sandbox, &format!("-C {folder} diff --staged --format github"));
        assert!(report.contains("file=b/generated/env/web.env,"), "{report}");
    }
    let (exit, _, error) = run(&sandbox, "-C b/web review HEAD~..nowhere");
    assert_eq!((exit, error.contains("unknown-revision")), (2, true), "{error}");
}

#[test]
fn what_git_cannot_say_is_an_error_with_a_way_out() {
    let nowhere = Sandbox::new();
    nowhere.put("ports.toml", PORTS);
    assert!(refused(&nowhere).contains("error[no-git-repository]: this is not a git repository"));
    nowhere.done("init --quiet");
    let said = refused(&nowhere);
    assert!(
        said.contains("error[no-ports-toml]: there is no ports.toml in git's index")
            && said.contains("`git add ports.toml`")
    );
    nowhere.put("ports.toml", "version = 1\n[platform\n");
    nowhere.done("add ports.toml");
    assert!(refused(&nowhere).contains("--> ports.toml:2:10"));
}

#[test]
fn an_index_with_conflicts_is_refused() {
    let sandbox = repository();
    sandbox.done("commit --quiet --message one");
    for (branch, port) in [("left", "4011"), ("right", "4021")] {
        sandbox.done(&format!("checkout --quiet -b {branch} main"));
        sandbox.put("ports.toml", PORTS.replace("4001", port));
        sandbox.done(&format!("commit --quiet --all --message {branch}"));
    }
    assert!(!sandbox.git("merge --quiet left").status.success());
    assert!(refused(&sandbox).contains("error[unmerged-index]: the index has conflicts: `ports.toml`\n"));
}

#[test]
fn no_symlink_in_the_index_is_followed() {
    let sandbox = repository();
    fs::rename(sandbox.file("generated/env"), sandbox.file("elsewhere")).unwrap();
    symlink("../elsewhere", sandbox.file("generated/env")).unwrap();
    sandbox.done("add --all");
    assert!(refused(&sandbox).contains("error[symlink]: `generated/env` is a symlink"));
    let sandbox = repository();
    fs::rename(sandbox.file("ports.toml"), sandbox.file("other.toml")).unwrap();
    symlink("other.toml", sandbox.file("ports.toml")).unwrap();
    sandbox.done("add --all");
    assert!(refused(&sandbox).contains("ports.toml cannot be read: it is a symlink"));
}

#[test]
fn a_package_in_a_submodule_is_not_in_the_tree() {
    let inner = repository();
    inner.done("commit --quiet --message one");
    let outer = Sandbox::new();
    outer.done("init --quiet");
    let from = inner.path().to_str().unwrap();
    outer.done(&format!("-c protocol.file.allow=always submodule --quiet add {from} web"));
    outer.put("ports.toml", PORTS.replace("web/package.json", "web/web/package.json"));
    assert_eq!(run(&outer, "write").0, 0);
    outer.done("add --all");
    assert_eq!(staged(&outer), [""; 0]);
}
