//! MessagePack, in both dialects.

use dewar::codec::MsgPack;

use crate::json::round_trip;

/// What is read can be written, and is read again as the same.
pub fn msgpack(data: &[u8]) {
    for dialect in [MsgPack::default(), MsgPack::native()] {
        round_trip(data, |bytes| dialect.decode_value(bytes), |value| dialect.encode_value(value));
    }
}
