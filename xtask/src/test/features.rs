//! Each feature alone, none, and every two: code behind one feature must not lean on another.

use std::fs;

use super::steps::Context;
use crate::shell::{self, Result};

/// A package whose features are tried.
struct Package {
    name: &'static str,
    /// Whether its features share code, so that two of them may break each other.
    in_pairs: bool,
}

const PACKAGES: [Package; 2] = [
    Package { name: "dewar", in_pairs: false },
    // Each engine alone, beside each other one, and with each way to tell what happens.
    Package { name: "dewar-stores", in_pairs: true },
];

/// Lints the libraries and their unit tests with every such set of features.
pub(crate) fn check(context: &Context) -> Result<String> {
    let mut checked = Vec::new();
    for package in PACKAGES {
        let manifest = shell::root().join("crates").join(package.name).join("Cargo.toml");
        let text =
            fs::read_to_string(&manifest).map_err(|error| format!("{}: {error}", manifest.display()))?;
        let sets = sets(&names(&text), package.in_pairs);
        for set in &sets {
            println!("--- {}: {}", package.name, if set.is_empty() { "no feature" } else { set });
            // The library first and by itself: what tests depend on turns features of other crates on.
            for targets in [&["--lib"][..], &["--lib", "--tests"]] {
                let package =
                    ["clippy", "--package", package.name, "--no-default-features", "--features", set];
                let clippy = [&package[..], targets, &["--", "-D", "warnings"]].concat();
                shell::run(&mut context.cargo(&clippy))?;
            }
        }
        checked.push(format!("{} sets of {}", sets.len(), package.name));
    }
    Ok(checked.join(", "))
}

/// No feature, each alone, and if asked for every two.
fn sets(features: &[&str], in_pairs: bool) -> Vec<String> {
    let mut sets = vec![String::new()];
    sets.extend(features.iter().map(|feature| (*feature).to_owned()));
    if in_pairs {
        for (place, first) in features.iter().enumerate() {
            sets.extend(features.iter().skip(place + 1).map(|second| format!("{first},{second}")));
        }
    }
    sets
}

/// Features that only turn others on, which are tried one by one.
const OF_OTHERS: [&str; 2] = ["default", "engines"];

/// The names in the table `[features]`, but those that only turn others on.
fn names(manifest: &str) -> Vec<&str> {
    let lines = manifest.lines().skip_while(|line| line.trim() != "[features]").skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    let names =
        lines.filter(|line| !line.trim_start().starts_with('#')).filter_map(|line| line.split_once('='));
    names.map(|(name, _)| name.trim()).filter(|name| !OF_OTHERS.contains(name)).collect()
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

    #[test]
    fn no_feature_each_one_and_every_two() {
        assert_eq!(sets(&["a", "b", "c"], false), ["", "a", "b", "c"]);
        assert_eq!(sets(&["a", "b", "c"], true), ["", "a", "b", "c", "a,b", "a,c", "b,c"]);
    }
}
