use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};

use dewar_core::StoreErrorKind;

use super::*;

fn pool(threads: usize) -> Arc<Pool> {
    Arc::new(Pool::new("dewar-pool-test", NonZeroUsize::new(threads).unwrap()))
}

fn started(pool: &Pool) -> usize {
    *pool.threads().started.lock().unwrap()
}

/// Occupies a thread until the sender is dropped.
fn block(pool: &Arc<Pool>) -> (Sender<()>, tokio::task::JoinHandle<Result<(), StoreError>>) {
    let (hold, held) = channel::<()>();
    let pool = Arc::clone(pool);
    let blocked = tokio::spawn(async move {
        let wait = move || {
            _ = held.recv();
            Ok(())
        };
        pool.run(wait).await
    });
    (hold, blocked)
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_never_more_threads_than_it_has() {
    let (pool, most) = (pool(3), Arc::new(AtomicUsize::new(0)));
    let calls = (0..200).map(|_| {
        let (pool, running) = (Arc::clone(&pool), Arc::clone(&most));
        tokio::spawn(async move {
            let count = move || {
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                thread::yield_now();
                running.fetch_sub(1, Ordering::SeqCst);
                Ok(now)
            };
            pool.run(count).await.unwrap()
        })
    });
    for call in calls.collect::<Vec<_>>() {
        assert!(call.await.unwrap() <= 3);
    }
    assert!((1..=3).contains(&started(&pool)));
}

#[tokio::test]
async fn calls_one_after_the_other_need_one_thread() {
    let pool = pool(16);
    for _ in 0..50 {
        pool.run(|| Ok(())).await.unwrap();
    }
    assert_eq!(started(&pool), 1);
}

#[tokio::test]
async fn a_call_whose_caller_has_gone_is_not_begun() {
    let (pool, begun) = (pool(1), Arc::new(AtomicUsize::new(0)));
    let (hold, blocked) = block(&pool);
    while started(&pool) == 0 {
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        let begun = Arc::clone(&begun);
        let mut call = pin!(pool.run(move || Ok(begun.fetch_add(1, Ordering::SeqCst))));
        assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    drop(hold);
    blocked.await.unwrap().unwrap();
    pool.run(|| Ok(())).await.unwrap();
    assert_eq!(begun.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn walks_leave_threads_to_the_others() {
    let pool = pool(8);
    let (hold, held) = channel::<()>();
    let held = Arc::new(Mutex::new(held));
    let walks = (0..50).map(|_| {
        let (pool, held) = (Arc::clone(&pool), Arc::clone(&held));
        tokio::spawn(async move {
            let wait = move || {
                _ = held.lock().unwrap().recv();
                Ok(())
            };
            pool.walk(wait).await
        })
    });
    let walks: Vec<_> = walks.collect();
    while pool.threads().walks.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    pool.run(|| Ok(())).await.expect("while all walks are stuck");
    drop(hold);
    for walk in walks {
        walk.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_forked_process_starts_threads_of_its_own() {
    let pool = pool(4);
    pool.run(|| Ok(())).await.unwrap();
    let child = pool.threads_of(process::id() + 1);
    assert_eq!(*child.started.lock().unwrap(), 0);
    child.run(|| Ok(())).await.unwrap();
    assert!(Arc::ptr_eq(&child, &pool.threads_of(process::id() + 1)));
}

#[tokio::test]
async fn work_that_panics_costs_other_callers_nothing() {
    let pool = pool(1);
    for _ in 0..3 {
        let error = pool.run(|| -> Result<(), StoreError> { panic!("on purpose") }).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::NoAnswer);
        pool.run(|| Ok(())).await.unwrap();
    }
}
