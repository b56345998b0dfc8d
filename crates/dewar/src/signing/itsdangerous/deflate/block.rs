//! A block: its tokens, and whether they are written with the fixed codes or with codes of its own (RFC 1951 §3.2.3).

use super::bits::BitWriter;
use super::deflater::FRAME;
use super::huffman::{Code, Used};
use super::matches::Token;
use super::own_codes::{self, OwnCodes};
use super::symbols::{self, DISTANCES, END, LITERALS, Symbol};

/// The bits before a block: that it is the last one, and its kind.
const HEADER_BITS: u32 = 3;
const FIXED: u32 = 0b011;
const OWN: u32 = 0b101;

/// The bits of the stream outside of its block.
const FRAME_BITS: u32 = FRAME as u32 * 8;

/// In percent of the length with codes of its own: above this a block is worth them. Each reader has to build a table for them: a fifth of the
/// instructions of a request that opens a session of 150 bytes.
const WORTH_A_TABLE: u32 = 108;

/// The same of the estimate, which is rather low.
const WORTH_TRYING: u32 = 112;

/// Tokens, and how often each symbol occurs in them.
#[derive(Debug)]
pub(super) struct Block {
    tokens: Vec<Token>,
    literals: [u16; LITERALS],
    distances: [u16; DISTANCES],
    extra_bits: u32,
}

/// How a block is written.
#[expect(clippy::large_enum_variant, reason = "one at a time, on the stack")]
pub(super) enum BlockCodes {
    Fixed { bits: u32 },
    Own { codes: OwnCodes, bits: u32 },
}

impl BlockCodes {
    /// The length of the block.
    pub(super) fn bits(&self) -> u32 {
        match self {
            Self::Fixed { bits } | Self::Own { bits, .. } => *bits,
        }
    }
}

impl Default for Block {
    fn default() -> Self {
        Self { tokens: Vec::new(), literals: [0; LITERALS], distances: [0; DISTANCES], extra_bits: 0 }
    }
}

impl Block {
    pub(super) fn clear(&mut self) {
        self.tokens.clear();
        self.literals = [0; LITERALS];
        self.distances = [0; DISTANCES];
        self.extra_bits = 0;
        count(&mut self.literals, END);
    }

    #[inline]
    pub(super) fn push(&mut self, token: Token) {
        match token {
            Token::Literal(byte) => count(&mut self.literals, u16::from(byte)),
            Token::Repeat { length, distance } => {
                let (length, distance) = (symbols::of_length(length), symbols::of_distance(distance));
                count(&mut self.literals, length.symbol);
                count(&mut self.distances, distance.symbol);
                self.extra_bits += length.extra_bits + distance.extra_bits;
            }
        }
        self.tokens.push(token);
    }

    /// The shorter of the two ways; with the fixed codes even if they are [a little longer](WORTH_A_TABLE).
    pub(super) fn codes(&self) -> BlockCodes {
        let (literals, distances) = (Used::of(&self.literals), Used::of(&self.distances));
        let others = HEADER_BITS + self.extra_bits;
        let fixed = self.fixed_bits(&literals) + others;
        let is_longer_than =
            |own: u32, percent: u32| (fixed + FRAME_BITS) * 100 > (own + others + FRAME_BITS) * percent;
        let (literals, distances) = ((&literals, &self.literals), (&distances, &self.distances));
        if !is_longer_than(own_codes::estimate(literals, distances), WORTH_TRYING) {
            return BlockCodes::Fixed { bits: fixed };
        }
        let codes = OwnCodes::of(literals, distances);
        match codes.bits {
            own if is_longer_than(own, WORTH_A_TABLE) => BlockCodes::Own { codes, bits: own + others },
            _ => BlockCodes::Fixed { bits: fixed },
        }
    }

    fn fixed_bits(&self, used: &Used<LITERALS>) -> u32 {
        let literal = |symbol: &u16| {
            let count = self.literals.get(usize::from(*symbol)).copied().unwrap_or_default();
            u32::from(count) * u32::from(fixed_literal(*symbol).length)
        };
        let distances: u32 = self.distances.iter().map(|count| u32::from(*count)).sum();
        used.symbols().iter().map(literal).sum::<u32>() + distances * 5
    }

    pub(super) fn write(&self, codes: &BlockCodes, stream: &mut Vec<u8>) {
        let mut bits = BitWriter::new(stream);
        match codes {
            BlockCodes::Fixed { .. } => {
                bits.push(FIXED, HEADER_BITS);
                self.write_tokens(&mut bits, fixed_literal, |symbol| Code::new(symbol, 5));
            }
            BlockCodes::Own { codes, .. } => {
                bits.push(OWN, HEADER_BITS);
                codes.write_table(&mut bits);
                let (literal, distance) =
                    (|symbol| codes.literals.code(symbol), |symbol| codes.distances.code(symbol));
                self.write_tokens(&mut bits, literal, distance);
            }
        }
        bits.finish();
    }

    #[inline]
    fn write_tokens(
        &self,
        bits: &mut BitWriter<'_>,
        literal: impl Fn(u16) -> Code,
        distance: impl Fn(u16) -> Code,
    ) {
        let mut put = |code: Code, extra: u32, extra_bits: u32| {
            let length = u32::from(code.length);
            bits.push(u32::from(code.bits) | extra << length, length + extra_bits);
        };
        for token in &self.tokens {
            match *token {
                Token::Literal(byte) => put(literal(u16::from(byte)), 0, 0),
                Token::Repeat { length, distance: far } => {
                    let Symbol { symbol, extra, extra_bits } = symbols::of_length(length);
                    put(literal(symbol), u32::from(extra), extra_bits);
                    let Symbol { symbol, extra, extra_bits } = symbols::of_distance(far);
                    put(distance(symbol), u32::from(extra), extra_bits);
                }
            }
        }
        put(literal(END), 0, 0);
    }
}

#[inline]
fn count(counts: &mut [u16], symbol: u16) {
    if let Some(count) = counts.get_mut(usize::from(symbol)) {
        *count += 1;
    }
}

/// The fixed codes of RFC 1951 §3.2.6.
#[inline]
fn fixed_literal(symbol: u16) -> Code {
    FIXED_LITERALS.get(usize::from(symbol)).copied().unwrap_or_default()
}

static FIXED_LITERALS: [Code; LITERALS] = {
    let mut codes = [Code { bits: 0, length: 0 }; LITERALS];
    let (mut rest, mut symbol) = (codes.as_mut_slice(), 0);
    while let [code, others @ ..] = rest {
        *code = match symbol {
            0..144 => Code::new(0b0011_0000 + symbol, 8),
            144..256 => Code::new(0b1_1001_0000 + symbol - 144, 9),
            256..280 => Code::new(symbol - 256, 7),
            _ => Code::new(0b1100_0000 + symbol - 280, 8),
        };
        (rest, symbol) = (others, symbol + 1);
    }
    codes
};
