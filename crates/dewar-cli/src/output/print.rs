//! Writing lines. A reader that went away (`| head`) is no error.

use std::io::{Write as _, stderr, stdout};

use super::Text;

/// A line on standard output, sent at once: a program may be waiting for it at the other end of a pipe.
pub(crate) fn line(text: impl Into<Text>) {
    let mut out = stdout().lock();
    let _ = writeln!(out, "{}", text.into()).and_then(|()| out.flush());
}

/// Something that the caller should know, although the command goes on.
pub(crate) fn note(text: &str) {
    let _ = writeln!(stderr().lock(), "dewar: {}", Text::line(text));
}

/// Why the command cannot do its work; a cause that repeats what was said is left out.
pub(crate) fn error(error: &dyn std::error::Error) {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    note(&text);
}

/// What `clap` has to say: help, or why it does not understand the command line, whose words it repeats.
pub(crate) fn usage(error: &clap::Error) {
    let text = Text::lines(&error.render().to_string());
    let _ = if error.use_stderr() {
        write!(stderr().lock(), "{text}")
    } else {
        write!(stdout().lock(), "{text}")
    };
}
