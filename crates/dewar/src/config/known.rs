//! The names of settings, and names that are probably misspelt.

use super::error::ConfigError;
use super::previous;
use super::setting;

/// The values of `DEWAR_COOKIE_FORMAT`.
pub(super) const FORMATS: &[&str] = &[FLASK, SEALED];
/// The default format of Dewar's own cookies.
pub(super) const OWN_FORMAT: &str = SEALED;
pub(super) const FLASK: &str = "flask";
pub(super) const SEALED: &str = "sealed";

/// Names that start like this are session settings. All others belong to the rest of the program.
const OURS: &[&str] = &["SECRET_KEY", STORES, "PERMANENT_SESSION", "DEWAR_"];

/// Names that start like this may be settings of a store. The crate that opens the store knows which of them are.
const STORES: &str = "SESSION_";

/// Refuses names that look like a session setting, but are not one.
pub(super) fn check_names<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<(), ConfigError> {
    // The settings of a previous manager are checked when they are read.
    for name in names.into_iter().filter(|name| !name.starts_with(previous::PREFIX)) {
        let means_to_be = begins_with_any(name, OURS) && !setting::is_known(name);
        if means_to_be && (!may_be_of_a_store(name) || nearest(name, &[]).is_some()) {
            return Err(unknown(name, &[]));
        }
    }
    Ok(())
}

/// Whether a name is a session setting, or looks like one.
pub(super) fn is_ours(name: &str) -> bool {
    setting::is_known(name) || begins_with_any(name, OURS)
}

/// Whether a name may be a setting of a store.
pub(super) fn may_be_of_a_store(name: &str) -> bool {
    name.starts_with(STORES) && !setting::is_known(name)
}

/// The error for a name that is neither a setting here nor in this list.
pub(super) fn unknown(name: &str, more: &[&'static str]) -> ConfigError {
    ConfigError::UnknownSetting { name: name.to_owned(), nearest: nearest(name, more) }
}

fn begins_with_any(name: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| name.starts_with(start))
}

/// The known name with the smallest edit distance, unless that is more than a quarter of its length.
fn nearest(name: &str, more: &[&'static str]) -> Option<&'static str> {
    // A name from outside can be of any length; no known name is near a long one.
    if name.len() > 64 {
        return None;
    }
    let known = setting::ALL.iter().map(|setting| setting.name).chain(more.iter().copied());
    let near = known.map(|known| (distance(name, known), known));
    near.min_by_key(|(distance, _)| *distance)
        .filter(|(distance, known)| distance * 4 <= known.len())
        .map(|(_, known)| known)
}

/// The Levenshtein distance: how many bytes must be added, removed or replaced to turn one name into the other.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, ours) in from.bytes().enumerate() {
        let (mut diagonal, mut left) = (line, line + 1);
        for (theirs, above) in to.bytes().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(ours != theirs);
            diagonal = *above;
            left = replaced.min(left + 1).min(*above + 1);
            *above = left;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (from, to, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("flaw", "lawn", 2),
            ("same", "same", 0),
        ] {
            assert_eq!(distance(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn the_nearest_name_is_near() {
        assert_eq!(nearest("SESSION_COOKIE_HTTP_ONLY", &[]), Some("SESSION_COOKIE_HTTPONLY"));
        assert_eq!(nearest("SECRET_KEYS", &[]), Some("SECRET_KEY"));
        assert_eq!(nearest("PERMANENT_SESSION_TIMEOUT", &[]), Some("PERMANENT_SESSION_LIFETIME"));
        assert_eq!(nearest("SESSION_X", &[]), None);
        assert_eq!(nearest("SESSION_PLACES", &["SESSION_PLACE"]), Some("SESSION_PLACE"));
        assert_eq!(nearest(&"SESSION_".repeat(100_000), &[]), None);
    }
}
