//! What a crate brings along when no feature for it is on.

use super::source::Finding;
use crate::shell::{self, Result};

/// A crate, the features that it is looked at with, and what it must not bring along.
struct Limit {
    package: &'static str,
    features: &'static str,
    heavy: &'static [&'static str],
}

const LIMITS: [Limit; 4] = [
    // The core has no runtime, no framework and no driver.
    Limit {
        package: "dewar",
        features: "",
        heavy: &[
            "actix",
            "axum",
            "hyper",
            "tokio",
            "tower",
            "http",
            "async-std",
            "redis",
            "rusqlite",
            "sqlx",
            "postgres",
            "mysql",
            "mongodb",
            "flate2",
            "idna",
            "icu",
            "md",
            "sha1",
        ],
    },
    // No other feature brings along what only Flask needs.
    Limit {
        package: "dewar",
        features: "conformance,tracing,metrics,tower,axum,minijinja,toml",
        heavy: &["flate2", "idna", "icu", "md", "sha1"],
    },
    // A store needs the contract alone, and no cookies. The drivers of PostgreSQL, MySQL and MongoDB need some of these for passwords.
    Limit {
        package: "dewar-stores",
        features: "filesystem,memcached,redis,redis-tls,sqlite,tracing,metrics",
        heavy: &["aes", "flate2", "hkdf", "md"],
    },
    Limit {
        package: "dewar-stores",
        features: "dewar,filesystem,memcached,redis,sqlite",
        heavy: &["flate2", "md"],
    },
];

/// Fails on each of these among the dependencies.
pub(crate) fn check() -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for limit in &LIMITS {
        let tree =
            ["tree", "--package", limit.package, "--no-default-features", "--features", limit.features];
        let format = ["--edges", "normal", "--prefix", "none", "--format", "{p}"];
        findings.extend(heavy(limit, &shell::output(&mut shell::cargo([&tree[..], &format].concat()))?));
    }
    Ok(findings)
}

fn heavy(limit: &Limit, tree: &str) -> Vec<Finding> {
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    let is_heavy =
        |name: &&str| limit.heavy.iter().any(|heavy| name == heavy || name.starts_with(&format!("{heavy}-")));
    let finding = |name: &str| Finding {
        path: format!("crates/{}/Cargo.toml", limit.package),
        line: 1,
        rule: "weight",
        advice: format!("it brings `{name}` along: put that behind a feature of its own"),
    };
    names.filter(is_heavy).map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_framework_is_found_and_a_codec_is_not() {
        assert!(
            heavy(&LIMITS[0], "dewar v0.1.0 (/x/crates/dewar)\nserde v1.0.0\nhttparse v1.0.0\n").is_empty()
        );
        let found = heavy(&LIMITS[0], "dewar v0.1.0 (/x)\naxum-core v0.5.0\ntokio v1.0.0 (*)\n");
        assert_eq!(found.len(), 2);
        assert!(found[0].advice.contains("axum-core"));
        let found = heavy(&LIMITS[2], "dewar-stores v0.1.0 (/x)\ntokio v1.0.0\naes-gcm-siv v0.12.0\n");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "crates/dewar-stores/Cargo.toml");
    }
}
