//! What axe-core finds wrong with a page for people who do not see it, see colours badly, or use no mouse. The tests of the examples
//! use this file as well.

use std::path::PathBuf;

use thirtyfour::prelude::*;

/// Runs after the script itself; gives a line for each element that breaks a rule.
const RUN: &str = "
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ['violations'] }).then(
    found => done(found.violations.flatMap(rule => rule.nodes.map(node => rule.id + ': ' + node.html + ' ' + node.failureSummary))),
    failure => done(['axe-core failed: ' + failure]));";

/// The script of axe-core.
pub(crate) struct Axe(String);

impl Axe {
    /// Reads the file that `DEWAR_AXE` names. Without one, prints a line and returns `None`; with `DEWAR_REQUIRE_ALL=1` that is a failure.
    pub(crate) fn load() -> Option<Self> {
        let Some(path) = std::env::var_os("DEWAR_AXE").map(PathBuf::from) else {
            assert_ne!(std::env::var("DEWAR_REQUIRE_ALL").as_deref(), Ok("1"), "DEWAR_AXE is not set");
            println!("left out: DEWAR_AXE does not name the script of axe-core");
            return None;
        };
        Some(Self(std::fs::read_to_string(path).unwrap()))
    }

    /// What is wrong with the page that the browser shows: the rule, the element, and what would mend it.
    pub(crate) async fn violations(&self, page: &WebDriver) -> Vec<String> {
        let script = format!("{};{RUN}", self.0);
        page.execute_async(script, vec![]).await.unwrap().convert().unwrap()
    }
}

/// Whether nothing has to be scrolled sideways: how wide the page is, and how wide the window.
pub(crate) async fn widths(page: &WebDriver) -> [u32; 2] {
    let script = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]";
    page.execute(script, vec![]).await.unwrap().convert().unwrap()
}
