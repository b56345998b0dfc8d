//! The whole step.

use super::super::published;
use super::super::steps::Context;
use super::package::Dependent;
use super::sets;
use crate::consumer::{self, Consumer};
use crate::shell::{self, Result};

/// Lints the libraries without features, and compiles each with the other sets of features, where a warning fails, too.
pub(crate) fn check(context: &Context) -> Result<String> {
    let libraries = published::libraries(context)?;
    for library in &libraries {
        println!("--- {} without features", library.name);
        // What unit tests depend on turns most features on.
        for targets in [&["--lib"][..], &["--lib", "--tests"]] {
            let package = ["clippy", "--package", &library.name, "--no-default-features"];
            shell::run(&mut context.cargo(&[&package[..], targets, &["--", "-D", "warnings"]].concat()))?;
        }
    }
    let dependent = Dependent::write(&libraries)?;
    let mut tried = Vec::new();
    for library in &libraries {
        let sets = sets::of(library);
        for set in &sets {
            println!("--- {}: {}", library.name, if set.is_empty() { "no feature" } else { set });
            dependent.check(&library.name, set)?;
        }
        tried.push(format!("{} sets of {}", sets.len(), library.name));
    }
    without_flask()?;
    Ok(tried.join(", "))
}

/// What a program is told that asks for Flask's formats without the feature. In the workspace the feature is on.
fn without_flask() -> Result {
    for script in consumer::scripts(&shell::root().join("xtask/without_flask"))? {
        let consumer = Consumer::write(&script)?;
        println!("--- {}", consumer.title());
        shell::run(&mut consumer.cargo(&["run", "--quiet"]))?;
    }
    Ok(())
}
