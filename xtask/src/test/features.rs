//! Each feature alone, none, and every two: code behind one feature must not need another.

use std::fs;

use super::steps::Context;
use crate::consumer::{self, Consumer};
use crate::shell::{self, Result};

/// A package whose features are tried.
struct Package {
    name: &'static str,
    /// Whether its features share code, so that two of them may break each other.
    in_pairs: bool,
}

const PACKAGES: [Package; 3] = [
    Package { name: "dewar", in_pairs: false },
    // Each engine alone, beside each other one, and with each way to tell what happens.
    Package { name: "dewar-stores", in_pairs: true },
    Package { name: "dewar-sqlx", in_pairs: false },
];

/// Lints the libraries with every such set of features.
pub(crate) fn check(context: &Context) -> Result<String> {
    let mut checked = Vec::new();
    for package in PACKAGES {
        let manifest = shell::root().join("crates").join(package.name).join("Cargo.toml");
        let text =
            fs::read_to_string(&manifest).map_err(|error| format!("{}: {error}", manifest.display()))?;
        let features = features(&text);
        let sets = sets(&features, package.in_pairs);
        for set in &sets {
            println!("--- {}: {}", package.name, if set.is_empty() { "no feature" } else { set });
            lint(context, package.name, set, &["--lib"])?;
            // Once is enough for the unit tests: what they depend on turns most features on, whichever set is asked for.
            if set.is_empty() {
                lint(context, package.name, set, &["--lib", "--tests"])?;
            }
        }
        checked.push(format!("{} sets of {}", sets.len(), package.name));
    }
    // What a program is told that asks for Flask's formats without the feature. In the workspace the feature is on.
    for script in consumer::scripts(&shell::root().join("xtask/without_flask"))? {
        let consumer = Consumer::write(&script)?;
        println!("--- {}", consumer.title());
        shell::run(&mut consumer.cargo(&["run", "--quiet"]))?;
    }
    Ok(checked.join(", "))
}

fn lint(context: &Context, package: &str, set: &str, targets: &[&str]) -> Result {
    let package = ["clippy", "--package", package, "--no-default-features", "--features", set];
    let clippy = [&package[..], targets, &["--", "-D", "warnings"]].concat();
    shell::run(&mut context.cargo(&clippy))
}

/// A feature of a package.
#[derive(Debug, PartialEq, Eq)]
struct Feature<'a> {
    name: &'a str,
    /// It turns another feature of the package on, and shares the code of that one with others.
    builds_on_another: bool,
}

/// No feature, each alone, and if asked for every two. A feature that builds on another is tried alone: beside a third one it has no code that the
/// other has not.
fn sets(features: &[Feature<'_>], in_pairs: bool) -> Vec<String> {
    let mut sets = vec![String::new()];
    sets.extend(features.iter().map(|feature| feature.name.to_owned()));
    if in_pairs {
        let paired: Vec<&str> = features
            .iter()
            .filter(|feature| !feature.builds_on_another)
            .map(|feature| feature.name)
            .collect();
        for (place, first) in paired.iter().enumerate() {
            sets.extend(paired.iter().skip(place + 1).map(|second| format!("{first},{second}")));
        }
    }
    sets
}

/// Features that only turn others on, which are tried one by one.
const OF_OTHERS: [&str; 2] = ["default", "engines"];

/// The table `[features]`, without those that only turn others on.
fn features(manifest: &str) -> Vec<Feature<'_>> {
    let lines = manifest.lines().skip_while(|line| line.trim() != "[features]").skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    let rows: Vec<(&str, &str)> = lines
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, turns_on)| (name.trim(), turns_on))
        .filter(|(name, _)| !OF_OTHERS.contains(name))
        .collect();
    let is_one = |quoted: &str| rows.iter().any(|(name, _)| *name == quoted);
    let builds_on_another = |turns_on: &str| turns_on.split('"').skip(1).step_by(2).any(is_one);
    rows.iter()
        .map(|&(name, turns_on)| Feature { name, builds_on_another: builds_on_another(turns_on) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<'a>(features: &[Feature<'a>]) -> Vec<&'a str> {
        features.iter().map(|feature| feature.name).collect()
    }

    #[test]
    fn features_are_read_from_their_table_alone() {
        let manifest = "[package]\nname = \"x\"\n[features]\ndefault = []\n## on = off\ntower = [\n    \"dep:http\",\n]\n\
                        axum = [\"tower\"]\n\n[dependencies]\nserde = \"1\"\n";
        assert_eq!(names(&features(manifest)), ["tower", "axum"]);
    }

    #[test]
    fn no_feature_each_one_and_every_two_that_do_not_build_on_another() {
        let manifest = "[features]\na = [\"dep:x\"]\nb = []\na-tls = [\"a\", \"x/tls\"]\nc = []\n";
        assert_eq!(sets(&features(manifest), false), ["", "a", "b", "a-tls", "c"]);
        assert_eq!(sets(&features(manifest), true), ["", "a", "b", "a-tls", "c", "a,b", "a,c", "b,c"]);
    }
}
