//! AES-256-GCM-SIV (RFC 8452), made of RustCrypto's AES and POLYVAL.
//!
//! Their own composition, the crate `aes-gcm-siv`, hands AES one block after the other. On processors with wide registers, AES first fills
//! these with its round keys, at each call: one block takes 40 ns, six take 51. That was eight calls for a token, and is three here. The tests
//! compare both, and both with the vectors of RFC 8452.

use std::mem::ManuallyDrop;

use aes::cipher::{BlockCipherEncrypt, Key, KeyInit};
use aes::{Aes256Enc, Block};
use ctutils::CtEq;
use polyval::Polyval;
use polyval::universal_hash::UniversalHash;

pub(super) const NONCE: usize = 12;
pub(super) const TAG: usize = 16;

/// The bytes of a block, and how many blocks are encrypted at once.
const BLOCK: usize = 16;
const WIDE: usize = 16;

/// Encrypts and decrypts in place. The key is wiped when dropped.
#[derive(Clone)]
pub(super) struct Cipher(Aes256Enc);

impl Cipher {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(Aes256Enc::new(key.into()))
    }

    /// Encrypts the text, and returns its tag.
    pub(super) fn encrypt(&self, nonce: &[u8; NONCE], associated_data: &[u8], text: &mut [u8]) -> [u8; TAG] {
        let mut keys = self.derive(nonce);
        let tag = keys.tag(associated_data, text);
        keys.apply_keystream(&tag, text);
        tag
    }

    /// Decrypts the text, and returns whether the tag is right. If not, the text is as it was.
    pub(super) fn decrypt(
        &self,
        nonce: &[u8; NONCE],
        associated_data: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG],
    ) -> bool {
        let mut keys = self.derive(nonce);
        keys.apply_keystream(tag, text);
        let is_right = bool::from(keys.tag(associated_data, text).ct_eq(tag));
        if !is_right {
            keys.apply_keystream(tag, text);
        }
        is_right
    }

    /// Section 4: the keys are the first halves of six encrypted blocks.
    fn derive(&self, nonce: &[u8; NONCE]) -> TokenKeys {
        let nonce = wide(nonce);
        let mut blocks: [Block; 6] = [0, 1, 2, 3, 4, 5].map(|count| block(nonce << 32 | count));
        self.0.encrypt_blocks(&mut blocks);
        let [hash_low, hash_high, one, two, three, four] = blocks.map(|block| number(&block) as u64);
        let mut key = Key::<Aes256Enc>::default();
        key.copy_from_slice([one, two, three, four].map(u64::to_le_bytes).as_flattened());
        TokenKeys {
            nonce,
            hash: Polyval::new(&block(u128::from(hash_high) << 64 | u128::from(hash_low))),
            aes: ManuallyDrop::new(Aes256Enc::new(&key)),
        }
    }
}

/// The keys of one token, derived from its nonce. They are not wiped: all that they can decrypt is a text that is in memory beside them and is
/// not wiped, either. To wipe them takes 40 ns, a tenth of the time of opening a token.
struct TokenKeys {
    nonce: u128,
    hash: Polyval,
    aes: ManuallyDrop<Aes256Enc>,
}

impl TokenKeys {
    /// Section 4: the tag of a plaintext.
    fn tag(&mut self, associated_data: &[u8], text: &[u8]) -> [u8; TAG] {
        let bits = |bytes: &[u8]| u128::from(bytes.len() as u64 * 8);
        self.hash.update_padded(associated_data);
        self.hash.update_padded(text);
        self.hash.update(&[block(bits(text) << 64 | bits(associated_data))]);
        let sum = number(&self.hash.finalize_reset());
        let mut tag = block((sum ^ self.nonce) & !LAST_BIT);
        self.aes.encrypt_block(&mut tag);
        tag.into()
    }

    /// Section 4: counter mode, which begins with the tag. The first four bytes count.
    fn apply_keystream(&self, tag: &[u8; TAG], text: &mut [u8]) {
        let start = u128::from_le_bytes(*tag) | LAST_BIT;
        let (mut count, rest) = (start as u32, start & !u128::from(u32::MAX));
        for text in text.chunks_mut(WIDE * BLOCK) {
            let mut stream = [Block::default(); WIDE];
            let stream = stream.get_mut(..text.len().div_ceil(BLOCK)).unwrap_or_default();
            for place in stream.iter_mut() {
                *place = block(rest | u128::from(count));
                count = count.wrapping_add(1);
            }
            self.aes.encrypt_blocks(stream);
            xor(text, stream);
        }
    }
}

const LAST_BIT: u128 = 1 << 127;

fn xor(text: &mut [u8], stream: &[Block]) {
    let (blocks, end) = text.as_chunks_mut::<BLOCK>();
    let mut stream = stream.iter();
    for (text, stream) in blocks.iter_mut().zip(stream.by_ref()) {
        *text = (u128::from_le_bytes(*text) ^ number(stream)).to_le_bytes();
    }
    for (text, stream) in end.iter_mut().zip(stream.flatten()) {
        *text ^= stream;
    }
}

/// All numbers are little-endian.
fn block(number: u128) -> Block {
    number.to_le_bytes().into()
}

fn number(block: &Block) -> u128 {
    u128::from_le_bytes((*block).into())
}

fn wide(nonce: &[u8; NONCE]) -> u128 {
    let &[a, b, c, d, e, f, g, h, i, j, k, l] = nonce;
    u128::from_le_bytes([a, b, c, d, e, f, g, h, i, j, k, l, 0, 0, 0, 0])
}

#[cfg(test)]
mod tests {
    use aes_gcm_siv::aead::{Aead, Payload};
    use aes_gcm_siv::{Aes256GcmSiv, KeyInit as _};
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn it_is_the_same_as_that_of_rustcrypto(
            key: [u8; 32],
            nonce: [u8; NONCE],
            aad in proptest::collection::vec(any::<u8>(), 0..80),
            msg in proptest::collection::vec(any::<u8>(), 0..1200),
        ) {
            let theirs = Aes256GcmSiv::new(&key.into());
            let expected = theirs.encrypt(&nonce.into(), Payload { msg: &msg, aad: &aad }).unwrap();
            prop_assert_eq!(&encrypted(&key, &nonce, &aad, &msg), &expected);
            let (text, tag) = expected.split_last_chunk().unwrap();
            let mut text = text.to_vec();
            prop_assert!(Cipher::new(&key).decrypt(&nonce, &aad, &mut text, tag));
            prop_assert_eq!(text, msg);
        }
    }
}
