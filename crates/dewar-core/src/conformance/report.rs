//! What came of the rules.

use std::fmt;

/// What came of each rule, in the order of the suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The rules' names, and what came of them.
    pub outcomes: Vec<(&'static str, Outcome)>,
}

/// What came of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The store keeps it.
    Kept,
    /// The store breaks it, in this way.
    Broken(String),
    /// It does not concern this store, for this reason.
    NotApplicable(&'static str),
}

impl Report {
    /// The names of the rules that are broken.
    pub fn broken(&self) -> impl Iterator<Item = &'static str> {
        self.outcomes.iter().filter(|(_, outcome)| outcome.is_broken()).map(|(name, _)| *name)
    }

    /// For tests.
    ///
    /// # Panics
    /// With the table of the rules that are broken, if any is.
    #[track_caller]
    #[expect(clippy::panic, reason = "an assertion, for tests")]
    pub fn assert(&self) {
        let mut broken = self.clone();
        broken.outcomes.retain(|(_, outcome)| outcome.is_broken());
        if !broken.outcomes.is_empty() {
            panic!("the store breaks {} of {} rules:\n{broken}", broken.outcomes.len(), self.outcomes.len());
        }
    }
}

impl Outcome {
    fn is_broken(&self) -> bool {
        matches!(self, Self::Broken(_))
    }
}

/// A table, a line to each rule.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.outcomes.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, outcome) in &self.outcomes {
            writeln!(f, "{name:width$}  {outcome}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kept => f.write_str("kept"),
            Self::Broken(how) => write!(f, "BROKEN: {how}"),
            Self::NotApplicable(reason) => write!(f, "not applicable: {reason}"),
        }
    }
}
