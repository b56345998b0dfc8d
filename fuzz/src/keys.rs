//! Keys that the fuzzer does not know.

use std::sync::LazyLock;

use dewar::SecretKeys;
use dewar::clock::UnixTime;

pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_795_000_000);

/// Looked at once for being weak, which takes longer than to sign with.
static KEYS: LazyLock<SecretKeys> = LazyLock::new(|| {
    let newest = SecretKeys::new("7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5").unwrap();
    newest.with_fallback("2b8e61c4f09d7a35e1c6084bd92f7a3150ce84b6d7f1e293").unwrap()
});

pub(crate) fn keys() -> SecretKeys {
    KEYS.clone()
}
