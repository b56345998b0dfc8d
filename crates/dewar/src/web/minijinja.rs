//! The session and its flash messages in minijinja templates.
