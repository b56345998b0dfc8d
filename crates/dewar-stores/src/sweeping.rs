//! Removing what is over, by a task of the program's own.

use std::sync::Arc;
use std::time::Duration;

use dewar::clock::Clock;
use dewar::store::{Store, StoreError, Sweeper};
use tokio::time::sleep;

/// So many entries at a time: no engine is held up for long.
const BATCH: usize = 1000;

/// Removes what is over from a store, again and again; to be spawned by a program that runs for long. Ends at once for a store that
/// needs no sweeping (Redis). Nobody is logged out if it does not run: what is over is not shown, it only takes room.
///
/// A failure is told to `tracing` (a feature), and the next round tries again. Several processes may sweep one store.
///
/// ```
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use dewar::clock::Clock;
///
/// let store = dewar_stores::open("memory:").await?;
/// tokio::spawn(dewar_stores::keep_swept(store.clone(), Duration::from_secs(600), Clock::system()));
/// # Ok(())
/// # }
/// ```
pub async fn keep_swept(store: Arc<dyn Store>, every: Duration, clock: Clock) {
    let Some(sweeper) = store.sweeper() else { return };
    loop {
        sleep(every).await;
        tell(sweep_all(sweeper, &clock).await);
    }
}

async fn sweep_all(sweeper: &dyn Sweeper, clock: &Clock) -> Result<usize, StoreError> {
    let mut removed = 0;
    loop {
        let batch = sweeper.sweep(BATCH, clock.now()).await?;
        removed += batch;
        if batch < BATCH {
            return Ok(removed);
        }
        tokio::task::yield_now().await;
    }
}

#[cfg(feature = "tracing")]
fn tell(swept: Result<usize, StoreError>) {
    match swept {
        Ok(removed) => tracing::debug!(target: "dewar::store", removed, "swept"),
        Err(error) => tracing::warn!(target: "dewar::store", %error, "not swept"),
    }
}

#[cfg(not(feature = "tracing"))]
fn tell(_: Result<usize, StoreError>) {}

#[cfg(test)]
mod tests {
    use dewar::clock::UnixTime;
    use dewar::store::{Created, Entry, Memory, StoreKey};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_over_goes_and_what_lives_stays() {
        let now = UnixTime::from_seconds(1_709_210_096);
        let store = Arc::new(Memory::new());
        for (number, life) in (0..2500).map(|n| (n, 1)).chain([(2500, 100_000)]) {
            let entry = Entry::new("x", Some(now.plus(Duration::from_secs(life))));
            let created = store.create(&StoreKey::new(number.to_string()), &entry, now).await.unwrap();
            assert!(matches!(created, Created::Created(_)));
        }
        let later = Clock::fixed(now.plus(Duration::from_secs(3600)));
        let sweeping = tokio::spawn(keep_swept(store.clone(), Duration::from_secs(60), later));
        sleep(Duration::from_secs(59)).await;
        assert!(store.entries() >= 2400, "not before its time: {}", store.entries());
        sleep(Duration::from_secs(2)).await;
        assert_eq!(store.entries(), 1);
        sweeping.abort();
    }
}
