//! One page of rustdoc: an item with its methods and implementations, or a module.

use super::html::{all_between, between, text};

/// Traits that only the compiler knows, and which may come and go with it.
const NOT_LISTED: [&str; 3] = ["Freeze for ", "UnsafeUnpin for ", "StructuralPartialEq for "];

/// Where the part of a page ends that is about the item itself.
const ENDS: [&str; 3] = ["id=\"blanket-implementations\"", "id=\"foreign-impls\"", "id=\"implementors\""];

/// The lines of an item: its declaration, then its implementations and methods. Of a trait that is implemented only the name is listed.
pub(super) fn lines(page: &str, crate_name: &str) -> Vec<String> {
    if !page.contains(&format!("/src/{crate_name}/")) {
        return vec!["  defined in another crate".to_owned()];
    }
    let end = ENDS.iter().filter_map(|end| page.find(end)).min().unwrap_or(page.len());
    let (own, traits) = page.get(..end).map(halves).unwrap_or_default();
    let mut lines = Vec::new();
    lines.extend(
        between(page, "<pre class=\"rust item-decl\">", "</pre>")
            .map(|(code, _)| format!("  {}", text(code))),
    );
    lines.extend(
        headers(own)
            .map(|(level, header)| format!("{}{}", if level == "h3" { "  " } else { "    " }, header)),
    );
    let mut implemented: Vec<String> = headers(traits)
        .filter(|(level, header)| *level == "h3" && !NOT_LISTED.iter().any(|name| header.contains(name)))
        .map(|(_, header)| format!("  {header}"))
        .collect();
    // rustdoc lists those of other crates in the order in which it met them.
    implemented.sort_unstable();
    lines.extend(implemented);
    lines
}

/// The modules that a module's page leads to, and what it exports from elsewhere.
pub(super) fn module(page: &str) -> (Vec<&str>, Vec<String>) {
    let modules = all_between(page, "<a class=\"mod\" href=\"", "/index.html\"").collect();
    let exports = all_between(page, "<dt id=\"reexport.", "</dt>");
    let exports = exports.filter_map(|export| between(export, "<code>", "</code>"));
    (modules, exports.map(|(code, _)| format!("  {}", text(code))).collect())
}

/// What is the item's own, and what it implements of traits.
fn halves(page: &str) -> (&str, &str) {
    let traits = ["id=\"trait-implementations\"", "id=\"synthetic-implementations\""];
    let cut = traits.iter().filter_map(|mark| page.find(mark)).min().unwrap_or(page.len());
    page.split_at(cut)
}

/// The level of each header of code, and its text.
fn headers(page: &str) -> impl Iterator<Item = (&str, String)> {
    page.split("<h").skip(1).filter_map(|header| {
        let level = if header.starts_with('3') { "h3" } else { "h4" };
        let (code, _) =
            between(header, " class=\"code-header\">", if level == "h3" { "</h3>" } else { "</h4>" })?;
        Some((level, text(code)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<a class=\"src\" href=\"../../src/shop/lib.rs.html\">Source</a><pre class=\"rust item-decl\"><code>pub struct \
        A;</code></pre><h2 id=\"implementations\"></h2><h3 class=\"code-header\">impl A</h3><h4 class=\"code-header\">pub fn \
        new() -&gt; Self</h4><h2 id=\"trait-implementations\"></h2><h3 class=\"code-header\">impl Debug for A</h3><h4 \
        class=\"code-header\">fn fmt()</h4><h2 id=\"synthetic-implementations\"></h2><h3 class=\"code-header\">impl Freeze for \
        A</h3><h3 class=\"code-header\">impl Send for A</h3><h2 id=\"blanket-implementations\"></h2><h3 \
        class=\"code-header\">impl Any for T</h3>";

    #[test]
    fn an_item_has_its_declaration_its_methods_and_the_traits_that_it_implements() {
        let listed = [
            "  pub struct A;",
            "  impl A",
            "    pub fn new() -> Self",
            "  impl Debug for A",
            "  impl Send for A",
        ];
        assert_eq!(lines(PAGE, "shop"), listed);
        assert_eq!(lines(PAGE, "other"), ["  defined in another crate"]);
    }

    #[test]
    fn a_module_has_modules_and_exports() {
        let page = "<a class=\"mod\" href=\"web/index.html\">web</a><dt id=\"reexport.A\"><code>pub use inner::<a>A</a>;</code></dt>";
        assert_eq!(module(page), (vec!["web"], vec!["  pub use inner::A;".to_owned()]));
    }
}
