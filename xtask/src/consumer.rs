//! A package outside of the workspace that depends on ours: the features that others turn on do not reach it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{self, Result};

/// A package with one program, in a folder under `target` that is removed in the end.
pub(crate) struct Consumer {
    folder: PathBuf,
    title: String,
}

/// The scripts in a folder, sorted by name: files of Rust, each with its dependencies at the beginning, between two lines `---`. There `CRATES`
/// stands for the folder of our packages. Cargo means to run such files one day.
pub(crate) fn scripts(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let entries: Vec<_> =
        fs::read_dir(folder).map_err(failed)?.collect::<std::io::Result<_>>().map_err(failed)?;
    let mut scripts: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    scripts.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    scripts.sort();
    Ok(scripts)
}

impl Consumer {
    /// The package of a script, with the versions of this project's lock file, where that has them.
    pub(crate) fn write(script: &Path) -> Result<Self> {
        let name = script.file_stem().unwrap_or_default();
        let text = read(script)?;
        let Script { manifest, title, main } =
            parse(&text).ok_or_else(|| format!("{}: no script", script.display()))?;
        let folder = shell::root().join("target/consumers").join(name);
        let consumer = Self { folder, title: title.to_owned() };
        consumer.file("Cargo.toml", &with_profile(manifest))?;
        consumer.file("src/main.rs", main)?;
        consumer.file("Cargo.lock", &read(&shell::root().join("Cargo.lock"))?)?;
        Ok(consumer)
    }

    /// What the script says first.
    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Cargo in this folder.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = shell::cargo(arguments.iter().copied());
        cargo
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env_remove("RUSTFLAGS");
        cargo
    }

    fn file(&self, name: &str, text: &str) -> Result {
        let path = self.folder.join(name);
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        fs::create_dir_all(path.parent().unwrap_or(&self.folder)).map_err(failed)?;
        fs::write(&path, text).map_err(failed)
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder); // what is left is written over the next time
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[derive(Debug, PartialEq, Eq)]
struct Script<'t> {
    manifest: &'t str,
    title: &'t str,
    main: &'t str,
}

fn parse(text: &str) -> Option<Script<'_>> {
    let (manifest, main) = text.strip_prefix("---\n")?.split_once("---\n")?;
    let title = main.lines().next()?.trim_start_matches(['/', '!', ' ']);
    Some(Script { manifest, title, main })
}

fn with_profile(manifest: &str) -> String {
    let crates = shell::root().join("crates");
    let manifest = manifest.replace("CRATES", &crates.display().to_string());
    format!(
        "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[profile.release]\nstrip = true\n\n{manifest}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_begins_with_its_dependencies() {
        let text = "---\n[dependencies]\nx = \"1\"\n---\n//! What it is.\n\nfn main() {}\n";
        let script = parse(text).unwrap();
        assert_eq!(script.manifest, "[dependencies]\nx = \"1\"\n");
        assert_eq!(script.title, "What it is.");
        assert!(script.main.ends_with("fn main() {}\n"));
        assert_eq!(parse("fn main() {}\n"), None);
    }

    #[test]
    fn our_packages_are_those_of_this_project() {
        let manifest = with_profile("[dependencies]\ndewar = { path = \"CRATES/dewar\" }\n");
        assert!(manifest.contains("/crates/dewar\"") && !manifest.contains("CRATES"), "{manifest}");
    }
}
