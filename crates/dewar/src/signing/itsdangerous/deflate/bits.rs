//! The bits of a stream, the lowest of each byte first (RFC 1951 §3.1.1).

/// Appends bits to bytes.
pub(super) struct BitWriter<'o> {
    out: &'o mut Vec<u8>,
    /// Bits that have no place in `out` yet, fewer than 32.
    waiting: u64,
    count: u32,
}

impl<'o> BitWriter<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>) -> Self {
        Self { out, waiting: 0, count: 0 }
    }

    /// Appends the lowest `count` bits of `bits`, at most 32. Its other bits must be 0.
    #[inline]
    pub(super) fn push(&mut self, bits: u32, count: u32) {
        self.waiting |= u64::from(bits) << self.count;
        self.count += count;
        if self.count >= 32 {
            self.out.extend_from_slice(&(self.waiting as u32).to_le_bytes());
            self.waiting >>= 32;
            self.count -= 32;
        }
    }

    /// Fills the last byte with zeros.
    pub(super) fn finish(self) {
        let bytes = self.count.div_ceil(8) as usize;
        self.out.extend(self.waiting.to_le_bytes().into_iter().take(bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bit_is_the_lowest() {
        let mut out = vec![0xff];
        let mut bits = BitWriter::new(&mut out);
        bits.push(0b1, 1);
        bits.push(0b01, 2);
        bits.push(0xffff_ffff, 32);
        bits.push(0, 0);
        bits.push(0b10, 2);
        bits.finish();
        assert_eq!(out, [0xff, 0b1111_1011, 0xff, 0xff, 0xff, 0b0001_0111]);
    }
}
