//! The front page and the guide say what is there: pages, features, stores.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const FRONT_PAGE: &str = include_str!("../../src/lib.md");
const PAGES: &str = include_str!("../../src/guide/mod.rs");
const STORES: &str = include_str!("../../src/guide/stores.md");
const URLS: &str = include_str!("../../../dewar-stores/src/open/urls.md");
const PACKAGE: &str = include_str!("../../Cargo.toml");

#[test]
fn the_front_page_leads_to_each_page_of_the_guide() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/guide");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let pages: BTreeSet<String> =
        files.filter_map(|file| file.strip_suffix(".md").map(str::to_owned)).collect();
    assert!(pages.len() > 10, "{pages:?}");
    for page in pages {
        assert!(PAGES.contains(&format!("\"{page}.md\"")), "{page} is no module of the guide");
        assert!(FRONT_PAGE.contains(&format!("](guide::{page})")), "lib.md has no link to {page}");
    }
}

#[test]
fn the_page_about_stores_shows_how_each_pool_is_handed_over() {
    for call in
        ["Postgres::new(", "PooledPostgres::from_pool(", "Redis::with_connection(", "MongoDb::with_client("]
    {
        assert!(STORES.contains(call), "{call}");
    }
}

#[test]
fn the_table_of_features_is_that_of_the_package() {
    let features = PACKAGE.split("[features]").nth(1).unwrap().split("\n[").next().unwrap();
    let mut defined: BTreeSet<&str> =
        features.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name).collect();
    assert!(defined.remove("default"));
    let default = features.lines().find(|line| line.starts_with("default = ")).unwrap();
    let rows = table(FRONT_PAGE, "# Features");
    let described: BTreeSet<&str> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
    assert_eq!(described, defined);
    for [name, is_default, ..] in &rows {
        let name = name.trim_matches('`');
        assert_eq!(*is_default == "yes", default.contains(&format!("\"{name}\"")), "{name}");
    }
}

#[test]
fn the_page_about_stores_has_every_kind_of_url() {
    let rows = table(STORES, "# Open a store by URL");
    let schemes: BTreeSet<&str> = rows.iter().map(|[url, ..]| scheme(url)).collect();
    let known = URLS.lines().skip(2).map(|line| scheme(line.trim_start_matches("| ")));
    let known: BTreeSet<&str> = known.filter(|scheme| *scheme != "unix").collect();
    assert_eq!(schemes, known, "and `unix:`, which is another name for `redis+unix:`");
}

/// The cells of the rows of the first table under a heading.
fn table<'a>(page: &'a str, heading: &str) -> Vec<[&'a str; 3]> {
    let section = page.split(heading).nth(1).unwrap();
    let lines = section.lines().skip_while(|line| !line.starts_with('|'));
    let rows = lines.take_while(|line| line.starts_with('|')).skip(2);
    rows.map(|row| {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        [(); 3].map(|()| cells.next().unwrap())
    })
    .collect()
}

fn scheme(url: &str) -> &str {
    url.trim_start_matches('`').split(':').next().unwrap()
}
