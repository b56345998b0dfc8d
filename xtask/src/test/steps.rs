//! The steps, the quick ones first.

use std::process::Command;

use super::counts::{self, Counts};
use super::needs::Variables;
use super::{features, licences, msrv, neighbours, packages};
use crate::shell::{self, Result};
use crate::{public_api, tidy};

/// A step of `cargo xtask test`.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    /// Whether what the tests need must be installed before.
    pub(crate) has_tests: bool,
    pub(crate) run: fn(&mut Context) -> Result<String>,
}

/// What the steps share.
pub(crate) struct Context {
    pub(crate) variables: Variables,
    pub(crate) counts: Counts,
    all: bool,
}

pub(crate) const STEPS: &[Step] = &[
    Step { name: "format", has_tests: false, run: format },
    Step { name: "tidy", has_tests: false, run: tidiness },
    Step { name: "licences", has_tests: false, run: licences },
    Step { name: "msrv", has_tests: false, run: oldest_rust },
    Step { name: "lints", has_tests: false, run: lints },
    Step { name: "tests", has_tests: true, run: tests },
    Step { name: "races", has_tests: true, run: races },
    Step { name: "vectors", has_tests: true, run: vectors },
    Step { name: "doctests", has_tests: true, run: doctests },
    Step { name: "docs", has_tests: false, run: docs },
    Step { name: "api", has_tests: false, run: api },
    Step { name: "features", has_tests: false, run: each_feature },
    Step { name: "neighbours", has_tests: false, run: neighbours },
    Step { name: "packages", has_tests: false, run: packed },
];

/// The measurements bring heavy peers along: they are linted, but built only by `cargo xtask bench`.
const ALL_BUT_BENCH: [&str; 4] = ["--workspace", "--exclude", "dewar-bench", "--all-features"];

impl Context {
    pub(crate) fn new(all: bool) -> Self {
        Self { variables: Variables::new(), counts: Counts::default(), all }
    }

    /// A cargo command; if nothing may be left out, the lock file must be complete as well.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = shell::cargo([]);
        cargo.arg(arguments.first().unwrap_or(&"help"));
        cargo.args(self.all.then_some("--locked"));
        cargo.args(arguments.iter().skip(1)).envs(self.variables.iter().map(|(name, value)| (name, value)));
        cargo
    }

    fn count(&mut self, arguments: &[&str]) -> Result<String> {
        let mut test = self.cargo(&[&["test", "--no-fail-fast"], &ALL_BUT_BENCH[..], arguments].concat());
        let before = self.counts.passed;
        counts::run(&mut test, &mut self.counts)?;
        Ok(format!("{} tests", self.counts.passed - before))
    }
}

fn format(_: &mut Context) -> Result<String> {
    shell::run(&mut shell::cargo(["fmt", "--all", "--check"])).map(|()| String::new())
}

fn tidiness(_: &mut Context) -> Result<String> {
    tidy::run().map(|()| String::new())
}

fn licences(context: &mut Context) -> Result<String> {
    licences::check(context)
}

fn oldest_rust(context: &mut Context) -> Result<String> {
    msrv::check(context)
}

fn lints(context: &mut Context) -> Result<String> {
    // The races are no test of the step `tests`, so to cargo they are not among all targets.
    for targets in [&["--all-targets"][..], &["--test", "races"]] {
        let clippy =
            [&["clippy", "--workspace", "--all-features"], targets, &["--", "-D", "warnings"]].concat();
        shell::run(&mut context.cargo(&clippy))?;
    }
    Ok(String::new())
}

fn tests(context: &mut Context) -> Result<String> {
    context.count(&["--lib", "--bins", "--tests", "--examples"])
}

/// One after the other, as they measure; their figures are a table in the log.
fn races(context: &mut Context) -> Result<String> {
    context.count(&["--test", "races"])
}

/// Once more, and not counted, for what it prints: a line for each kind of vector.
fn vectors(context: &mut Context) -> Result<String> {
    let only = ["--test", "it", "vectors::", "--", "--nocapture"];
    let mut test = context.cargo(&[&["test", "--quiet"], &ALL_BUT_BENCH[..], &only].concat());
    shell::run(&mut test).map(|()| String::new())
}

fn doctests(context: &mut Context) -> Result<String> {
    context.count(&["--doc"])
}

fn docs(context: &mut Context) -> Result<String> {
    shell::run(&mut doc(context)).map(|()| String::new())
}

fn api(context: &mut Context) -> Result<String> {
    public_api::check(&mut doc(context))
}

fn doc(context: &Context) -> Command {
    let mut doc = context.cargo(&public_api::DOC);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    doc
}

fn each_feature(context: &mut Context) -> Result<String> {
    features::check(context)
}

fn neighbours(context: &mut Context) -> Result<String> {
    neighbours::check(context)
}

fn packed(context: &mut Context) -> Result<String> {
    packages::check(context)
}
