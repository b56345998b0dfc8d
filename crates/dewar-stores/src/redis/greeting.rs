//! What a server says of itself in its answer to `HELLO`.

use std::collections::HashMap;

use ::redis::Value;

/// The answer to `HELLO`; empty if the server does not know the command.
#[derive(Default)]
pub(super) struct Greeting(pub(super) HashMap<String, Value>);

impl Greeting {
    /// The text of a field.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        match self.0.get(field)? {
            Value::BulkString(bytes) => std::str::from_utf8(bytes).ok(),
            Value::SimpleString(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the server knows `SET … IFEQ`, as Valkey does since 8.1 and Redis since 8.4. The digests with which Redis can compare, too, are
    /// not for bytes that visitors choose.
    pub(super) fn compares(&self) -> bool {
        let since = match self.text("server") {
            Some("valkey") => (8, 1),
            Some("redis") => (8, 4),
            _ => return false,
        };
        let mut numbers = self.text("version").unwrap_or_default().split('.').map(str::parse::<u32>);
        matches!((numbers.next(), numbers.next()), (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_new_servers_compare() {
        for (server, version, expected) in [
            ("redis", "7.0.15", false),
            ("redis", "8.3.9", false),
            ("redis", "8.4.0", true),
            ("redis", "10.0.0", true),
            ("valkey", "8.0.2", false),
            ("valkey", "8.1.0", true),
            ("valkey", "9.1.2", true),
            ("other", "99.0.0", false),
            ("redis", "", false),
        ] {
            let fields = [("server", server), ("version", version)];
            let fields = fields.map(|(name, text)| (name.to_owned(), Value::BulkString(text.into())));
            assert_eq!(Greeting(fields.into()).compares(), expected, "{server} {version}");
        }
        assert!(!Greeting::default().compares());
    }
}
