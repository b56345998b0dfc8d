//! The outcome of a run of the suite.

use std::fmt;

/// The outcome of each rule, in the order of the suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The name and the outcome of each rule.
    pub outcomes: Vec<(&'static str, RuleOutcome)>,
}

/// The outcome of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleOutcome {
    /// The store follows the rule.
    Passed,
    /// The store breaks the rule; the text says how.
    Failed(String),
    /// The rule does not apply to this store; the text says why.
    NotApplicable(&'static str),
}

impl Report {
    /// The names of the rules that the store breaks.
    pub fn failed(&self) -> impl Iterator<Item = &'static str> {
        self.outcomes.iter().filter(|(_, outcome)| outcome.is_failed()).map(|(name, _)| *name)
    }

    /// Panics if the store breaks a rule: the assertion of a test.
    ///
    /// # Panics
    /// If a rule is broken, with a table of all such rules.
    #[track_caller]
    #[expect(clippy::panic, reason = "an assertion, for tests")]
    pub fn assert(&self) {
        let mut broken = self.clone();
        broken.outcomes.retain(|(_, outcome)| outcome.is_failed());
        if !broken.outcomes.is_empty() {
            panic!("the store breaks {} of {} rules:\n{broken}", broken.outcomes.len(), self.outcomes.len());
        }
    }
}

impl RuleOutcome {
    fn is_failed(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}

/// A table with one line per rule.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.outcomes.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, outcome) in &self.outcomes {
            writeln!(f, "{name:width$}  {outcome}")?;
        }
        Ok(())
    }
}

impl fmt::Display for RuleOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("ok"),
            Self::Failed(how) => write!(f, "FAILED: {how}"),
            Self::NotApplicable(reason) => write!(f, "not applicable: {reason}"),
        }
    }
}
