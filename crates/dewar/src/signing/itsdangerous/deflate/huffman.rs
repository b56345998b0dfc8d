//! Huffman codes: from how often each symbol occurs to its code (RFC 1951 §3.2.2).

/// The code of a symbol, its bits in the order of the stream. Without a code the length is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) bits: u16,
    pub(super) length: u8,
}

impl Code {
    /// From the bits as the RFC writes them.
    pub(super) const fn new(bits: u16, length: u8) -> Self {
        Self { bits: (bits as u32).wrapping_shl(32 - length as u32).reverse_bits() as u16, length }
    }
}

/// The longest code of any alphabet.
pub(super) const LONGEST: usize = 15;

/// Deeper than any tree of fewer than 65,536 symbols in a text: a tree of this depth needs as many as a Fibonacci number.
const DEEPEST: usize = 24;

/// The symbols of an alphabet of `N` that occur, in their order.
#[derive(Debug)]
pub(super) struct Used<const N: usize> {
    symbols: [u16; N],
    count: usize,
}

impl<const N: usize> Used<N> {
    pub(super) fn of(counts: &[u16; N]) -> Self {
        let mut used = Self { symbols: [0; N], count: 0 };
        let (fours, rest) = counts.as_chunks::<4>();
        for (first, four) in (0..).step_by(4).zip(fours) {
            if *four != [0; 4] {
                used.note(first, four);
            }
        }
        used.note(N - rest.len(), rest);
        used
    }

    /// Without a branch, since nobody knows which symbols occur.
    #[inline]
    fn note(&mut self, first: usize, counts: &[u16]) {
        for (symbol, count) in (first..).zip(counts) {
            if let Some(place) = self.symbols.get_mut(self.count) {
                *place = symbol as u16;
                self.count += usize::from(*count > 0);
            }
        }
    }

    #[inline]
    pub(super) fn symbols(&self) -> &[u16] {
        self.symbols.get(..self.count).unwrap_or_default()
    }
}

/// The codes of an alphabet of `N` symbols.
#[derive(Debug)]
pub(super) struct Codes<const N: usize>([Code; N]);

impl<const N: usize> Codes<N> {
    /// The shortest codes for these counts of at most `longest` bits. A single symbol has a code of one bit.
    pub(super) fn of(used: &Used<N>, counts: &[u16; N], longest: usize) -> Self {
        let mut by_count = [0_u32; N];
        for (key, symbol) in by_count.iter_mut().zip(used.symbols()) {
            let count = counts.get(usize::from(*symbol)).copied().unwrap_or_default();
            *key = u32::from(count) << 16 | u32::from(*symbol);
        }
        let by_count = by_count.get_mut(..used.count).unwrap_or_default();
        by_count.sort_unstable();
        let lengths = limited(lengths::<N>(by_count), longest);
        let mut codes = Self([Code::default(); N]);
        codes.set_lengths(by_count, &lengths);
        codes.set_bits(used, &lengths);
        codes
    }

    #[inline]
    pub(super) fn code(&self, symbol: u16) -> Code {
        self.0.get(usize::from(symbol)).copied().unwrap_or_default()
    }

    /// The bits of all symbols that were counted.
    pub(super) fn bits(&self, used: &Used<N>, counts: &[u16; N]) -> u32 {
        let bits = |symbol: &u16| {
            let count = counts.get(usize::from(*symbol)).copied().unwrap_or_default();
            u32::from(count) * u32::from(self.code(*symbol).length)
        };
        used.symbols().iter().map(bits).sum()
    }

    /// The rarest symbols get the longest codes.
    fn set_lengths(&mut self, by_count: &[u32], lengths: &Lengths) {
        let mut rarest = by_count.iter();
        for (length, count) in lengths.iter().enumerate().rev() {
            for key in rarest.by_ref().take(usize::from(*count)) {
                if let Some(code) = self.0.get_mut(*key as usize & 0xffff) {
                    code.length = length as u8;
                }
            }
        }
    }

    /// Codes of the same length are numbered in the order of their symbols.
    fn set_bits(&mut self, used: &Used<N>, lengths: &Lengths) {
        let mut next = [0_u16; LONGEST + 1];
        let mut first = 0;
        for (next, count) in next.iter_mut().zip(lengths).skip(1) {
            *next = first;
            first = (first + count) << 1;
        }
        for symbol in used.symbols() {
            let Some(code) = self.0.get_mut(usize::from(*symbol)) else { continue };
            let Some(next) = next.get_mut(usize::from(code.length)) else { continue };
            *code = Code::new(*next, code.length);
            *next += 1;
        }
    }
}

/// The number of codes of each length.
type Lengths = [u16; LONGEST + 1];

/// The number of symbols at each depth of the tree that joins the two rarest symbols or groups until one group is left.
///
/// Only the groups are followed: each has two children at the next depth, and those that are not groups are symbols.
fn lengths<const N: usize>(by_count: &[u32]) -> [u16; DEEPEST] {
    let mut symbols = [0; DEEPEST];
    if let [_] = by_count {
        symbols[1] = 1;
    }
    let mut groups_at = [0_u16; DEEPEST];
    for depth in depths(&parents::<N>(by_count), by_count.len().saturating_sub(1)) {
        if let Some(groups) = groups_at.get_mut(usize::from(depth)) {
            *groups += 1;
        }
    }
    let above = groups_at.into_iter();
    let here = symbols.iter_mut().zip(groups_at).skip(1);
    here.zip(above).filter(|(_, above)| *above > 0).for_each(|((symbols, groups), above)| {
        *symbols = above * 2 - groups;
    });
    symbols
}

