use super::*;

/// Each request that waits for a store allocates it, and glibc's allocator is slow above a kibibyte.
#[test]
fn the_future_of_opening_a_session_is_small() {
    fn size_of_future<'a, F>(_: impl Fn(&'a LazySession, Unopened<'a>) -> F) -> usize {
        size_of::<F>()
    }
    let size = size_of_future(|session, unopened| session.open(unopened, Opening::Asked));
    assert!(size <= 960, "{size} bytes");
}
