//! A repository with N services.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// The outputs that are not of the yardstick.
const DISABLED: [&str; 5] =
    ["PORT_ALLOCATION.md", "env/platform.env", "k8s/kustomization.yaml", "k8s/namespace.yaml", "package-json"];

/// Which ports `ports.toml` gives out. None of them is one that a lint speaks of, besides the browsers' 10080.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ports {
    /// What was written last: 10000 and up.
    Same,
    /// One service in the middle has another port.
    OneChanged,
    /// Every service has another port: 20000 and up.
    EveryChanged,
}

/// A folder on tmpfs that goes with the value.
pub(crate) struct Tree {
    folder: TempDir,
    size: usize,
}

impl Tree {
    /// A repository with `size` services, where nothing was written yet.
    pub(crate) fn new(size: usize) -> Result<Self> {
        ensure!(size <= 10_000, "there are not enough ports for {size} services that all change theirs");
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("yardstick-").tempdir_in(parent)?;
        let tree = Self { folder, size };
        for service in 0..size {
            fs::create_dir_all(tree.root().join(directory(service)))?;
        }
        tree.allocate(Ports::Same)?;
        tree.forget()?;
        Ok(tree)
    }

    /// Its root, where `ports.toml` lies.
    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// How many services it has.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Writes `ports.toml`.
    pub(crate) fn allocate(&self, ports: Ports) -> Result<()> {
        Ok(fs::write(self.root().join("ports.toml"), manifest(self.size, ports)?)?)
    }

    /// Back to before the first write: no outputs, and every package.json with an old port.
    pub(crate) fn forget(&self) -> Result<()> {
        match fs::remove_dir_all(self.root().join("generated")) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        for service in 0..self.size {
            fs::write(self.root().join(package(service)), package_json(service))?;
        }
        Ok(())
    }
}

/// The argument that makes this program leave a tree behind; its size follows.
pub(crate) const KEEP: &str = "keep-tree";

/// Makes a tree and prints its root, which is the caller's to remove.
pub(crate) fn keep(arguments: &[OsString]) -> Result<()> {
    let size = arguments.first().and_then(|size| size.to_str()).context("the size is missing")?;
    let root = Tree::new(size.parse()?)?.folder.keep();
    Ok(io::stdout().write_all(root.as_os_str().as_encoded_bytes())?)
}

/// The folder of a service, from the root.
fn directory(service: usize) -> String {
    format!("services/{}", id(service))
}

/// The path of a service's package.json, from the root.
pub(crate) fn package(service: usize) -> String {
    format!("{}/package.json", directory(service))
}

/// The name of a service.
pub(crate) fn id(service: usize) -> String {
    format!("service-{service:05}")
}

fn manifest(size: usize, ports: Ports) -> Result<String> {
    let mut text = String::from(
        "version = 1\n\n[platform]\nname = \"Yardstick\"\nid = \"yardstick\"\n\n\
         [ranges]\nall = { ports = \"9000-29999\", purpose = \"Every service\" }\n\n\
         [groups.all]\ntitle = \"Services\"\nranges = [\"all\"]\n\n\
         [lints]\nbrowser-blocked-port = \"allow\"\n\n",
    );
    writeln!(text, "[outputs]\ndisable = {DISABLED:?}\n")?;
    for service in 0..size {
        let (id, directory, package) = (id(service), directory(service), package(service));
        let dependencies: Vec<String> = (service.saturating_sub(2)..service).map(self::id).collect();
        writeln!(
            text,
            "[services.{id}]\ntitle = \"Service {service}\"\ndescription = \"Does what service {service} does\"\n\
             group = \"all\"\nport = {}\ndir = {directory:?}\npackage = {package:?}\ndepends-on = {dependencies:?}\n",
            port(service, size, ports)
        )?;
    }
    Ok(text)
}

fn port(service: usize, size: usize, ports: Ports) -> usize {
    match ports {
        Ports::OneChanged if service == size / 2 => 9_000,
        Ports::Same | Ports::OneChanged => 10_000 + service,
        Ports::EveryChanged => 20_000 + service,
    }
}

fn package_json(service: usize) -> String {
    format!(
        r#"{{
  "name": "@yardstick/{}",
  "version": "0.1.0",
  "private": true,
  "scripts": {{
    "dev": "next dev -p 8000",
    "build": "next build",
    "lint": "eslint . --max-warnings 0",
    "test": "vitest run"
  }},
  "dependencies": {{
    "next": "15.1.0",
    "react": "19.0.0",
    "react-dom": "19.0.0"
  }}
}}
"#,
        id(service)
    )
}
