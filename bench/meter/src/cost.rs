//! Time and allocations of one operation.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::runtime::{Builder, Runtime};

/// The number of rounds without a server; the best one counts.
pub const ROUNDS: usize = 200;
/// The number of operations in a round without a server.
pub const ROUND: usize = 100;

/// What one operation costs.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Of the best round: noise only ever adds.
    pub nanoseconds: u64,
    /// Their number, on the calling thread.
    pub allocations: u64,
    /// Their bytes, in total.
    pub bytes: u64,
}

/// How often an operation that waits is run.
#[derive(Debug, Clone, Copy)]
pub struct Repeat {
    /// The number of rounds; the best one counts.
    pub rounds: usize,
    /// The operations in each round; a multiple of those at once.
    pub round: usize,
    /// The number of operations at once.
    pub at_once: usize,
}

/// The cost of an operation; what it is given is made before, and what it gives is dropped after the clock has stopped.
pub fn cost<I, O>(mut input: impl FnMut() -> I, mut operation: impl FnMut(I) -> O) -> Cost {
    let time = (0..ROUNDS).map(|_| round(&mut input, &mut operation)).min().unwrap_or_default();
    let given = input();
    let mut output = None;
    let spent = allocation_counter::measure(|| output = Some(black_box(operation(given))));
    drop(output);
    Cost { nanoseconds: nanoseconds(time), allocations: spent.count_total, bytes: spent.bytes_total }
}

fn round<I, O>(input: &mut impl FnMut() -> I, operation: &mut impl FnMut(I) -> O) -> Duration {
    let inputs: Vec<I> = (0..ROUND).map(|_| input()).collect();
    let mut outputs = Vec::with_capacity(ROUND);
    let start = Instant::now();
    for given in inputs {
        outputs.push(black_box(operation(black_box(given))));
    }
    start.elapsed() / ROUND as u32
}

/// The same of an operation that waits, on a runtime of this thread.
pub fn cost_on<I, F: Future>(
    runtime: &Runtime,
    repeat: Repeat,
    mut input: impl FnMut() -> I,
    mut operation: impl FnMut(I) -> F,
) -> Cost {
    let Repeat { rounds, round, at_once } = repeat;
    let mut once = |operations: usize| {
        let mut inputs = (0..operations).map(|_| input()).collect::<Vec<_>>().into_iter();
        let mut outputs = Vec::with_capacity(operations);
        let mut time = Duration::ZERO;
        let spent = allocation_counter::measure(|| {
            let start = Instant::now();
            runtime.block_on(async {
                while inputs.len() > 0 {
                    match (at_once, inputs.next()) {
                        (1, Some(given)) => outputs.push(operation(given).await),
                        (_, first) => {
                            let together = first.into_iter().chain(inputs.by_ref().take(at_once - 1));
                            outputs.extend(join_all(together.map(&mut operation)).await);
                        }
                    }
                }
            });
            time = start.elapsed() / operations as u32;
        });
        (time, spent)
    };
    // The first one warms up: statements are prepared, scripts are sent, buffers grow.
    once(at_once);
    let time = (0..rounds).map(|_| once(round).0).min().unwrap_or_default();
    let (_, spent) = once(at_once);
    let each = |sum: u64| sum / at_once as u64;
    Cost {
        nanoseconds: nanoseconds(time),
        allocations: each(spent.count_total),
        bytes: each(spent.bytes_total),
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// A runtime that does everything on the calling thread, so that its allocations are counted.
#[must_use]
pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// The output of a future that waits for nothing: no runtime is measured along.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
