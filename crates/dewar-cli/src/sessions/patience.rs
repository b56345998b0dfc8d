//! Waiting for a store that does not answer for a moment, as while it restarts.

use std::error::Error as _;
use std::time::Duration;

use dewar::error::Error;
use dewar::store::{StoreError, StoreErrorKind};

/// How long to wait before each further attempt.
const PAUSES: [Duration; 6] = [
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];

/// Calls the store again while it does not answer. Only for calls that may be made twice.
pub(super) async fn patiently<T, F: Future<Output = Result<T, Error>>>(
    call: impl Fn() -> F,
) -> Result<T, Error> {
    for pause in PAUSES {
        match call().await {
            Err(error) if is_passing(&error) => tokio::time::sleep(pause).await,
            answer => return answer,
        }
    }
    call().await
}

/// Whether the store may answer later.
pub(super) fn is_passing(error: &Error) -> bool {
    let kind = error.source().and_then(|source| source.downcast_ref::<StoreError>()).map(StoreError::kind);
    kind.is_some_and(|kind| kind != StoreErrorKind::Refused)
}
