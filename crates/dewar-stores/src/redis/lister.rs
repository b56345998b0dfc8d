//! Lists all entries page by page with `SCAN`, which does not block other clients. Entries are strings; owner records and indexes are not.

use ::redis::{cmd, pipe};
use bytes::Bytes;
use dewar_core::clock::UnixTime;
use dewar_core::{Cursor, Lister, Page, StoreError, StoreKey, Stored, async_trait};

use super::Redis;
use super::store::stored;

/// The largest page: it is one answer, which must come within the timeout of a call.
const LARGEST: usize = 1_000;

#[async_trait]
impl Lister for Redis {
    async fn list(
        &self,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> Result<Page, StoreError> {
        let from = after.map_or(Ok(0), |cursor| cursor.0.parse::<u64>());
        let from = from.map_err(|_| StoreError::refused("the cursor is from another store"))?;
        let mut scan = cmd("SCAN");
        scan.arg(from).arg("MATCH").arg(pattern(prefix));
        scan.arg("COUNT").arg(at_most.clamp(1, LARGEST)).arg("TYPE").arg("string");
        let (next, keys): (u64, Vec<Bytes>) = self.connection.ask(&scan, self.connection.deadline()).await?;
        let keys: Vec<&str> = keys.iter().filter_map(|key| std::str::from_utf8(key).ok()).collect();
        let entries = self.entries(&keys, now).await?;
        Ok(Page { entries, next: (next != 0).then(|| Cursor(next.to_string())) })
    }
}

impl Redis {
    async fn entries(&self, keys: &[&str], now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut commands = pipe();
        for key in keys {
            commands.pttl(*key).get(*key);
        }
        let answers: Vec<(i64, Option<Bytes>)> =
            self.connection.ask_all(&commands, self.connection.deadline()).await?;
        let found = keys.iter().zip(answers).filter_map(|(key, (left, payload))| Some((key, left, payload?)));
        Ok(found.map(|(key, left, payload)| (StoreKey::new(*key), stored(payload, left, now))).collect())
    }
}

/// A pattern for the keys that start with this text. Special characters are escaped.
fn pattern(prefix: &str) -> String {
    let mut pattern = String::with_capacity(prefix.len() + 1);
    for letter in prefix.chars() {
        if matches!(letter, '*' | '?' | '[' | ']' | '\\' | '^') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('*');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_stands_for_itself() {
        assert_eq!(pattern("session:"), "session:*");
        assert_eq!(pattern("a*[b]?\\"), "a\\*\\[b\\]\\?\\\\*");
        assert_eq!(pattern(""), "*");
    }
}
