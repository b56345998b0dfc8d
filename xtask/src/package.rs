//! A package outside of the workspace: the features that others turn on do not reach it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{self, Result};

/// A package with one program, in a folder under `target` that is removed in the end.
pub(crate) struct Package {
    folder: PathBuf,
}

impl Package {
    /// What it depends on are lines of `[dependencies]`, in which `CRATES` stands for the folder of our packages. Its versions are those of this
    /// project's lock file, where that has them.
    pub(crate) fn write(name: &str, dependencies: &[&str], main: &str) -> Result<Self> {
        let package = Self { folder: shell::root().join("target/packages").join(folder_name(name)) };
        let lock = fs::read_to_string(shell::root().join("Cargo.lock")).map_err(|error| error.to_string())?;
        package.file("Cargo.toml", &manifest(dependencies))?;
        package.file("src/main.rs", main)?;
        package.file("Cargo.lock", &lock)?;
        Ok(package)
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

impl Drop for Package {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder); // what is left is written over the next time
    }
}

fn folder_name(name: &str) -> String {
    let kept = |char| if char == ' ' { Some('-') } else { Some(char).filter(char::is_ascii_alphanumeric) };
    name.chars().filter_map(kept).collect()
}

fn manifest(dependencies: &[&str]) -> String {
    let crates = shell::root().join("crates");
    let dependencies = dependencies.join("\n").replace("CRATES", &crates.display().to_string());
    format!(
        "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[profile.release]\nstrip = true\n\n\
         [dependencies]\n{dependencies}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_folder_is_named_after_it() {
        assert_eq!(folder_name("axum, dewar (sealed cookies)"), "axum-dewar-sealed-cookies");
    }

    #[test]
    fn our_packages_are_those_of_this_project() {
        let manifest = manifest(&["dewar = { path = \"CRATES/dewar\" }"]);
        assert!(manifest.contains("/crates/dewar\"") && !manifest.contains("CRATES"), "{manifest}");
    }
}
