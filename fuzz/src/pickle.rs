//! Pickles, which Flask-Session wrote up to 0.6 and cachelib's files hold.

use dewar::codec::{Codec, Limits, Pickle};

/// Nothing but plain data is read, within the limits; what is read can be written, and read again as the same.
pub fn pickle(data: &[u8]) {
    let limits = Limits { bytes: 4096, depth: 32, items: 1000 };
    let Ok(session) = Pickle::default().with_limits(limits).decode(data) else { return };
    let written = Pickle::default().encode(&session).unwrap();
    let again = Pickle::default().decode(&written).unwrap();
    // NaN is not equal to itself, but its octets are.
    assert_eq!(Pickle::default().encode(&again).unwrap(), written);
}
