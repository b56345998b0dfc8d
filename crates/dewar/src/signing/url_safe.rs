//! URL-safe base64 without padding (RFC 4648 §5), with the vector instructions of the processor where the library has code for them.

use std::sync::LazyLock;

use base64::engine::general_purpose::NO_PAD;

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
type Engine = base64::engine::Simd;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
type Engine = base64::engine::GeneralPurpose;

/// Encodes and decodes. Decoding is strict: for each sequence of bytes, only one text is valid.
pub(super) static URL_SAFE: LazyLock<Engine> = LazyLock::new(engine);

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn engine() -> Engine {
    Engine::url_safe(NO_PAD)
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn engine() -> Engine {
    Engine::new(&base64::alphabet::URL_SAFE, NO_PAD)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_foreign_character_is_found_wherever_it_is() {
        for length in [0, 1, 63, 64, 127, 128, 200, 1000] {
            let text = URL_SAFE.encode(vec![0xa5; length]);
            assert_eq!(URL_SAFE.decode(&text).unwrap(), vec![0xa5; length]);
            for at in 0..text.len() {
                for foreign in *b"+/=.\n\0\x80\xff" {
                    let mut bytes = text.clone().into_bytes();
                    bytes[at] = foreign;
                    assert!(URL_SAFE.decode(bytes).is_err(), "{foreign} at {at} of {length}");
                }
            }
        }
    }

    proptest! {
        /// The library's code without vector instructions.
        #[test]
        fn it_does_what_the_portable_code_does(bytes in prop::collection::vec(any::<u8>(), 0..600), text in "[A-Za-z0-9_+/=-]{0,300}") {
            prop_assert_eq!(URL_SAFE.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes));
            prop_assert_eq!(URL_SAFE.decode(&text), URL_SAFE_NO_PAD.decode(&text));
            prop_assert_eq!(URL_SAFE.decode(&bytes), URL_SAFE_NO_PAD.decode(&bytes));
        }
    }
}
