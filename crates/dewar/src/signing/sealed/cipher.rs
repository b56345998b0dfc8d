//! AES-256-GCM-SIV (RFC 8452), in place.

use aes_gcm_siv::aead::AeadInOut;
use aes_gcm_siv::{Aes256GcmSiv, KeyInit};

pub(super) const NONCE: usize = 12;
pub(super) const TAG: usize = 16;

/// Encrypts and decrypts in place. The key is wiped when dropped.
#[derive(Clone)]
pub(super) struct Cipher(Aes256GcmSiv);

impl Cipher {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(Aes256GcmSiv::new(key.into()))
    }

    /// Encrypts the text, and returns its tag.
    #[expect(clippy::expect_used, reason = "the cipher takes 64 GiB, which no cookie has")]
    pub(super) fn encrypt(&self, nonce: &[u8; NONCE], associated_data: &[u8], text: &mut [u8]) -> [u8; TAG] {
        let tag = self.0.encrypt_inout_detached(nonce.into(), associated_data, text.into());
        tag.expect("a text of at most 64 GiB").into()
    }

    /// Decrypts the text, and returns whether the tag is right. If not, the text is as it was.
    pub(super) fn decrypt(
        &self,
        nonce: &[u8; NONCE],
        associated_data: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG],
    ) -> bool {
        self.0.decrypt_inout_detached(nonce.into(), associated_data, text.into(), tag.into()).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encrypted(key: &[u8; 32], nonce: &[u8; NONCE], associated_data: &[u8], text: &[u8]) -> Vec<u8> {
        let mut text = text.to_vec();
        let tag = Cipher::new(key).encrypt(nonce, associated_data, &mut text);
        [&text[..], &tag].concat()
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn unhex<const N: usize>(text: &str) -> [u8; N] {
        std::array::from_fn(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
    }

    #[test]
    fn the_vectors_of_rfc_8452_c_2() {
        let (mut key, mut nonce) = ([0; 32], [0; NONCE]);
        (key[0], nonce[0]) = (1, 3);
        let text: [u8; 32] = unhex("0100000000000000000000000000000002000000000000000000000000000000");
        for (text, expected) in [
            (&text[..0], "07f5f4169bbf55a8400cd47ea6fd400f"),
            (&text[..8], "c2ef328e5c71c83b843122130f7364b761e0b97427e3df28"),
            (&text[..12], "9aab2aeb3faa0a34aea8e2b18ca50da9ae6559e48fd10f6e5c9ca17e"),
            (&text[..16], "85a01b63025ba19b7fd3ddfc033b3e76c9eac6fa700942702e90862383c6c366"),
            (
                &text[..],
                "4a6a9db4c8c6549201b9edb53006cba821ec9cf850948a7c86c68ac7539d027fe819e63abcd020b006a976397632eb5d",
            ),
        ] {
            assert_eq!(hex(&encrypted(&key, &nonce, b"", text)), expected);
        }
        let expected = "1de22967237a813291213f267e3b452f02d01ae33e4ec854";
        assert_eq!(hex(&encrypted(&key, &nonce, &[1], &[2, 0, 0, 0, 0, 0, 0, 0])), expected);
    }

    /// The counter begins at 2³² − 1.
    #[test]
    fn the_vector_of_rfc_8452_c_3() {
        let text: [u8; 32] = unhex("000000000000000000000000000000004db923dc793ee6497c76dcc03a98e108");
        let expected = "f3f80f2cf0cb2dd9c5984fcda908456cc537703b5ba70324a6793a7bf218d3eaffffffff000000000000000000000000";
        assert_eq!(hex(&encrypted(&[0; 32], &[0; NONCE], b"", &text)), expected);
    }

    #[test]
    fn a_text_with_a_wrong_tag_stays_as_it_is() {
        let (cipher, nonce) = (Cipher::new(&[7; 32]), [1; NONCE]);
        let mut text = *b"attack at dawn";
        let mut tag = cipher.encrypt(&nonce, b"session", &mut text);
        let encrypted = text;
        assert!(!cipher.decrypt(&nonce, b"another", &mut text, &tag));
        assert_eq!(text, encrypted);
        for bit in 0..TAG * 8 {
            tag[bit / 8] ^= 1 << (bit % 8);
            assert!(!cipher.decrypt(&nonce, b"session", &mut text, &tag));
            assert_eq!(text, encrypted);
            tag[bit / 8] ^= 1 << (bit % 8);
        }
        assert!(cipher.decrypt(&nonce, b"session", &mut text, &tag));
        assert_eq!(&text, b"attack at dawn");
    }
}
