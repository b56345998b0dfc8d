//! Lengths and distances as symbols of an alphabet, and the bits that follow such a symbol (RFC 1951 §3.2.5).

/// The number of symbols for literals, the end of a block, and lengths.
pub(super) const LITERALS: usize = 286;

/// The number of symbols for distances.
pub(super) const DISTANCES: usize = 30;

/// The symbol of the end of a block.
pub(super) const END: u16 = 256;

/// A symbol and its extra bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Symbol {
    pub(super) symbol: u16,
    pub(super) extra: u16,
    pub(super) extra_bits: u32,
}

/// The symbol of the length of a repetition, 3 to 258.
#[inline]
pub(super) fn of_length(length: u16) -> Symbol {
    let length = length - 3;
    if length == 255 {
        return Symbol { symbol: 285, extra: 0, extra_bits: 0 };
    }
    // Eight symbols without extra bits, then four for each number of them.
    let extra_bits = (length | 4).ilog2() - 2;
    let symbol = 257 + extra_bits as u16 * 4 + (length >> extra_bits);
    Symbol { symbol, extra: length & ((1 << extra_bits) - 1), extra_bits }
}

/// The symbol of a distance, 1 to 32,768.
#[inline]
pub(super) fn of_distance(distance: u16) -> Symbol {
    let distance = distance - 1;
    // Four symbols without extra bits, then two for each number of them.
    let extra_bits = (distance | 2).ilog2() - 1;
    let symbol = extra_bits as u16 * 2 + (distance >> extra_bits);
    Symbol { symbol, extra: distance & ((1 << extra_bits) - 1), extra_bits }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tables of RFC 1951 §3.2.5: the first length and distance of each symbol, and its extra bits.
    const LENGTHS: [(u16, u32); 28] = [
        (3, 0),
        (4, 0),
        (5, 0),
        (6, 0),
        (7, 0),
        (8, 0),
        (9, 0),
        (10, 0),
        (11, 1),
        (13, 1),
        (15, 1),
        (17, 1),
        (19, 2),
        (23, 2),
        (27, 2),
        (31, 2),
        (35, 3),
        (43, 3),
        (51, 3),
        (59, 3),
        (67, 4),
        (83, 4),
        (99, 4),
        (115, 4),
        (131, 5),
        (163, 5),
        (195, 5),
        (227, 5),
    ];
    const FAR: [(u32, u32); 30] = [
        (1, 0),
        (2, 0),
        (3, 0),
        (4, 0),
        (5, 1),
        (7, 1),
        (9, 2),
        (13, 2),
        (17, 3),
        (25, 3),
        (33, 4),
        (49, 4),
        (65, 5),
        (97, 5),
        (129, 6),
        (193, 6),
        (257, 7),
        (385, 7),
        (513, 8),
        (769, 8),
        (1025, 9),
        (1537, 9),
        (2049, 10),
        (3073, 10),
        (4097, 11),
        (6145, 11),
        (8193, 12),
        (12289, 12),
        (16385, 13),
        (24577, 13),
    ];

    #[test]
    fn lengths_are_those_of_the_table() {
        for length in 3..258 {
            let row = LENGTHS.iter().rposition(|(first, _)| *first <= length).unwrap();
            let (first, extra_bits) = LENGTHS[row];
            let expected = Symbol { symbol: 257 + row as u16, extra: length - first, extra_bits };
            assert_eq!(of_length(length), expected, "{length}");
        }
        assert_eq!(of_length(258), Symbol { symbol: 285, extra: 0, extra_bits: 0 });
    }

    #[test]
    fn distances_are_those_of_the_table() {
        for distance in 1..=32_768 {
            let row = FAR.iter().rposition(|(first, _)| *first <= distance).unwrap();
            let (first, extra_bits) = FAR[row];
            let expected = Symbol { symbol: row as u16, extra: (distance - first) as u16, extra_bits };
            assert_eq!(of_distance(distance as u16), expected, "{distance}");
        }
    }
}
