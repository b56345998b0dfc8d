//! Which modules of its crate a file names.

/// What is named right under the root of the crate: by `crate::x`, `use crate::{x, y}`, or enough times `super`.
pub(crate) struct Import {
    pub(crate) line: usize,
    pub(crate) name: String,
}

/// All imports of this bare code. `depth` is how many modules deep the file's module is: 1 for `value/mod.rs`.
pub(crate) fn all(code: &str, depth: usize) -> Vec<Import> {
    let from_crate = after_word(code, "crate::");
    let up = "super::".repeat(depth);
    let from_super = after_word(code, &up).filter(|start| !text_from(code, *start).starts_with("super::"));
    from_crate.chain(from_super).flat_map(|start| under_root(code, start)).collect()
}

/// Where `path` ends, each time that it begins a path.
fn after_word<'a>(code: &'a str, path: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(path).filter_map(move |(start, _)| {
        let before = code.get(..start).and_then(|before| before.chars().next_back());
        let begins = before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | ':' | '$'));
        begins.then_some(start + path.len())
    })
}

fn under_root(code: &str, start: usize) -> Vec<Import> {
    let line = code.get(..start).unwrap_or_default().matches('\n').count() + 1;
    let rest = text_from(code, start);
    let names = match rest.strip_prefix('{') {
        Some(group) => group_names(group),
        None => vec![first_name(rest)],
    };
    names.into_iter().filter(|name| !name.is_empty()).map(|name| Import { line, name }).collect()
}

/// The first name of each part of a group: `a` and `b` of `a::{c, d}, b}`.
fn group_names(group: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut start = 0;
    let mut names = Vec::new();
    for (place, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' if depth > 0 => {}
            ',' | '}' => {
                names.push(first_name(group.get(start..place).unwrap_or_default()));
                start = place + 1;
            }
            _ => {}
        }
        if letter == '}' && depth == 0 && start == place + 1 {
            break;
        }
    }
    names
}

fn first_name(path: &str) -> String {
    path.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn text_from(code: &str, start: usize) -> &str {
    code.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(code: &str, depth: usize) -> Vec<String> {
        all(code, depth).into_iter().map(|import| import.name).collect()
    }

    #[test]
    fn every_way_to_name_a_module_is_seen() {
        assert_eq!(names("use crate::value::Value;", 1), ["value"]);
        assert_eq!(names("fn f(x: &crate::clock::UnixTime) {}", 1), ["clock"]);
        assert_eq!(
            names("use crate::{value::{Map, Text}, clock, random::Random};", 1),
            ["value", "clock", "random"]
        );
        assert_eq!(names("use crate::{\n    a,\n    b::{c,\n d},\n};\nfn e(x: X, y: Y) {}", 1), ["a", "b"]);
        assert_eq!(names("pub(crate) use super::clock;", 1), ["clock"]);
        assert_eq!(names("use super::super::clock;", 2), ["clock"]);
    }

    #[test]
    fn what_stays_inside_the_module_is_none() {
        assert!(
            names("use super::text::Text;\nuse self::a::b;\nuse mycrate::x;\nuse std::fmt;", 2).is_empty()
        );
    }

    #[test]
    fn the_line_is_told() {
        assert_eq!(all("\n\nuse crate::clock;", 1)[0].line, 3);
    }
}
