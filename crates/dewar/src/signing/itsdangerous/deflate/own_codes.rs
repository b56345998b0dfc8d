//! The codes of one block, and the table of their lengths that is written before it (RFC 1951 §3.2.7).

use super::bits::BitWriter;
use super::huffman::{self, Codes, Used};
use super::symbols::{DISTANCES, LITERALS};

/// The symbols of the table: a length, and three for runs.
const SYMBOLS: usize = 19;
const SAME_AGAIN: u8 = 16;
const FEW_ZEROS: u8 = 17;
const MANY_ZEROS: u8 = 18;

/// The order in which the lengths of the table's own codes are written.
const ORDER: [u16; SYMBOLS] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// The longest code of the table.
const LONGEST: usize = 7;

/// The symbols that occur, and how often each does.
pub(super) type Counted<'c, const N: usize> = (&'c Used<N>, &'c [u16; N]);

/// The codes of a block.
#[derive(Debug)]
pub(super) struct OwnCodes {
    pub(super) literals: Codes<LITERALS>,
    pub(super) distances: Codes<DISTANCES>,
    table: Codes<SYMBOLS>,
    runs: Runs,
    /// How many lengths of the table's own codes are written.
    table_lengths: usize,
    /// The table and the coded symbols, without extra bits.
    pub(super) bits: u32,
}

impl OwnCodes {
    pub(super) fn of(
        (used_literals, literal_counts): Counted<'_, LITERALS>,
        (used_distances, distance_counts): Counted<'_, DISTANCES>,
    ) -> Self {
        let literals = Codes::of(used_literals, literal_counts, huffman::LONGEST);
        let distances = Codes::of(used_distances, distance_counts, huffman::LONGEST);
        let runs = Runs::of(used_literals, &literals, used_distances, &distances);
        let used = Used::of(&runs.counts);
        let table = Codes::of(&used, &runs.counts, LONGEST);
        let table_lengths = ORDER
            .iter()
            .rposition(|symbol| table.code(*symbol).length > 0)
            .map_or(4, |last| (last + 1).max(4));
        let bits = 14
            + 3 * table_lengths as u32
            + table.bits(&used, &runs.counts)
            + runs.extra_bits
            + literals.bits(used_literals, literal_counts)
            + distances.bits(used_distances, distance_counts);
        Self { literals, distances, table, runs, table_lengths, bits }
    }

    /// Writes the table.
    pub(super) fn write_table(&self, bits: &mut BitWriter<'_>) {
        bits.push(u32::from(self.runs.literals - 257), 5);
        bits.push(u32::from(self.runs.distances - 1), 5);
        bits.push(self.table_lengths as u32 - 4, 4);
        for symbol in ORDER.iter().take(self.table_lengths) {
            bits.push(u32::from(self.table.code(*symbol).length), 3);
        }
        for (symbol, extra) in self.runs.iter() {
            let code = self.table.code(u16::from(symbol));
            bits.push(u32::from(code.bits), u32::from(code.length));
            bits.push(u32::from(extra), extra_bits(symbol));
        }
    }
}

/// About how many bits codes of their own would take, rather too few: what cannot pay is not tried.
pub(super) fn estimate(literals: Counted<'_, LITERALS>, distances: Counted<'_, DISTANCES>) -> u32 {
    const COUNTS_AND_LENGTHS: u32 = 50;
    COUNTS_AND_LENGTHS + estimate_of(literals) + estimate_of(distances)
}

/// The entropy of the symbols; and in the table two bits for each that occurs, and four for each gap between two of them.
fn estimate_of<const N: usize>((used, counts): Counted<'_, N>) -> u32 {
    let times_log2 = |count: u32| if count > 1 { count as f32 * (count as f32).log2() } else { 0.0 };
    let (mut all, mut repeated, mut table, mut next) = (0, 0.0, 0, 0);
    for symbol in used.symbols() {
        let count = counts.get(usize::from(*symbol)).copied().unwrap_or_default().into();
        all += count;
        repeated += times_log2(count);
        table += if *symbol == next { 2 } else { 6 };
        next = symbol + 1;
    }
    table + (times_log2(all) - repeated) as u32
}

fn extra_bits(symbol: u8) -> u32 {
    match symbol {
        SAME_AGAIN => 2,
        FEW_ZEROS => 3,
        MANY_ZEROS => 7,
        _ => 0,
    }
}

/// The lengths of all codes of a block, as symbols of the table with their extra bits.
#[derive(Debug)]
struct Runs {
    runs: [(u8, u8); LITERALS + DISTANCES],
    count: usize,
    counts: [u16; SYMBOLS],
    extra_bits: u32,
    /// How many lengths of literals and of distances there are. Those after the last code are not written.
    literals: u16,
    distances: u16,
}

impl Runs {
    fn of(
        used_literals: &Used<LITERALS>,
        literals: &Codes<LITERALS>,
        used_distances: &Used<DISTANCES>,
        distances: &Codes<DISTANCES>,
    ) -> Self {
        let count = |symbols: &[u16], least: u16| symbols.last().map_or(least, |last| (last + 1).max(least));
        let literal_count = count(used_literals.symbols(), 257);
        let distance_count = count(used_distances.symbols(), 1);
        let mut runs = Self {
            runs: [(0, 0); LITERALS + DISTANCES],
            count: 0,
            counts: [0; SYMBOLS],
            extra_bits: 0,
            literals: literal_count,
            distances: distance_count,
        };
        let of_literals =
            used_literals.symbols().iter().map(|symbol| (*symbol, literals.code(*symbol).length));
        let of_distances = used_distances
            .symbols()
            .iter()
            .map(|symbol| (symbol + literal_count, distances.code(*symbol).length));
        runs.push_all(of_literals.chain(of_distances));
        runs
    }

    /// Adds the lengths of symbols in their order; those between them are 0.
    fn push_all(&mut self, lengths: impl Iterator<Item = (u16, u8)>) {
        let (mut next, mut same, mut times) = (0, 0, 0);
        for (symbol, length) in lengths {
            if symbol > next || length != same {
                self.push_same(same, times);
                self.push_zeros(symbol - next);
                (same, times) = (length, 0);
            }
            times += 1;
            next = symbol + 1;
        }
        self.push_same(same, times);
        self.push_zeros(self.literals + self.distances - next);
    }

    fn push_zeros(&mut self, mut count: u16) {
        while count >= 11 {
            let run = count.min(138);
            self.push(MANY_ZEROS, run - 11);
            count -= run;
        }
        if count >= 3 {
            self.push(FEW_ZEROS, count - 3);
        } else {
            (0..count).for_each(|_| self.push(0, 0));
        }
    }

    fn push_same(&mut self, length: u8, times: u16) {
        if times > 0 {
            self.push(length, 0);
        }
        let mut again = times.saturating_sub(1);
        while again >= 3 {
            let run = again.min(6);
            self.push(SAME_AGAIN, run - 3);
            again -= run;
        }
        (0..again).for_each(|_| self.push(length, 0));
    }

    #[inline]
    fn push(&mut self, symbol: u8, extra: u16) {
        let (place, count) = (self.runs.get_mut(self.count), self.counts.get_mut(usize::from(symbol)));
        if let (Some(place), Some(count)) = (place, count) {
            *place = (symbol, extra as u8);
            *count += 1;
            self.count += 1;
            self.extra_bits += extra_bits(symbol);
        }
    }

    fn iter(&self) -> impl Iterator<Item = (u8, u8)> {
        self.runs.iter().take(self.count).copied()
    }
}
