//! The program that is fuzzed: its keys, which the fuzzer does not know, and its time.

use std::future::Future;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use dewar::SecretKeys;
use dewar::clock::UnixTime;

pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_795_000_000);

/// Checked for weakness only once, since that takes longer than signing.
static KEYS: LazyLock<SecretKeys> = LazyLock::new(|| {
    let newest = SecretKeys::new("7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5").unwrap();
    newest.with_fallback("2b8e61c4f09d7a35e1c6084bd92f7a3150ce84b6d7f1e293").unwrap()
});

pub(crate) fn keys() -> SecretKeys {
    KEYS.clone()
}

/// The output of a future that never waits.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("neither cookies nor memory wait for anything"),
    }
}
