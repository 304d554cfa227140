//! git calls portgen from its hooks: what it would commit is judged, wherever the hook runs.

use crate::sandbox::Sandbox;

const PORTS: &str = "version = 1\n[platform]\nname = \"A\"\nid = \"a\"\n[services.web]\nport = 4001\n";

#[test]
fn the_hooks_of_init_refuse_drift_and_merges_that_make_it() {
    let sandbox = Sandbox::new();
    let git = |arguments: &str| sandbox.git(arguments).status.success();
    let portgen = |arguments: &[&str]| {
        let output = sandbox.portgen(["-C", "it's b"].iter().chain(arguments));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    assert!(git("init --quiet --initial-branch=main"));
    sandbox.put("it's b/ports.toml", PORTS);
    sandbox.put("it's b/web/README.md", "");
    portgen(&["write"]);
    let below = sandbox.portgen(["-C", "it's b/web", "init", "--git", "--hook"]);
    assert!(below.status.success(), "{}", String::from_utf8_lossy(&below.stderr));
    assert!(git("add --all") && git("commit --quiet -m one"), "a clean commit is refused");
    sandbox.put("it's b/ports.toml", PORTS.replace("4001", "4011"));
    assert!(git("add --all") && !git("commit --quiet -m drift"), "drift is committed");
    portgen(&["write"]);
    assert!(git("add --all") && git("commit --quiet -m two"), "mended drift is refused");
    assert!(git("switch --quiet --orphan pages"));
    sandbox.put("index.html", "");
    assert!(git("add index.html") && git("commit --quiet -m pages"), "a branch without ports.toml is refused");
    assert!(git("switch --quiet main"));
    let text = sandbox.text("it's b/ports.toml");
    for name in ["left", "right"] {
        assert!(git(&format!("checkout --quiet -b {name} main")));
        sandbox.put("it's b/ports.toml", format!("{text}\n[services.{name}]\nport = 4020\n"));
        portgen(&["write"]);
        assert!(git("add --all") && git(&format!("commit --quiet -m {name}")));
    }
    assert!(!git("merge --quiet -m both left"), "a merge that gives one port to two services is committed");
    let merged = sandbox.text("it's b/ports.toml");
    assert!(
        merged.contains("[services.left]") && merged.contains("[services.right]") && !merged.contains("<<<<"),
        "{merged}"
    );
    sandbox.put("it's b/ports.toml", merged.replacen("4020", "4021", 1));
    portgen(&["write"]);
    assert!(git("add --all") && git("commit --quiet -m both"));
}

/// A repository with a platform in `sub` and this hook, and one commit.
fn with_hook(hook: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("init --quiet --initial-branch=main");
    sandbox.put("sub/ports.toml", PORTS);
    assert!(sandbox.portgen(["-C", "sub", "write"]).status.success());
    sandbox.done("add --all");
    sandbox.done("commit --quiet -m one");
    sandbox.put(".git/hooks/pre-commit", format!("#!/bin/sh\n{hook}\n"));
    let runnable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(sandbox.file(".git/hooks/pre-commit"), runnable).unwrap();
    sandbox
}

/// A commit that the hook refuses because of drift, and not for another reason.
fn refused(sandbox: &Sandbox, arguments: &str) {
    let output = sandbox.git(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("stale (ports.toml or a template"), "git {arguments}: {said}");
}

const BELOW_THE_TOP: [&str; 2] = ["exec portgen -C sub diff --staged", "cd sub && exec portgen diff --staged"];

#[test]
fn a_hook_below_the_top_judges_whatever_is_about_to_be_committed() {
    for hook in BELOW_THE_TOP {
        // Where these are given, git tells its hooks of them, as they are.
        for named in ["", "--git-dir=.git --work-tree=. ", "--git-dir=.git "] {
            let sandbox = with_hook(hook);
            sandbox.put("sub/ports.toml", PORTS.replace("4001", "4011"));
            refused(&sandbox, &format!("{named}commit --quiet -a -m all"));
            assert!(sandbox.portgen(["-C", "sub", "write"]).status.success());
            // git makes an index for what is named alone.
            refused(&sandbox, &format!("{named}commit --quiet -m part sub/ports.toml"));
            sandbox.done(&format!("{named}commit --quiet -m whole sub"));
        }
    }
}

#[test]
fn a_hook_in_a_linked_worktree_judges_that_one() {
    for hook in BELOW_THE_TOP {
        let sandbox = with_hook(hook);
        sandbox.done("worktree add --quiet other");
        sandbox.put("other/sub/ports.toml", PORTS.replace("4001", "4011"));
        refused(&sandbox, "-C other commit --quiet -a -m all");
        assert!(sandbox.portgen(["-C", "other/sub", "write"]).status.success());
        refused(&sandbox, "-C other/sub commit --quiet -m part ports.toml");
        sandbox.done("-C other/sub commit --quiet -a -m all");
    }
}

/// One that git would not find from the folder is the one that was asked for.
#[test]
fn a_repository_that_is_named_is_the_one_that_counts() {
    let sandbox = with_hook("exit 0");
    sandbox.put("sub/ports.toml", PORTS.replace("4001", "4011"));
    sandbox.done("add sub/ports.toml");
    std::fs::rename(sandbox.file(".git"), sandbox.file("elsewhere")).unwrap();
    sandbox.done("init --quiet");
    let code = |repository: &str| {
        let mut portgen = sandbox.command(env!("CARGO_BIN_EXE_portgen"));
        portgen.env("GIT_DIR", sandbox.file(repository)).env("GIT_WORK_TREE", sandbox.path());
        portgen.args(["-C", "sub", "diff", "--staged"]).output().unwrap().status.code()
    };
    assert_eq!((code("elsewhere"), code(".git")), (Some(1), Some(2)));
}

#[test]
fn a_repository_apart_from_its_files_is_judged() {
    let sandbox = with_hook("portgen -C sub diff --staged");
    std::fs::rename(sandbox.file(".git"), sandbox.file("apart.git")).unwrap();
    for apart in [
        "--git-dir=apart.git --work-tree=.".to_owned(),
        format!("--git-dir={} --work-tree={}", sandbox.file("apart.git").display(), sandbox.path().display()),
    ] {
        let commit = || sandbox.git(&format!("{apart} commit --quiet --allow-empty -m clean"));
        let output = commit();
        assert!(output.status.success(), "{apart}: {}", String::from_utf8_lossy(&output.stderr));
        sandbox.put("sub/ports.toml", PORTS.replace("4001", "4011"));
        sandbox.done(&format!("{apart} add sub/ports.toml"));
        let output = commit();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains("stale"), "{apart}: {said}");
        sandbox.put("sub/ports.toml", PORTS);
        sandbox.done(&format!("{apart} add sub/ports.toml"));
    }
}