/// The group that each group is joined into. Groups are numbered as they are made, and so from the lightest to the heaviest.
fn parents<const N: usize>(by_count: &[u32]) -> [u16; N] {
    const NONE: u32 = u32::MAX;
    let (mut parents, mut weights) = ([0; N], [NONE; N]);
    let mut symbols = by_count.iter().map(|key| key >> 16).peekable();
    let mut joined = 0;
    for group in 1..by_count.len() {
        let group = group - 1;
        let mut weight = 0;
        for _ in 0..2 {
            let lightest_group = weights.get(joined).copied().unwrap_or(NONE);
            match symbols.next_if(|symbol| *symbol <= lightest_group) {
                Some(symbol) => weight += symbol,
                None => {
                    weight += lightest_group;
                    parents.get_mut(joined).into_iter().for_each(|parent| *parent = group as u16);
                    joined += 1;
                }
            }
        }
        weights.get_mut(group).into_iter().for_each(|place| *place = weight);
    }
    parents
}

/// The depth of each group, from the last one, which holds all others.
fn depths<const N: usize>(parents: &[u16; N], groups: usize) -> impl Iterator<Item = u8> {
    let mut depths = [0_u8; N];
    (0..groups).rev().map(move |group| {
        let parent = parents.get(group).map_or(0, |parent| usize::from(*parent));
        let depth = if group + 1 == groups { 0 } else { depths.get(parent).map_or(0, |above| above + 1) };
        depths.get_mut(group).into_iter().for_each(|place| *place = depth);
        depth
    })
}

/// Shortens the codes that are too long. Then there are too many; so others are lengthened until the codes are complete again (Kraft).
fn limited(symbols: [u16; DEEPEST], longest: usize) -> Lengths {
    let mut lengths = [0; LONGEST + 1];
    for (length, count) in symbols.into_iter().enumerate() {
        lengths.get_mut(length.min(longest)).into_iter().for_each(|sum| *sum += count);
    }
    let shares = |(length, count): (usize, &u16)| u32::from(*count) << (longest - length);
    let all: u32 = lengths.iter().enumerate().take(longest + 1).skip(1).map(shares).sum();
    for _ in (1 << longest)..all {
        // One of the longest codes and one of the longest that are shorter become a pair.
        let shorter = lengths.iter().take(longest).rposition(|count| *count > 0).unwrap_or_default();
        for (length, count) in lengths.iter_mut().enumerate() {
            match length {
                _ if length == shorter => *count -= 1,
                _ if length == shorter + 1 => *count += 2,
                _ => {}
            }
            if length == longest {
                *count -= 1;
            }
        }
    }
    lengths
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn codes(counts: &[u16; 30], longest: usize) -> Vec<Code> {
        let codes = Codes::of(&Used::of(counts), counts, longest);
        (0..30).map(|symbol| codes.code(symbol)).collect()
    }

    fn lengths_of(counts: &[u16], longest: usize) -> Vec<u8> {
        let mut all = [0; 30];
        all[..counts.len()].copy_from_slice(counts);
        codes(&all, longest)[..counts.len()].iter().map(|code| code.length).collect()
    }

    #[test]
    fn frequent_symbols_have_short_codes() {
        assert_eq!(lengths_of(&[5, 0, 1, 1, 2], 15), [1, 0, 3, 3, 2]);
        assert_eq!(lengths_of(&[0, 7], 15), [0, 1]);
        assert_eq!(lengths_of(&[0, 0], 15), [0, 0]);
        assert_eq!(lengths_of(&[1, 2, 4, 8, 16, 32], 3), [3, 3, 3, 3, 2, 2]);
    }

    /// The example of RFC 1951 §3.2.2: lengths 3, 3, 3, 3, 3, 2, 4, 4.
    #[test]
    fn codes_are_numbered_as_in_the_rfc() {
        let mut counts = [0; 30];
        counts[..8].copy_from_slice(&[4, 4, 4, 4, 4, 8, 2, 2]);
        let expected =
            [(0b010, 3), (0b011, 3), (0b100, 3), (0b101, 3), (0b110, 3), (0b00, 2), (0b1110, 4), (0b1111, 4)];
        assert_eq!(codes(&counts, 15)[..8], expected.map(|(bits, length)| Code::new(bits, length)));
    }

    proptest! {
        /// With the depth of Fibonacci numbers, too: they give the longest codes.
        #[test]
        fn every_code_is_complete_and_short_enough(
            counts in prop_oneof![
                prop::array::uniform30(prop_oneof![Just(0), 1_u16..2000]),
                Just([1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765, 10946, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            ],
            longest in 5_usize..=15,
        ) {
            let (codes, used) = (codes(&counts, longest), counts.iter().filter(|count| **count > 0).count());
            for (code, count) in codes.iter().zip(counts) {
                prop_assert_eq!(code.length > 0, count > 0);
                prop_assert!(usize::from(code.length) <= longest);
            }
            let shares: u32 = codes.iter().filter(|code| code.length > 0).map(|code| 1 << (15 - code.length)).sum();
            prop_assert_eq!(shares, match used { 0 => 0, 1 => 1 << 14, _ => 1 << 15 });
        }
    }
}
