//! Writes floats as text: the shortest digits that read back as the same float, in two layouts.

/// Python's `repr`: an exponent below 1e-4 and from 1e16, with a sign and at least two digits; otherwise always a decimal point.
pub(super) fn write_python_float(value: f64, out: &mut Vec<u8>) {
    let name = match value {
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ if value.is_nan() => "NaN",
        _ => {
            return Shortest::from_float(value)
                .write(-4..16, out, |exponent| format!("e{}{:02}", sign(exponent), exponent.abs()));
        }
    };
    out.extend_from_slice(name.as_bytes());
}

fn sign(exponent: i32) -> char {
    if exponent < 0 { '-' } else { '+' }
}

/// The layout of the ryu library, which msgspec uses: an exponent below 1e-5 and from 1e16, without padding. The value must be finite.
pub(super) fn write_ryu_float(value: f64, out: &mut Vec<u8>) {
    Shortest::from_float(value).write(-5..16, out, |exponent| format!("e{exponent}"));
}

/// The shortest decimal digits of a float, and the power of ten of the first digit.
struct Shortest {
    negative: bool,
    digits: String,
    exponent: i32,
}

impl Shortest {
    fn from_float(value: f64) -> Self {
        // Rust's `{:e}` has the fewest digits that read back as the same float: `1.5e-7`.
        let text = format!("{:e}", value.abs());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let digits: String = mantissa.chars().filter(|&digit| digit != '.').collect();
        Self {
            negative: value.is_sign_negative(),
            digits: even_of_two(value.abs(), &digits).unwrap_or(digits),
            exponent: exponent.parse().unwrap_or(0),
        }
    }

    fn write(&self, positional: std::ops::Range<i32>, out: &mut Vec<u8>, exponent: impl Fn(i32) -> String) {
        let Self { negative, digits, .. } = self;
        let zeros = |count: i32| "0".repeat(count.unsigned_abs() as usize);
        let point = usize::try_from(self.exponent + 1).unwrap_or(0);
        let sign = if *negative { "-" } else { "" };
        let text = if !positional.contains(&self.exponent) {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            format!("{sign}{first}{point}{rest}{}", exponent(self.exponent))
        } else if self.exponent < 0 {
            format!("{sign}0.{}{digits}", zeros(self.exponent + 1))
        } else if let Some((whole, fraction)) =
            digits.split_at_checked(point).filter(|(_, rest)| !rest.is_empty())
        {
            format!("{sign}{whole}.{fraction}")
        } else {
            format!("{sign}{digits}{}.0", zeros(self.exponent + 1 - digits.len() as i32))
        };
        out.extend_from_slice(text.as_bytes());
    }
}

/// With fewer digits than this, no float lies exactly between two spellings that both read back.
const FEWEST_OF_TWO: usize = 16;

/// For a float exactly between two shortest spellings, the even one, which Python and ryu write, while Rust writes the larger one. `None` if
/// there is only one shortest spelling.
fn even_of_two(value: f64, digits: &str) -> Option<String> {
    let (&last, rest) = digits.as_bytes().split_last()?;
    if digits.len() < FEWEST_OF_TWO || last.is_multiple_of(2) {
        return None;
    }
    let below = [rest, &[last - 1]].concat();
    let below = String::from_utf8(below).ok()?;
    // Halfway means the lower digits followed by a 5. The first digits nearly always decide.
    let is_half = |exact: String| {
        let exact = exact.split('e').next().unwrap_or_default().replace('.', "");
        exact.strip_prefix(below.as_str()).is_some_and(|rest| rest.trim_end_matches('0') == "5")
    };
    (is_half(format!("{value:.FIRST$e}")) && is_half(format!("{value:.EXACT$e}"))).then_some(below)
}

const FIRST: usize = 20;

/// No float has more digits after its first.
const EXACT: usize = 766;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn both(value: f64) -> [String; 2] {
        [write_python_float, write_ryu_float].map(|write| {
            let mut out = Vec::new();
            write(value, &mut out);
            String::from_utf8(out).unwrap()
        })
    }

    #[test]
    fn layouts() {
        for (value, python, ryu) in [
            (0.0, "0.0", "0.0"),
            (-0.0, "-0.0", "-0.0"),
            (1.0, "1.0", "1.0"),
            (-12.5, "-12.5", "-12.5"),
            (0.0001, "0.0001", "0.0001"),
            (0.00012, "0.00012", "0.00012"),
            (0.00001, "1e-05", "0.00001"),
            (1.5e-6, "1.5e-06", "1.5e-6"),
            (1e15, "1000000000000000.0", "1000000000000000.0"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17", "1.2345678901234568e17"),
            (9_999_999_999_999_998.0, "9999999999999998.0", "9999999999999998.0"),
            (1e16, "1e+16", "1e16"),
            (5e-324, "5e-324", "5e-324"),
            (f64::MAX, "1.7976931348623157e+308", "1.7976931348623157e308"),
            (f64::MIN_POSITIVE, "2.2250738585072014e-308", "2.2250738585072014e-308"),
        ] {
            assert_eq!(both(value), [python, ryu]);
        }
    }

    /// What CPython 3.11 and msgspec 0.22 write for floats that lie exactly between two shortest spellings.
    #[test]
    fn of_two_shortest_spellings_the_even_one_is_written() {
        let mut count = 0;
        for line in include_str!("halves.txt").lines().filter(|line| !line.starts_with('#')) {
            let (bits, text) = line.split_once(' ').unwrap();
            let value = f64::from_bits(u64::from_str_radix(bits, 16).unwrap());
            assert_eq!(both(value), [text, text]);
            count += 1;
        }
        assert_eq!(count, 400);
    }

    proptest! {
        #[test]
        fn both_layouts_read_back(value in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL) {
            for text in both(value) {
                prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), value.to_bits());
            }
        }
    }
}
