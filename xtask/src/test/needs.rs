//! What the tests need beside Rust, and what is left out without it.

use std::env;
use std::ffi::OsString;

use super::report::Report;
use crate::shell::Result;
use crate::{browser, python, servers};

/// Variables for the tests, which read what they need from there.
pub(crate) type Variables = Vec<(&'static str, OsString)>;

type Prepare = fn() -> Result<Variables>;

/// Installs what is missing. What cannot be installed is a failure if no test may be left out, and otherwise a line in the report.
pub(crate) fn prepare(all: bool, report: &mut Report) -> Variables {
    let mut variables = Variables::new();
    let needs: [(&str, &str, Prepare); 3] = [
        (
            "python",
            "the comparisons with the real Flask, the word list of known secrets, axe-core's checks of pages",
            python_variables,
        ),
        ("chromium", "the browser tests", browser_variables),
        ("servers", "the tests of the stores that have one", server_variables),
    ];
    for (name, tests, prepare) in needs {
        report.step(name, || match prepare() {
            Ok(found) => {
                variables.extend(found);
                Ok(String::new())
            }
            Err(why) if all => Err(why),
            Err(why) => Ok(format!("left out: {tests} ({why})")),
        });
    }
    if all {
        variables.push(("DEWAR_REQUIRE_ALL", "1".into()));
    }
    if env::var_os("DEWAR_SEEDS").is_none() {
        println!("DEWAR_SEEDS is not set: the tests that read the seeds are left out");
    }
    variables
}

fn python_variables() -> Result<Variables> {
    let python = python::prepare()?;
    Ok(vec![
        ("DEWAR_PYTHON", python.interpreter.into()),
        ("DEWAR_WORDLIST", python.wordlist.into()),
        ("DEWAR_AXE", python.axe.into()),
    ])
}

fn browser_variables() -> Result<Variables> {
    let browser = browser::prepare()?;
    Ok(vec![("DEWAR_CHROMIUM", browser.chromium.into()), ("DEWAR_CHROMEDRIVER", browser.driver.into())])
}

fn server_variables() -> Result<Variables> {
    Ok(servers::prepare()?.into_iter().map(|(name, program)| (name, program.into())).collect())
}
