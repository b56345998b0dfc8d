//! Tests without a database.

mod calls;
mod made_up;
mod texts;
