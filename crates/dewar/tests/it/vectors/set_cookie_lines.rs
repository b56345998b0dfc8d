//! `Set-Cookie` as Flask-Session writes it, and as we do.

use super::Outcome;

pub(super) fn compare(ours: Option<&str>, theirs: Option<&str>) -> Outcome {
    super::compare(ours, theirs, rule(ours, theirs))
}

fn rule(ours: Option<&str>, theirs: Option<&str>) -> Option<&'static str> {
    let (ours, theirs) = (ours?, theirs?);
    if theirs.contains("=; ")
        && without(ours, &["HttpOnly", "Secure", "SameSite", "Partitioned"]) == attributes(theirs)
    {
        return Some("a-removal-has-every-attribute");
    }
    (without(ours, &["Partitioned"]) == attributes(theirs)).then_some("partitioned-is-written")
}

fn without<'l>(line: &'l str, names: &[&str]) -> Vec<&'l str> {
    let is_named = |attribute: &&str| !names.iter().any(|name| attribute.split('=').next() == Some(*name));
    attributes(line).into_iter().filter(is_named).collect()
}

fn attributes(line: &str) -> Vec<&str> {
    line.split("; ").collect()
}
