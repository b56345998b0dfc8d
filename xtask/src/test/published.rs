//! What cargo says of the packages that are published.

use serde_json::Value;

use super::steps::Context;
use crate::shell::{self, Result};

/// A package of this workspace.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) rust_version: String,
    /// All but `default`.
    pub(crate) features: Vec<Feature>,
    pub(crate) is_library: bool,
}

/// A feature of a package.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Feature {
    pub(crate) name: String,
    /// Dependencies, their features, and other features of the package.
    pub(crate) turns_on: Vec<String>,
}

/// Those that are published.
pub(crate) fn packages(context: &Context) -> Result<Vec<Package>> {
    let told = shell::output(&mut context.cargo(&["metadata", "--format-version", "1", "--no-deps"]))?;
    Ok(read(&parse(&told)?))
}

/// Those of them that another package can depend on.
pub(crate) fn libraries(context: &Context) -> Result<Vec<Package>> {
    Ok(packages(context)?.into_iter().filter(|package| package.is_library).collect())
}

/// The answer of `cargo metadata`.
pub(super) fn parse(told: &str) -> Result<Value> {
    serde_json::from_str(told).map_err(|error| format!("cargo metadata: {error}"))
}

fn read(metadata: &Value) -> Vec<Package> {
    let all = metadata["packages"].as_array().into_iter().flatten();
    // `publish = false` is an empty list of registries.
    all.filter(|package| package["publish"].is_null()).map(package).collect()
}

fn package(of: &Value) -> Package {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let texts = |value: &Value| value.as_array().into_iter().flatten().map(text).collect();
    let features = of["features"].as_object().into_iter().flatten();
    let features = features.map(|(name, turns_on)| Feature { name: name.clone(), turns_on: texts(turns_on) });
    let mut kinds =
        of["targets"].as_array().into_iter().flatten().filter_map(|target| target["kind"].as_array());
    Package {
        name: text(&of["name"]),
        rust_version: text(&of["rust_version"]),
        features: features.filter(|feature| feature.name != "default").collect(),
        is_library: kinds.any(|kind| kind.iter().any(|kind| kind == "lib")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_published_is_left_out() {
        let metadata = parse(
            r#"{"packages": [
                {"name": "own", "publish": []},
                {"name": "p", "publish": null, "rust_version": "1.90", "features": {"a": ["dep:x"], "default": ["a"]},
                 "targets": [{"kind": ["test"]}, {"kind": ["lib"]}]}
            ]}"#,
        );
        let package = Package {
            name: "p".into(),
            rust_version: "1.90".into(),
            features: vec![Feature { name: "a".into(), turns_on: vec!["dep:x".into()] }],
            is_library: true,
        };
        assert_eq!(read(&metadata.unwrap()), [package]);
    }
}
