//! Where Dewar keeps sessions.
