//! Random numbers that can be repeated: the same seed gives the same numbers.

/// SplitMix64.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The numbers of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The seed that `DEWAR_SEED` names, or another one each time: print it.
    #[must_use]
    pub fn seed() -> u64 {
        let named = std::env::var("DEWAR_SEED").ok().and_then(|text| text.parse().ok());
        named.unwrap_or_else(|| crate::folder::number() % 1_000_000)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 on, less than `end`; 0 if that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % (end as u64).max(1)) as usize
    }

    /// True once in this many calls, at random.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}
