//! Sessions that the target refuses one after the other.

/// After so many in a row with the same cause the rest would be refused as well.
const MOST: usize = 100;

/// Counts what the target refused since it took something.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    cause: String,
    number: usize,
}

impl Refusals {
    pub(super) fn taken(&mut self) {
        self.number = 0;
    }

    /// Counts one more; returns whether it is no use to go on.
    pub(super) fn refused(&mut self, cause: &str) -> bool {
        if self.cause != cause {
            *self = Self { cause: cause.to_owned(), number: 0 };
        }
        self.number += 1;
        self.number >= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_many_in_a_row_with_one_cause_are_too_many() {
        let mut refusals = Refusals::default();
        assert!((1..MOST).all(|_| !refusals.refused("full")));
        refusals.taken();
        assert!((1..MOST).all(|_| !refusals.refused("full")));
        assert!(!refusals.refused("too large"));
        assert!((1..MOST).all(|_| !refusals.refused("full")));
        assert!(refusals.refused("full"));
    }
}
