//! Compresses a text: its tokens, the codes for them, and the frame around both.

use super::block::Block;
use super::matches::Finder;

/// The longest text, in bytes. For longer ones a library is about as fast, and its blocks follow the text.
pub(crate) const LONGEST: usize = 16 << 10;

/// A window of 32 KiB and the default level, as Python's `zlib.compress` writes it.
const HEADER: [u8; 2] = [0x78, 0x9c];

/// The bytes of the header and of the checksum.
pub(super) const FRAME: usize = 6;

/// Compresses one text after the other, with the same buffers.
#[derive(Debug, Default)]
pub(crate) struct Deflater {
    finder: Finder,
    block: Block,
    stream: Vec<u8>,
}

impl Deflater {
    /// Returns the stream of a text of at most [`LONGEST`] bytes, if it has at most `most` bytes.
    pub(crate) fn compress(&mut self, text: &[u8], most: usize) -> Option<&[u8]> {
        let most_bits = most.checked_sub(FRAME)? * 8;
        let Self { finder, block, stream } = self;
        block.clear();
        finder.split(text, |token| block.push(token));
        let codes = block.codes();
        if codes.bits() as usize > most_bits {
            return None;
        }
        stream.clear();
        stream.extend_from_slice(&HEADER);
        block.write(&codes, stream);
        stream.extend_from_slice(&adler32(text).to_be_bytes());
        Some(stream)
    }
}

/// The checksum of RFC 1950 §8.2. Its second sum counts each byte as often as there are bytes from it to the end.
fn adler32(text: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    // So long that neither sum exceeds a `u32`.
    const PART: usize = 4096;
    let (mut sum, mut sum_of_sums) = (1_u32, 0_u32);
    for part in text.chunks(PART) {
        let (sixteens, rest) = part.as_chunks::<16>();
        for bytes in sixteens {
            let often = bytes.iter().zip((1..=16).rev()).map(|(byte, times)| u32::from(*byte) * times);
            sum_of_sums += 16 * sum + often.sum::<u32>();
            sum += bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
        }
        for byte in rest {
            sum += u32::from(*byte);
            sum_of_sums += sum;
        }
        sum %= MODULUS;
        sum_of_sums %= MODULUS;
    }
    sum_of_sums << 16 | sum
}

#[cfg(test)]
mod tests;
