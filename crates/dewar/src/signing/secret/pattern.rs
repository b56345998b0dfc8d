//! Secrets that repeat themselves or count.

const FEWEST_DIFFERENT: u32 = 8;
const SHORTEST_RUN: usize = 4;

/// Whether there are fewer than 8 different bytes in it.
pub(super) fn has_few_bytes(secret: &[u8]) -> bool {
    let seen = secret.iter().fold([0_u64; 4], |mut seen, byte| {
        if let Some(word) = seen.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
        seen
    });
    seen.iter().map(|word| word.count_ones()).sum::<u32>() < FEWEST_DIFFERENT
}

/// Whether it is one text over and over, or more than half of it is runs such as `0000`, `abcd`, `9876`, `acegik`.
pub(super) fn is_one(secret: &[u8]) -> bool {
    is_periodic(secret) || in_runs(secret) * 2 > secret.len()
}

fn is_periodic(secret: &[u8]) -> bool {
    (1..=secret.len() / 2).any(|period| {
        let later = secret.iter().skip(period);
        secret.iter().zip(later).all(|(earlier, later)| earlier == later)
    })
}

/// How many bytes stand in a run: four or more, each as far from the one before.
fn in_runs(secret: &[u8]) -> usize {
    let steps: Vec<u8> = secret.iter().zip(secret.iter().skip(1)).map(|(a, b)| b.wrapping_sub(*a)).collect();
    steps.chunk_by(|a, b| a == b).map(|run| run.len() + 1).filter(|bytes| *bytes >= SHORTEST_RUN).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_or_counts_is_seen() {
        for secret in
            ["0000000000000000", "aBc9aBc9aBc9aB", "abcdefghijklmnop", "9876543210x9876543210", "acegikmoqs"]
        {
            assert!(is_one(secret.as_bytes()), "{secret}");
        }
        assert!(is_one(&[0, 17, 34, 51, 68, 85, 102, 119]));
    }

    #[test]
    fn what_does_not_is_not() {
        for secret in ["", "x", "1f9d0a77c4b2e865", "aabbccddeeffgghh", "abc9x7abc1q8abc2", "abcdqzkvhw"] {
            assert!(!is_one(secret.as_bytes()), "{secret}");
        }
    }

    #[test]
    fn seven_different_bytes_are_few_and_eight_are_not() {
        assert!(has_few_bytes(b"1234567123456771"));
        assert!(!has_few_bytes(b"12345678"));
        assert!(!has_few_bytes(&[0, 63, 64, 127, 128, 191, 192, 255]));
    }
}
