//! The repetitions of a text.

/// The shortest repetition that has a symbol.
const SHORTEST: usize = 3;

/// The longest one.
const LONGEST: usize = 258;

/// How many earlier places with the same hash are compared: the bound of the work for each byte.
const CHAIN: usize = 16;

/// From this length on, the next place is not tried for a longer one.
const LONG_ENOUGH: usize = 16;

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// A byte.
    Literal(u8),
    /// So many bytes as they are at a distance before.
    Repeat { length: u16, distance: u16 },
}

/// Finds repetitions. Places are counted from 1 in its tables, where 0 is none.
#[derive(Debug, Default)]
pub(super) struct Finder {
    /// For each hash of three bytes the last place that has it.
    last: Vec<u16>,
    /// For each place the one before with its hash.
    before: Vec<u16>,
}

struct Found {
    length: usize,
    distance: usize,
}

impl Finder {
    /// Splits a text of fewer than 32,768 bytes. Of two repetitions that begin beside each other the longer one is taken.
    pub(super) fn split(&mut self, text: &[u8], mut push: impl FnMut(Token)) {
        self.link(text);
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            let Some(mut found) = self.find(text, at, SHORTEST - 1) else {
                push(Token::Literal(*byte));
                at += 1;
                continue;
            };
            while found.length < LONG_ENOUGH {
                let Some(longer) = self.find(text, at + 1, found.length) else { break };
                push(Token::Literal(text.get(at).copied().unwrap_or_default()));
                at += 1;
                found = longer;
            }
            push(Token::Repeat { length: found.length as u16, distance: found.distance as u16 });
            at += found.length;
        }
    }

    /// Links the places with the same hash. All at once: a loop without a branch is faster than doing so on the way.
    fn link(&mut self, text: &[u8]) {
        let bits = text.len().next_power_of_two().ilog2().clamp(9, 13);
        self.last.clear();
        self.last.resize(1 << bits, 0);
        self.before.clear();
        let mut three = text.iter().take(SHORTEST - 1).fold(0, with_next);
        let links = text.iter().skip(SHORTEST - 1).zip(1..).map(|(byte, place)| {
            three = with_next(three, byte);
            let hash = three.wrapping_mul(0x9e37_79b1) >> (32 - bits);
            self.last.get_mut(hash as usize).map_or(0, |last| std::mem::replace(last, place))
        });
        self.before.extend(links);
    }

    /// The longest repetition at a place, if it is longer than `length`.
    #[inline]
    fn find(&self, text: &[u8], at: usize, mut length: usize) -> Option<Found> {
        let mut candidate = self.before.get(at).copied().unwrap_or_default();
        let mut best = None;
        for _ in 0..CHAIN {
            let Some(earlier) = usize::from(candidate).checked_sub(1) else { break };
            if text.get(earlier + length) == text.get(at + length) {
                let common = common(text, earlier, at);
                if common > length {
                    length = common;
                    best = Some(Found { length, distance: at - earlier });
                }
            }
            candidate = self.before.get(earlier).copied().unwrap_or_default();
        }
        best
    }
}

/// The last three bytes, once there are three.
#[inline]
fn with_next(three: u32, byte: &u8) -> u32 {
    (three << 8 | u32::from(*byte)) & 0xff_ffff
}

/// How many bytes are the same at two places.
#[inline]
fn common(text: &[u8], earlier: usize, at: usize) -> usize {
    let here = text.get(at..).unwrap_or_default();
    let here = here.get(..LONGEST).unwrap_or(here);
    let there = text.get(earlier..).unwrap_or_default();
    let eights = here.as_chunks::<8>().0.iter().zip(there.as_chunks::<8>().0);
    let mut length = 0;
    for (here, there) in eights {
        let difference = u64::from_le_bytes(*here) ^ u64::from_le_bytes(*there);
        if difference != 0 {
            return length + difference.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let rest = here.iter().zip(there).skip(length);
    length + rest.take_while(|(here, there)| here == there).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &[u8]) -> Vec<Token> {
        let mut tokens = Vec::new();
        Finder::default().split(text, |token| tokens.push(token));
        tokens
    }

    #[test]
    fn the_longer_of_two_is_taken() {
        let tokens = split(b"abc bcde abcde");
        let repeat = |length, distance| Token::Repeat { length, distance };
        assert_eq!(tokens[8..], [Token::Literal(b' '), Token::Literal(b'a'), repeat(4, 6)]);
    }

    #[test]
    fn a_repetition_may_reach_into_itself() {
        let repeat = |length| Token::Repeat { length, distance: 1 };
        assert_eq!(split(&[b'a'; 300]), [Token::Literal(b'a'), repeat(258), repeat(41)]);
        assert_eq!(split(b"aaa"), [Token::Literal(b'a'); 3]);
    }
}
