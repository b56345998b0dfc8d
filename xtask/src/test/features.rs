//! Each feature alone, and none: code behind one feature must not lean on another.

use std::fs;

use super::steps::Context;
use crate::shell::{self, Result};

/// Lints the library and its unit tests with no feature and with each one of its Cargo.toml.
pub(crate) fn check(context: &Context) -> Result<String> {
    let manifest = shell::root().join("crates/dewar/Cargo.toml");
    let text = fs::read_to_string(&manifest).map_err(|error| format!("{}: {error}", manifest.display()))?;
    let features = names(&text);
    for feature in std::iter::once("").chain(features.iter().copied()) {
        println!("--- {}", if feature.is_empty() { "no feature" } else { feature });
        let clippy = [
            "clippy",
            "--package",
            "dewar",
            "--lib",
            "--tests",
            "--no-default-features",
            "--features",
            feature,
        ];
        shell::run(context.cargo(&clippy).args(["--", "-D", "warnings"]))?;
    }
    Ok(format!("none, {}", features.join(", ")))
}

/// The names in the table `[features]`, but `default`.
fn names(manifest: &str) -> Vec<&str> {
    let lines = manifest.lines().skip_while(|line| line.trim() != "[features]").skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    let names =
        lines.filter(|line| !line.trim_start().starts_with('#')).filter_map(|line| line.split_once('='));
    names.map(|(name, _)| name.trim()).filter(|name| *name != "default").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_read_from_their_table_alone() {
        let manifest = "[package]\nname = \"x\"\n[features]\ndefault = []\n## on = off\ntower = [\n    \"dep:http\",\n]\n\
                        axum = [\"tower\"]\n\n[dependencies]\nserde = \"1\"\n";
        assert_eq!(names(manifest), ["tower", "axum"]);
    }
}
