//! The handle of a session.

/// A handle as the list of sessions shows it. The error does not repeat the text, which may be a URL with a password in the wrong place.
pub(super) fn handle(text: &str) -> Result<String, &'static str> {
    if text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("a handle has 16 hexadecimal digits, as `dewar sessions list` shows them")
    }
}
