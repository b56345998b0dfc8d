//! What to run, and whether anything may be left out.

use std::env;

use super::steps::STEPS;
use crate::shell::Result;

/// The options of `cargo xtask test`.
#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    /// Nothing may be left out: `--all`, or `CI` is set.
    pub(crate) all: bool,
    /// The steps to run; all if empty.
    pub(crate) only: Vec<String>,
}

impl Options {
    pub(crate) fn parse(words: &[&str]) -> Result<Self> {
        let in_ci = env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
        let mut options = Self { all: in_ci, only: Vec::new() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--all" => options.all = true,
                "--only" => options.only.push(step(words.next())?),
                other => return Err(format!("no option {other}: there are --all and --only STEP")),
            }
        }
        Ok(options)
    }

    /// Whether this step is wanted.
    pub(crate) fn wants(&self, step: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == step)
    }
}

fn step(word: Option<&&str>) -> Result<String> {
    let known = || STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(", ");
    match word {
        Some(word) if STEPS.iter().any(|step| step.name == *word) => Ok((*word).to_owned()),
        Some(word) => Err(format!("no step {word}: there are {}", known())),
        None => Err(format!("--only needs a step: {}", known())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_the_steps_to_run() {
        let options = Options::parse(&["--only", "tidy", "--all"]).unwrap();
        assert!(options.all && options.wants("tidy") && !options.wants("lints"));
        assert!(Options::parse(&[]).unwrap().wants("lints"));
    }

    #[test]
    fn what_is_not_known_is_refused_with_what_is() {
        assert!(Options::parse(&["--only", "lint"]).unwrap_err().contains("lints, tests"));
        assert!(Options::parse(&["--only"]).unwrap_err().contains("needs a step"));
        assert!(Options::parse(&["--fast"]).unwrap_err().contains("--all"));
    }
}
