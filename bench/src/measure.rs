//! Time and allocations of one operation.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// How many rounds there are; the best one counts.
pub(crate) const ROUNDS: usize = 200;
/// How many operations a round has.
pub(crate) const ROUND: usize = 100;

/// What one operation costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// Of the best round: noise only ever adds.
    pub(crate) nanoseconds: u64,
    pub(crate) allocations: u64,
    pub(crate) bytes: u64,
}

/// The cost of an operation; what it is given is made before, and what it gives is dropped after the clock has stopped.
pub(crate) fn cost<I, O>(mut input: impl FnMut() -> I, mut operation: impl FnMut(I) -> O) -> Cost {
    let time = (0..ROUNDS).map(|_| round(&mut input, &mut operation)).min().unwrap_or_default();
    let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    let given = input();
    let mut output = None;
    let spent = allocation_counter::measure(|| output = Some(black_box(operation(given))));
    drop(output);
    Cost { nanoseconds, allocations: spent.count_total, bytes: spent.bytes_total }
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

/// The output of a future that waits for nothing: no runtime is measured along.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
