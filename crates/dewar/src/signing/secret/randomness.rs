//! How random a secret is: its estimated entropy, and whether it repeats itself or counts.

/// Estimates the entropy of a secret in bits, from the distribution of its bytes.
///
/// This is the Shannon entropy of the bytes, with the Miller-Madow correction for short texts, times their number. It is at most 8 bits per
/// byte, and at most 2 bits per byte for words (`correct horse battery staple`), as natural language has no more. It is about right for a
/// generated secret, and an upper bound for one that a person made up.
#[must_use]
pub fn estimated_bits(secret: &[u8]) -> u32 {
    let most = if is_words(secret) { 2.0 } else { 8.0 };
    spread(secret).min(secret.len() as f64 * most) as u32
}

fn spread(secret: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in secret {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let counts: Vec<f64> = counts.into_iter().filter(|count| *count > 0).map(f64::from).collect();
    let length: f64 = counts.iter().sum();
    let seen: f64 = counts.iter().map(|count| count * (length / count).log2()).sum();
    let unseen = (counts.len().max(1) - 1) as f64 / (2.0 * std::f64::consts::LN_2);
    seen + unseen
}

/// Whether it consists of letters and punctuation, with capitals only where words have them.
fn is_words(secret: &[u8]) -> bool {
    let mut words = secret.split(|byte| b" _-.,:;'!?".contains(byte));
    words.all(|word| {
        let rest = word.get(1..).unwrap_or_default();
        word.iter().all(u8::is_ascii_alphabetic)
            && (rest.iter().all(u8::is_ascii_lowercase) || word.iter().all(u8::is_ascii_uppercase))
    })
}

const FEWEST_DIFFERENT: u32 = 8;
const SHORTEST_RUN: usize = 4;

/// Whether it has fewer than 8 distinct bytes.
pub(super) fn has_few_bytes(secret: &[u8]) -> bool {
    let seen = secret.iter().fold([0_u64; 4], |mut seen, byte| {
        if let Some(word) = seen.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
        seen
    });
    seen.iter().map(|word| word.count_ones()).sum::<u32>() < FEWEST_DIFFERENT
}

/// Whether it repeats one text, or more than half of it is in runs such as `0000`, `abcd`, `9876`, `acegik`.
pub(super) fn is_repetitive(secret: &[u8]) -> bool {
    is_periodic(secret) || in_runs(secret) * 2 > secret.len()
}

fn is_periodic(secret: &[u8]) -> bool {
    (1..=secret.len() / 2).any(|period| {
        let later = secret.iter().skip(period);
        secret.iter().zip(later).all(|(earlier, later)| earlier == later)
    })
}

/// How many bytes are in runs of four or more, with the same difference between neighbours.
fn in_runs(secret: &[u8]) -> usize {
    let steps: Vec<u8> = secret.iter().zip(secret.iter().skip(1)).map(|(a, b)| b.wrapping_sub(*a)).collect();
    steps.chunk_by(|a, b| a == b).map(|run| run.len() + 1).filter(|bytes| *bytes >= SHORTEST_RUN).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_over_and_over_has_no_bits() {
        assert_eq!(estimated_bits(b""), 0);
        assert_eq!(estimated_bits(b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 0);
    }

    #[test]
    fn words_have_two_bits_a_letter() {
        assert_eq!(estimated_bits(b"Correct horse, battery STAPLE"), 58);
        assert!(estimated_bits(b"CoRrect hoRse, baTtery sTaple") > 80);
        assert!(estimated_bits(b"correct h0rse, battery staple") > 80);
    }

    #[test]
    fn generated_keys_are_estimated_at_about_what_they_have() {
        let hex = estimated_bits(b"192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf");
        assert!((240..=270).contains(&hex), "{hex}");
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(estimated_bits(&bytes), 2048);
    }

    #[test]
    fn what_repeats_or_counts_is_seen() {
        for secret in
            ["0000000000000000", "aBc9aBc9aBc9aB", "abcdefghijklmnop", "9876543210x9876543210", "acegikmoqs"]
        {
            assert!(is_repetitive(secret.as_bytes()), "{secret}");
        }
        assert!(is_repetitive(&[0, 17, 34, 51, 68, 85, 102, 119]));
    }

    #[test]
    fn what_does_not_is_not() {
        for secret in ["", "x", "1f9d0a77c4b2e865", "aabbccddeeffgghh", "abc9x7abc1q8abc2", "abcdqzkvhw"] {
            assert!(!is_repetitive(secret.as_bytes()), "{secret}");
        }
    }

    #[test]
    fn seven_different_bytes_are_few_and_eight_are_not() {
        assert!(has_few_bytes(b"1234567123456771"));
        assert!(!has_few_bytes(b"12345678"));
        assert!(!has_few_bytes(&[0, 63, 64, 127, 128, 191, 192, 255]));
    }
}
