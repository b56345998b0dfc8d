//! Converts integers of any length between little-endian two's complement and decimal digits.

use crate::value::{BigInt, Value};

/// More bytes than any number of 4,300 decimal digits takes.
const LONGEST: usize = 1786;

/// Decimal digits are converted nine at a time.
const GROUP: usize = 9;
const BASE: u64 = 1_000_000_000;

/// Reads two's complement; `None` beyond 4,300 digits.
pub(super) fn from_le_bytes(bytes: &[u8]) -> Option<Value> {
    let is_negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let fill = if is_negative { 0xff } else { 0 };
    let len = bytes.iter().rposition(|&byte| byte != fill).map_or(0, |last| last + 1);
    let significant = bytes.get(..len)?;
    if len < 8 {
        let mut chunk = [fill; 8];
        chunk.iter_mut().zip(significant).for_each(|(to, from)| *to = *from);
        return Some(Value::Int(i64::from_le_bytes(chunk)));
    }
    if len > LONGEST {
        return None;
    }
    let digits = decimal(&magnitude(significant, is_negative));
    from_digits(&if is_negative { format!("-{digits}") } else { digits })
}

/// Reads decimal digits; `None` beyond 4,300.
pub(super) fn from_digits(digits: &str) -> Option<Value> {
    digits.parse().map(Value::Int).ok().or_else(|| digits.parse().map(Value::BigInt).ok())
}

/// Writes a big integer in the fewest bytes.
pub(super) fn to_le_bytes(number: &BigInt) -> Vec<u8> {
    let text = number.as_str();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let mut bytes = binary(digits);
    bytes.push(0);
    let is_negative = digits.len() < text.len();
    if is_negative {
        negate(&mut bytes);
    }
    shorten(&mut bytes, if is_negative { 0xff } else { 0 });
    bytes
}

/// Writes an `i64` in the fewest bytes.
pub(super) fn short_le_bytes(number: i64) -> Vec<u8> {
    let mut bytes = number.to_le_bytes().to_vec();
    shorten(&mut bytes, if number < 0 { 0xff } else { 0 });
    bytes
}

/// Writes a number that is not negative in the fewest bytes.
pub(super) fn unsigned_le_bytes(number: u128) -> Vec<u8> {
    let mut bytes = [&number.to_le_bytes()[..], &[0]].concat();
    shorten(&mut bytes, 0);
    bytes
}

/// Removes trailing bytes that only repeat the sign.
fn shorten(bytes: &mut Vec<u8>, fill: u8) {
    while let [.., before, last] = bytes.as_slice()
        && *last == fill
        && (before ^ fill) & 0x80 == 0
    {
        bytes.pop();
    }
}

fn magnitude(bytes: &[u8], is_negative: bool) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if is_negative {
        bytes.push(0xff);
        negate(&mut bytes);
    }
    bytes
}

fn negate(bytes: &mut [u8]) {
    let mut carry = true;
    for byte in bytes {
        (*byte, carry) = (!*byte).overflowing_add(carry.into());
    }
}

/// The decimal digits of a little-endian magnitude.
fn decimal(bytes: &[u8]) -> String {
    let mut groups: Vec<u32> = Vec::new();
    for word in bytes.chunks(4).rev() {
        let mut carry = word.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let bits = 8 * word.len();
        for group in &mut groups {
            let sum = (u64::from(*group) << bits) + carry;
            (*group, carry) = ((sum % BASE) as u32, sum / BASE);
        }
        while carry > 0 {
            groups.push((carry % BASE) as u32);
            carry /= BASE;
        }
    }
    let digits: String = groups.iter().rev().map(|group| format!("{group:09}")).collect();
    digits.trim_start_matches('0').to_owned()
}

/// The little-endian magnitude of decimal digits.
fn binary(digits: &str) -> Vec<u8> {
    let mut words: Vec<u32> = Vec::new();
    for group in digits.as_bytes().chunks(GROUP) {
        let scale = 10_u64.pow(group.len() as u32);
        let mut carry = group.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
        for word in &mut words {
            let sum = u64::from(*word) * scale + carry;
            (*word, carry) = (sum as u32, sum >> 32);
        }
        if carry > 0 {
            words.push(carry as u32);
        }
    }
    words.into_iter().flat_map(u32::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_there_and_back() {
        for (number, hex) in [
            ("9223372036854775808", "000000000000008000"),
            ("-9223372036854775809", "ffffffffffffff7fff"),
            ("18446744073709551616", "000000000000000001"),
            ("-18446744073709551616", "0000000000000000ff"),
            ("170141183460469231731687303715884105727", "ffffffffffffffffffffffffffffff7f"),
            ("-170141183460469231731687303715884105728", "00000000000000000000000000000080"),
        ] {
            let bytes: Vec<u8> = (0..hex.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
                .collect();
            assert_eq!(to_le_bytes(&number.parse().unwrap()), bytes, "{number}");
            assert_eq!(from_le_bytes(&bytes), Some(Value::BigInt(number.parse().unwrap())), "{number}");
        }
        let longest = "9".repeat(4300);
        let bytes = to_le_bytes(&longest.parse().unwrap());
        assert_eq!(from_le_bytes(&bytes), Some(Value::BigInt(longest.parse().unwrap())));
        assert_eq!(from_le_bytes(&[0x7f; 1786]), None);
        assert_eq!(from_le_bytes(&[0x7f; 100_000]), None);
    }

    #[test]
    fn numbers_of_64_bits() {
        for number in [0, 1, -1, 127, 128, -128, -129, 1 << 31, -(1 << 31) - 1, i64::MAX, i64::MIN] {
            assert_eq!(from_le_bytes(&short_le_bytes(number)), Some(Value::Int(number)), "{number}");
            assert_eq!(from_le_bytes(&number.to_le_bytes()), Some(Value::Int(number)), "{number}");
            let mut long = number.to_le_bytes().to_vec();
            long.extend([if number < 0 { 0xff } else { 0 }; 9]);
            assert_eq!(from_le_bytes(&long), Some(Value::Int(number)), "{number}");
        }
        assert_eq!(from_le_bytes(&[]), Some(Value::Int(0)));
        assert_eq!(short_le_bytes(1 << 31), [0, 0, 0, 128, 0]);
    }
}
