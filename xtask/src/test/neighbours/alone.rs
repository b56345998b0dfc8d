//! Each of our libraries as the only dependency of a package, with each of its features alone.

use std::fs;
use std::path::Path;

use super::super::published::{self, Package};
use super::super::steps::Context;
use super::check::{cargo, resolve};
use crate::shell::{self, Result};

/// Checks a generated package with every such dependency, and says how many those are.
pub(super) fn check(context: &Context) -> Result<usize> {
    let packages = published::libraries(context)?;
    let folder = shell::target().join("neighbours/alone");
    let write = |name: &str, text: &str| {
        fs::write(folder.join(name), text).map_err(|error| format!("{}: {error}", folder.display()))
    };
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    write("Cargo.toml", &manifest(&packages, &shell::root()))?;
    write("lib.rs", include_str!("../../../../neighbours/parts/alone.rs"))?;
    resolve(&folder)?;
    let sets: Vec<String> = packages.iter().flat_map(sets).collect();
    for set in &sets {
        println!("--- {set}");
        shell::run(cargo("check", &folder).args(["--features", set]))?;
    }
    Ok(sets.len())
}

/// The features of the generated package: one for the library without features, one for each feature of it.
fn sets(package: &Package) -> Vec<String> {
    let name = &package.name;
    let alone = package.features.iter().map(|feature| format!("{name}_{feature}"));
    std::iter::once(name.clone()).chain(alone).collect()
}

fn manifest(packages: &[Package], root: &Path) -> String {
    let mut dependencies = String::new();
    let mut features = String::new();
    for Package { name, features: own, .. } in packages {
        let path = root.join("crates").join(name).display().to_string().replace('\\', "/");
        dependencies +=
            &format!("{name} = {{ path = \"{path}\", default-features = false, optional = true }}\n");
        features += &format!("{name} = [\"dep:{name}\"]\n");
        for feature in own {
            features += &format!("{name}_{feature} = [\"{name}\", \"{name}/{feature}\"]\n");
        }
    }
    format!(
        "[package]\nname = \"alone\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n[workspace]\n\n\
         [dependencies]\n{dependencies}\n[features]\n{features}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_tried_without_features_and_with_each() {
        let package =
            Package { name: "p".into(), features: vec!["a".into(), "b".into()], ..Package::default() };
        assert_eq!(sets(&package), ["p", "p_a", "p_b"]);
        let manifest = manifest(&[package], Path::new("/here"));
        assert!(
            manifest.contains("p = { path = \"/here/crates/p\", default-features = false, optional = true }")
        );
        assert!(
            manifest.contains("p = [\"dep:p\"]\np_a = [\"p\", \"p/a\"]\np_b = [\"p\", \"p/b\"]\n"),
            "{manifest}"
        );
    }
}
