//! The path in a URL.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use crate::OpenError;

/// The absolute path in a URL like the example. `file:a` and `sqlite://a` are refused, although they are valid URLs, and so is a URL with
/// anything in addition to a path.
pub(super) fn from_url(url: &str, example: &str) -> Result<PathBuf, OpenError> {
    let refused = |why: &str| OpenError::wrong_url(format!("{why}: write it like {example}"));
    let after = url.split_once(':').map_or("", |(_, after)| after);
    // Two slashes begin an authority, which must be empty.
    let path = after.strip_prefix("//").unwrap_or(after);
    if !path.starts_with('/') {
        return Err(refused("the path in the URL of the session store must be absolute"));
    }
    if path.contains(['?', '#']) {
        return Err(refused(
            "the URL of the session store must end with the path (in a name, write %3F for ? and %23 for #)",
        ));
    }
    let decoded = percent_decode_str(path).decode_utf8();
    let decoded = decoded.map_err(|_| refused("the path in the URL of the session store must be UTF-8"))?;
    if decoded.contains('\0') {
        return Err(refused("the path in the URL of the session store must have no NUL"));
    }
    let path = PathBuf::from(&*decoded);
    if path.file_name().is_none() {
        return Err(refused("the URL of the session store has no path"));
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(url: &str) -> Result<String, String> {
        let path = from_url(url, "EXAMPLE").map_err(|error| error.to_string())?;
        Ok(path.into_os_string().into_string().unwrap())
    }

    #[test]
    fn absolute_paths_in_every_dress() {
        for (url, expected) in [
            ("file:///var/lib/sessions", "/var/lib/sessions"),
            ("FILE:///var/lib/sessions", "/var/lib/sessions"),
            ("sqlite:///var/lib/a.db", "/var/lib/a.db"),
            ("sqlite:/var/lib/a.db", "/var/lib/a.db"),
            // As SQLAlchemy writes them.
            ("sqlite:////var/lib/a.db", "//var/lib/a.db"),
            ("sqlite:///var/my%20app/a%3Fb%23c%25.db", "/var/my app/a?b#c%.db"),
            ("sqlite:///var/my app/ä.db", "/var/my app/ä.db"),
            ("sqlite:///C:/a.db", "/C:/a.db"),
        ] {
            assert_eq!(path(url).as_deref(), Ok(expected), "{url}");
        }
    }

    #[test]
    fn what_is_no_absolute_path_is_refused_with_an_example() {
        for url in [
            "file:",
            "file://",
            "file:///",
            "file:sessions",
            "file://sessions",
            "file:./sessions",
            "file:../sessions",
            "sqlite:",
            "sqlite://",
            "sqlite:///",
            "sqlite:a.db",
            "sqlite://a.db",
            "sqlite://./a.db",
            "sqlite::memory:",
            "sqlite://user:hunter2@host/a.db",
            "sqlite:///a.db?mode=ro",
            "sqlite:///a.db?",
            "sqlite:///a.db#b",
            "file:///a?b",
            "file:///a%00b",
            "file:///a%ffb",
            "file:///..",
        ] {
            let refused = path(url).expect_err(url);
            assert!(refused.ends_with(": write it like EXAMPLE"), "{url}: {refused}");
            assert!(!refused.contains("hunter2"), "{refused}");
        }
    }
}
