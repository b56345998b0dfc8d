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

/// What `clap` has to say: help, or why it does not understand the command line, whose words it repeats, except the login in a URL.
pub(crate) fn usage(error: &clap::Error) {
    let text = error.render().to_string();
    let _ = if error.use_stderr() {
        write!(stderr().lock(), "{}", Text::lines(&without_login(&text)))
    } else {
        write!(stdout().lock(), "{}", Text::lines(&text))
    };
}

/// Without what is between the first `://` and the last `@`: a password may contain spaces, quotes and line feeds.
pub(crate) fn without_login(text: &str) -> String {
    let parts = text.split_once("://").and_then(|(before, rest)| Some((before, rest.rsplit_once('@')?)));
    match parts {
        Some((before, (_, after))) => format!("{before}://...@{after}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_login_is_repeated() {
        for (text, told) in [
            (
                "unexpected argument 'redis://:hunter2@h' found\n",
                "unexpected argument 'redis://...@h' found\n",
            ),
            ("'redis://zoe:hun@t'er\n2@h/1' found, 'x'", "'redis://...@h/1' found, 'x'"),
            ("'redis://:hunter2@h' and 'redis://:hunter2@i'", "'redis://...@i'"),
            ("a URL like redis://HOST", "a URL like redis://HOST"),
            ("user@host", "user@host"),
        ] {
            assert_eq!(without_login(text), told);
        }
    }
}
