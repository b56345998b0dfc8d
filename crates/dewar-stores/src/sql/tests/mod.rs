//! The room without an engine.

mod calls;
mod made_up;
mod texts;
