//! Prefixes of keys, as ranges for an index that sorts texts by their bytes in UTF-8.

/// The least text that is greater than all texts with this prefix; `None`: there is none.
pub(crate) fn behind(prefix: &str) -> Option<String> {
    let mut text: Vec<_> = prefix.chars().collect();
    while let Some(last) = text.pop() {
        if let Some(next) = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32) {
            text.push(next);
            return Some(text.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_with_a_prefix_sort_before_what_is_behind() {
        for (prefix, expected) in
            [("shop:", "shop;"), ("é", "ê"), ("\u{d7ff}", "\u{e000}"), ("a\u{10ffff}", "b")]
        {
            assert_eq!(behind(prefix).as_deref(), Some(expected));
        }
        assert_eq!((behind("\u{10ffff}"), behind("")), (None, None));
    }
}
