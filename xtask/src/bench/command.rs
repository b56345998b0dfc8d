//! The command: what it installs, and the page that it writes.

use std::fs;
use std::path::PathBuf;

use super::chart::read;
use super::page::{self, PAGE, SECTIONS};
use crate::shell::{self, Result};
use crate::{servers, system};

/// Builds the measurements for release and runs those that are named, or all. With `--write` those that the guide shows, or those of
/// them that are named, are measured and written into its page.
pub(crate) fn run(arguments: &[&str]) -> Result {
    match arguments.split_first() {
        Some((&"--write", names)) => write(names),
        _ => measure(arguments, &[]),
    }
}

fn write(names: &[&str]) -> Result {
    let charts = shell::target().join("charts.txt");
    measure(names, &["--charts", &charts.display().to_string()])?;
    let figures = read(&text(&charts)?)?;
    let page = shell::root().join(PAGE);
    let written = page::with(&text(&page)?, &text(&shell::root().join(SECTIONS))?, figures)?;
    fs::write(&page, written).map_err(|error| format!("{PAGE}: {error}"))
}

fn measure(names: &[&str], options: &[&str]) -> Result {
    let mut bench = shell::cargo(["run", "--release", "--package", "dewar-bench", "--"]);
    if names != ["cookies"] {
        bench.envs(servers::prepare()?);
        bench.env("DEWAR_WRK", wrk()?);
    }
    shell::run(bench.args(options).args(names))
}

/// The generator of load over HTTP. Of those that Debian has, it needs the least time for itself, and sends other cookies with each request.
fn wrk() -> Result<PathBuf> {
    let found = || system::find(&["wrk"]);
    if found().is_none() {
        system::install(&["wrk"])?;
    }
    found().ok_or_else(|| "wrk is installed, but cannot be found".to_owned())
}

fn text(path: &PathBuf) -> Result<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
