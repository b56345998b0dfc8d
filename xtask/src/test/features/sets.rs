//! The sets of features that a library is tried with.

use super::super::published::{Feature, Package};

/// Libraries whose features share code, so that two of them may break each other: each engine beside each other one, and with each way to tell
/// what happens.
const IN_PAIRS: [&str; 1] = ["dewar-stores"];

/// No feature, each alone, and of some libraries every two, with commas between them. A feature that builds on another is only tried alone: with
/// these there would be five times as many sets.
pub(super) fn of(library: &Package) -> Vec<String> {
    let Package { name, features, .. } = library;
    let mut sets = vec![String::new()];
    sets.extend(features.iter().map(|feature| feature.name.clone()));
    if IN_PAIRS.contains(&name.as_str()) {
        let builds_on_another =
            |feature: &Feature| features.iter().any(|other| feature.turns_on.contains(&other.name));
        let paired: Vec<&Feature> = features.iter().filter(|feature| !builds_on_another(feature)).collect();
        for (place, first) in paired.iter().enumerate() {
            let others = paired.iter().skip(place + 1);
            sets.extend(others.map(|second| format!("{},{}", first.name, second.name)));
        }
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(name: &str) -> Package {
        let feature = |(name, turns_on): (&str, &[&str])| Feature {
            name: name.to_owned(),
            turns_on: turns_on.iter().map(|&other| other.to_owned()).collect(),
        };
        let features: [(&str, &[&str]); 4] =
            [("a", &["dep:x"]), ("b", &[]), ("a-tls", &["a", "x/tls"]), ("c", &["y?/b"])];
        Package {
            name: name.to_owned(),
            features: features.into_iter().map(feature).collect(),
            ..Package::default()
        }
    }

    #[test]
    fn no_feature_each_one_and_every_two_that_do_not_build_on_another() {
        assert_eq!(of(&library("dewar")), ["", "a", "b", "a-tls", "c"]);
        assert_eq!(of(&library("dewar-stores")), ["", "a", "b", "a-tls", "c", "a,b", "a,c", "b,c"]);
    }
}
