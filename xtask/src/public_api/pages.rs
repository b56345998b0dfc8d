//! All pages of a crate, in order.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::html::{all_between, between};
use super::page;

/// The listing of the crate whose pages are in this folder. Pages of items that are gone may be there still; no page leads to them.
pub(super) fn listing(folder: &Path) -> io::Result<String> {
    let crate_name = folder.file_name().unwrap_or_default().to_string_lossy();
    let mut sections = BTreeMap::new();
    modules(folder, "", &mut sections)?;
    let all = fs::read_to_string(folder.join("all.html"))?;
    for (link, title) in items(&all) {
        let page = fs::read_to_string(folder.join(link))?;
        let kind = link.rsplit('/').next().and_then(|file| file.split('.').next()).unwrap_or_default();
        sections.insert(format!("{title} ({kind})"), page::lines(&page, &crate_name));
    }
    let section = |(title, lines): (String, Vec<String>)| format!("{title}\n{}\n", lines.join("\n"));
    Ok(sections.into_iter().map(section).collect::<Vec<_>>().join("\n"))
}

/// The link and the path of each item.
fn items(all: &str) -> impl Iterator<Item = (&str, &str)> {
    all_between(all, "<ul class=\"all-items\">", "</ul>")
        .flat_map(|list| all_between(list, "<a href=\"", "</a>").filter_map(|link| between(link, "", "\">")))
}

/// What this module and those within it export from elsewhere.
fn modules(folder: &Path, path: &str, sections: &mut BTreeMap<String, Vec<String>>) -> io::Result<()> {
    let page = fs::read_to_string(folder.join("index.html"))?;
    let (modules_within, exports) = page::module(&page);
    let title = if path.is_empty() { "crate".to_owned() } else { format!("{path} (mod)") };
    sections.insert(title, exports);
    for module in modules_within {
        let within = if path.is_empty() { module.to_owned() } else { format!("{path}::{module}") };
        modules(&folder.join(module), &within, sections)?;
    }
    Ok(())
}
