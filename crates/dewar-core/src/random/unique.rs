//! Random bytes that are unique, but need not stay secret: the operating system is asked for many at once.

use std::cell::RefCell;
use std::process;

use super::RandomError;

/// How many bytes are asked for at once: 21 nonces of 12 bytes.
const SIZE: usize = 256;

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool::EMPTY) };
}

pub(super) fn bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let taken = POOL.try_with(|pool| pool.borrow_mut().take(process::id(), system));
    // A thread that ends has no pool any more.
    taken.unwrap_or_else(|_| {
        let mut bytes = [0; N];
        system(&mut bytes)?;
        Ok(bytes)
    })
}

fn system(bytes: &mut [u8]) -> Result<(), RandomError> {
    getrandom::fill(bytes).map_err(|_| RandomError)
}

/// Bytes that are returned once each.
struct Pool {
    bytes: [u8; SIZE],
    /// How many are left, at the end.
    left: usize,
    /// The process that asked for them. A forked one has a copy, and must not return what its parent will.
    process: u32,
}

impl Pool {
    const EMPTY: Self = Self { bytes: [0; SIZE], left: 0, process: 0 };

    fn take<const N: usize>(
        &mut self,
        process: u32,
        fill: impl FnOnce(&mut [u8]) -> Result<(), RandomError>,
    ) -> Result<[u8; N], RandomError> {
        if self.left < N || self.process != process {
            self.left = 0;
            fill(&mut self.bytes)?;
            (self.left, self.process) = (SIZE, process);
        }
        let rest = self.bytes.get(..self.left).and_then(|bytes| bytes.split_last_chunk::<N>());
        let (_, taken) = rest.ok_or(RandomError)?;
        self.left -= N;
        Ok(*taken)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Bytes that say which call of `fill` they come from.
    fn filled(times: &mut u8) -> impl FnOnce(&mut [u8]) -> Result<(), RandomError> {
        *times += 1;
        let time = *times;
        move |bytes| {
            bytes.fill(time);
            Ok(())
        }
    }

    #[test]
    fn no_byte_is_returned_twice() {
        let numbers: HashSet<[u8; 8]> = (0..10_000).map(|_| bytes().unwrap()).collect();
        assert_eq!(numbers.len(), 10_000);
        let mut pool = Pool::EMPTY;
        let counting = |bytes: &mut [u8]| {
            bytes.iter_mut().zip(0..=u8::MAX).for_each(|(byte, count)| *byte = count);
            Ok(())
        };
        let taken: HashSet<[u8; 12]> = (0..21).map(|_| pool.take(1, counting).unwrap()).collect();
        let bytes: HashSet<u8> = taken.iter().flatten().copied().collect();
        assert_eq!((taken.len(), bytes.len(), pool.left), (21, 252, 4));
    }

    #[test]
    fn a_forked_process_does_not_return_what_its_parent_has_left() {
        let (mut parent, mut times) = (Pool::EMPTY, 0);
        assert_eq!(parent.take(1, filled(&mut times)).unwrap(), [1; 12]);
        let mut child = Pool { bytes: parent.bytes, ..parent };
        assert_eq!(child.take(2, filled(&mut times)).unwrap(), [2; 12]);
        assert_eq!(child.left, SIZE - 12);
    }

    #[test]
    fn after_a_failure_nothing_old_is_returned() {
        let (mut pool, mut times) = (Pool::EMPTY, 0);
        pool.take::<200>(1, filled(&mut times)).unwrap();
        let failing = |bytes: &mut [u8]| {
            bytes.fill(9);
            Err(RandomError)
        };
        assert_eq!(pool.take::<100>(1, failing), Err(RandomError));
        assert_eq!(pool.take(1, filled(&mut times)).unwrap(), [2; 8]);
    }
}
