//! A generated package that depends on one of our libraries, with the features that are asked for and no others.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::outside::{cargo, resolve};
use super::super::published::{Feature, Package};
use crate::shell::{self, Result};

/// It depends on each library only if asked to.
pub(super) struct Dependent {
    folder: PathBuf,
}

impl Dependent {
    pub(super) fn write(libraries: &[Package]) -> Result<Self> {
        let folder = shell::target().join("neighbours/features");
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        fs::create_dir_all(&folder).map_err(failed)?;
        fs::write(folder.join("Cargo.toml"), manifest(libraries, &shell::root())).map_err(failed)?;
        let code = include_str!("../../../../neighbours/parts/features.rs");
        fs::write(folder.join("lib.rs"), code).map_err(failed)?;
        resolve(&folder)?;
        Ok(Self { folder })
    }

    /// Compiles it with a library that has these features, with commas between them.
    pub(super) fn check(&self, library: &str, set: &str) -> Result {
        let features = set.split(',').filter(|feature| !feature.is_empty());
        let features: Vec<String> = std::iter::once(library.to_owned())
            .chain(features.map(|feature| format!("{library}_{feature}")))
            .collect();
        let mut check = cargo("check", &self.folder);
        shell::run(check.args(["--features", &features.join(",")]))
    }
}

fn manifest(libraries: &[Package], root: &Path) -> String {
    let mut dependencies = String::new();
    let mut features = String::new();
    for Package { name, features: own, .. } in libraries {
        let path = root.join("crates").join(name).display().to_string().replace('\\', "/");
        dependencies +=
            &format!("{name} = {{ path = \"{path}\", default-features = false, optional = true }}\n");
        features += &format!("{name} = [\"dep:{name}\"]\n");
        for Feature { name: feature, .. } in own {
            features += &format!("{name}_{feature} = [\"{name}\", \"{name}/{feature}\"]\n");
        }
    }
    format!(
        "[package]\nname = \"features\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n[workspace]\n\n\
         [dependencies]\n{dependencies}\n[features]\n{features}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_and_its_features_are_turned_on_by_name() {
        let feature = Feature { name: "a".into(), turns_on: Vec::new() };
        let library = Package { name: "p".into(), features: vec![feature], ..Package::default() };
        let manifest = manifest(&[library], Path::new("/here"));
        assert!(
            manifest.contains("p = { path = \"/here/crates/p\", default-features = false, optional = true }")
        );
        assert!(manifest.contains("p = [\"dep:p\"]\np_a = [\"p\", \"p/a\"]\n"), "{manifest}");
    }
}
