//! What the library brings along when nobody asks for a feature.

use super::source::Finding;
use crate::shell::{self, Result};

const HEAVY: &[&str] =
    &["actix", "axum", "hyper", "tokio", "tower", "http", "async-std", "redis", "rusqlite", "sqlx"];

/// Fails on a runtime, a framework or a driver among the default dependencies.
pub(crate) fn check() -> Result<Vec<Finding>> {
    let tree = ["tree", "--package", "dewar", "--edges", "normal", "--prefix", "none", "--format", "{p}"];
    Ok(heavy(&shell::output(&mut shell::cargo(tree))?))
}

fn heavy(tree: &str) -> Vec<Finding> {
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    let heavy = names
        .filter(|name| HEAVY.iter().any(|heavy| name == heavy || name.starts_with(&format!("{heavy}-"))));
    let advice = |name| format!("the default features bring `{name}` along: put it behind a feature");
    let finding = |name| Finding {
        path: "crates/dewar/Cargo.toml".to_owned(),
        line: 1,
        rule: "weight",
        advice: advice(name),
    };
    heavy.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_framework_is_found_and_a_codec_is_not() {
        assert!(heavy("dewar v0.1.0 (/x/crates/dewar)\nserde v1.0.0\nhttparse v1.0.0\n").is_empty());
        let found = heavy("dewar v0.1.0 (/x)\naxum-core v0.5.0\ntokio v1.0.0 (*)\n");
        assert_eq!(found.len(), 2);
        assert!(found[0].advice.contains("axum-core"));
    }
}
