//! As much HTML as rustdoc's pages need.

/// What stands between the first `start` and the next `end`, and what follows.
pub(super) fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<(&'t str, &'t str)> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end)
}

/// Each part that stands between `start` and `end`.
pub(super) fn all_between<'t>(text: &'t str, start: &'t str, end: &'t str) -> impl Iterator<Item = &'t str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (part, after) = between(rest, start, end)?;
        rest = after;
        Some(part)
    })
}

/// The text of some HTML on one line: without tags and the captions of what can be folded, with one space where there was any.
pub(super) fn text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tagged)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = tagged.split_once('>').unwrap_or((tagged, ""));
        rest = match tag.starts_with("summary") {
            true => after.split_once("</summary>").map_or("", |(_, after)| after),
            false => after,
        };
        // `where` begins a block of its own.
        text.push_str(if tag.starts_with("div") { " " } else { "" });
    }
    text.push_str(rest);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")]
        .iter()
        .fold(text, |text, (entity, character)| text.replace(entity, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_declaration_is_one_line() {
        let html = "pub struct <a href=\"x\">A</a>&lt;T&gt;<div class=\"where\">where\n    T: Send,</div>{\n<details><summary>Show \
                    2 fields</summary>    pub f: &amp;'a T,\n</details>}";
        assert_eq!(text(html), "pub struct A<T> where T: Send,{ pub f: &'a T, }");
    }

    #[test]
    fn every_part_between_two_marks_is_found() {
        assert_eq!(all_between("<i>a</i><b>x</b><i>b</i><i>", "<i>", "</i>").collect::<Vec<_>>(), ["a", "b"]);
    }
}
