//! What a case says, field by field. A case that says something else than this test knows is a failure with a name, never a panic.

use std::fmt;
use std::panic::Location;

use serde_json::{Map, Value as Json};

use super::Outcome;

/// Why a case cannot be judged: what is not known of it, and which line of the test asked.
#[derive(Debug)]
pub(crate) struct Stop(String);

/// How a case ends, or why it cannot be judged.
pub(crate) type Judged<T = Outcome> = Result<T, Stop>;

impl Stop {
    #[track_caller]
    pub(crate) fn new(why: impl fmt::Display) -> Self {
        let line = Location::caller();
        let file = line.file().rsplit('/').next().unwrap_or_default();
        Self(format!("{why} ({file}, line {})", line.line()))
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A field of a case as what it should be.
pub(crate) trait Given {
    fn text(&self) -> Judged<&str>;
    fn items(&self) -> Judged<&Vec<Json>>;
    fn whole(&self) -> Judged<i64>;
    fn fields(&self) -> Judged<&Map<String, Json>>;
}

impl Given for Json {
    #[track_caller]
    fn text(&self) -> Judged<&str> {
        self.as_str().ok_or_else(|| Stop::new("no text where one should be"))
    }

    #[track_caller]
    fn items(&self) -> Judged<&Vec<Json>> {
        self.as_array().ok_or_else(|| Stop::new("no list where one should be"))
    }

    #[track_caller]
    fn whole(&self) -> Judged<i64> {
        // Sums with a lifetime must not overflow.
        let number = self.as_i64().filter(|number| number.unsigned_abs() < 1 << 53);
        number.ok_or_else(|| Stop::new("no whole number where one should be"))
    }

    #[track_caller]
    fn fields(&self) -> Judged<&Map<String, Json>> {
        self.as_object().ok_or_else(|| Stop::new("no object where one should be"))
    }
}

/// What must be there for the case to be judged.
pub(crate) trait Known<T> {
    fn known(self) -> Judged<T>;
}

impl<T> Known<T> for Option<T> {
    #[track_caller]
    fn known(self) -> Judged<T> {
        match self {
            Some(known) => Ok(known),
            None => Err(Stop::new("something that this test does not know")),
        }
    }
}

impl<T, E: fmt::Display> Known<T> for Result<T, E> {
    #[track_caller]
    fn known(self) -> Judged<T> {
        match self {
            Ok(known) => Ok(known),
            Err(error) => Err(Stop::new(error)),
        }
    }
}

/// What must hold for the case to be judged.
#[track_caller]
pub(crate) fn ensure(holds: bool, what: &str) -> Judged<()> {
    if holds { Ok(()) } else { Err(Stop::new(what)) }
}
