//! The `itsdangerous` crate: its timed URL-safe serializer, which does not compress.

use dewar_bench_meter::{Role, SECRET, account};
use itsdangerous::{
    IntoTimestampSigner, TimedSerializer, URLSafeEncoding, default_builder, timed_serializer_with_signer,
};
use serde_json::Value;

use crate::tokens::Tokens;

pub(crate) fn tokens() -> Tokens<'static> {
    let serializer = || {
        timed_serializer_with_signer(default_builder(SECRET).build().into_timestamp_signer(), URLSafeEncoding)
    };
    let (writer, reader, data) = (serializer(), serializer(), serde_json::to_value(account()).unwrap());
    Tokens {
        who: "itsdangerous, timed URL-safe serializer",
        role: Role::Yardstick,
        write: Box::new(move || writer.sign(&data).unwrap()),
        read: Box::new(move |token| {
            drop(reader.unsign::<Value>(token).ok().map(|unsigned| unsigned.value()).unwrap())
        }),
    }
}
