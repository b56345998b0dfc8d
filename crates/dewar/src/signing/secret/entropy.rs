//! How random a secret looks.

/// An estimate of the bits of chance in this secret, from how evenly its bytes are spread.
///
/// Shannon's entropy of the bytes seen, with the correction of Miller and Madow for so short a text, times their
/// number; at most 8 bits a byte, and at most 2 bits a byte for words (`correct horse battery staple`), as language has
/// no more. It is about right for what a generator made, and an upper bound for what a person made up.
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

/// Whether it is letters and punctuation, with capitals only as words have them.
fn is_words(secret: &[u8]) -> bool {
    let mut words = secret.split(|byte| b" _-.,:;'!?".contains(byte));
    words.all(|word| {
        let rest = word.get(1..).unwrap_or_default();
        word.iter().all(u8::is_ascii_alphabetic)
            && (rest.iter().all(u8::is_ascii_lowercase) || word.iter().all(u8::is_ascii_uppercase))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_chance_in_it_has_no_bits() {
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
}