/// What GitHub and pre-commit read of this repository is YAML, and names commands that there are.
#[test]
fn the_action_and_the_hooks_can_be_read() {
    let read = |name: &str| -> serde_json::Value {
        let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
        serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let action = read("action.yml");
    let steps = action["runs"]["steps"].as_array().unwrap();
    let (used, run): (Vec<_>, Vec<_>) = steps.iter().partition(|step| step["uses"].is_string());
    // What it uses of others is named by its content.
    assert!(used.iter().all(|step| step["uses"].as_str().unwrap().split_once('@').unwrap().1.len() == 40), "{action}");
    assert!(run.len() == 5 && run.iter().all(|step| step["run"].is_string() && step["shell"] == "bash"), "{action}");
    let hooks = read(".pre-commit-hooks.yaml");
    let hooks = hooks.as_array().unwrap().iter().map(|hook| (&hook["id"], &hook["language"]));
    let hooks: Vec<_> =
        hooks.map(|(id, language)| format!("{} {}", id.as_str().unwrap(), language.as_str().unwrap())).collect();
    let of_python = ["portgen-diff python", "portgen-write python", "portgen-check python"];
    assert_eq!(hooks[..3], of_python);
    assert_eq!(hooks[3..], ["portgen-diff-rust rust", "portgen-write-rust rust", "portgen-check-rust rust"]);
}

#[test]
fn pre_commit_installs_the_wheel_of_this_version() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let project = std::fs::read_to_string(root.join("pyproject.toml")).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert!(project.contains(&format!("\nversion = \"{version}\"\n")), "{project}");
    assert!(project.contains(&format!("dependencies = [\"portgen=={version}\"]")), "{project}");
}
