//! Secrets that are placeholders.

/// The words of placeholders. Each has at least three letters, so that it is unlikely in random text.
const WORDS: &[&str] = &[
    "123",
    "abc",
    "admin",
    "api",
    "app",
    "asdf",
    "better",
    "cant",
    "change",
    "cookie",
    "default",
    "dev",
    "development",
    "dont",
    "dummy",
    "enter",
    "example",
    "fill",
    "flask",
    "foo",
    "foobar",
    "from",
    "generate",
    "guess",
    "hard",
    "here",
    "insecure",
    "insert",
    "jwt",
    "key",
    "letmein",
    "local",
    "long",
    "must",
    "needs",
    "never",
    "not",
    "password",
    "placeholder",
    "please",
    "private",
    "production",
    "put",
    "python",
    "qwerty",
    "random",
    "replace",
    "safe",
    "sample",
    "secret",
    "secure",
    "security",
    "server",
    "session",
    "set",
    "shh",
    "should",
    "some",
    "something",
    "string",
    "super",
    "temp",
    "test",
    "testing",
    "the",
    "this",
    "tobe",
    "todo",
    "token",
    "top",
    "used",
    "value",
    "very",
    "web",
    "will",
    "with",
    "you",
    "your",
    "zxcv",
];

const BRACKETS: &[(&str, &str)] =
    &[("<", ">"), ("${", "}"), ("{{", "}}"), ("%(", ")s"), ("[", "]"), ("$(", ")")];

/// Whether it is in brackets, or consists mostly of these words: more than half of its letters and digits.
pub(super) fn is_placeholder(secret: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(secret) else { return false };
    in_brackets(text) || is_mostly_words(text)
}

fn in_brackets(text: &str) -> bool {
    BRACKETS.iter().any(|(open, close)| {
        let inside = text.strip_prefix(open).and_then(|text| text.strip_suffix(close));
        inside.is_some_and(|name| name.chars().all(|c| c.is_alphanumeric() || " _-.:?!/'".contains(c)))
    })
}

fn is_mostly_words(text: &str) -> bool {
    let letters: Vec<u8> = text.bytes().filter(|b| b.is_ascii_alphanumeric() || b"@$!".contains(b)).collect();
    let plain = letters.to_ascii_lowercase();
    let leet: Vec<u8> = plain.iter().map(|byte| without_leet(*byte)).collect();
    [plain, leet].iter().any(|letters| in_words(letters) * 2 > letters.len())
}

/// Converts leetspeak: `s3cr3t` is `secret`.
fn without_leet(byte: u8) -> u8 {
    match byte {
        b'0' => b'o',
        b'1' | b'!' => b'i',
        b'3' => b'e',
        b'4' | b'@' => b'a',
        b'5' | b'$' => b's',
        b'7' => b't',
        other => other,
    }
}

/// How many of these letters belong to words. At each place the longest matching word counts.
fn in_words(letters: &[u8]) -> usize {
    let mut count = 0;
    let mut rest = letters;
    while !rest.is_empty() {
        let length = words_with(rest.first())
            .filter(|word| rest.starts_with(word.as_bytes()))
            .map(|word| word.len())
            .max();
        count += length.unwrap_or(0);
        rest = rest.get(length.unwrap_or(1)..).unwrap_or_default();
    }
    count
}

fn words_with(initial: Option<&u8>) -> impl Iterator<Item = &'static &'static str> {
    let start = WORDS.partition_point(|word| word.as_bytes().first() < initial);
    WORDS.iter().skip(start).take_while(move |word| word.as_bytes().first() == initial)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_sorted_and_not_too_short() {
        assert!(WORDS.is_sorted_by(|a, b| a < b));
        assert!(WORDS.iter().all(|word| word.len() >= 3));
    }

    #[test]
    fn placeholders_are_recognised_in_every_spelling() {
        for secret in [
            "changeme",
            "CHANGE-ME-PLEASE-123",
            "your-secret-key-here",
            "<your own secret>",
            "${SECRET_KEY}",
            "{{ secret_key }}",
            "$(SECRET)",
            "MyS3cr3tK3y",
            "this_is_a_very_secret_key",
            "example",
            "dev",
            "test_key_for_testing",
            "Sup3r$3cr3tP@ssw0rd",
        ] {
            assert!(is_placeholder(secret.as_bytes()), "{secret}");
        }
    }

    #[test]
    fn random_text_with_a_word_in_it_is_no_placeholder() {
        for secret in
            ["", "q8Zkey7LmT0xWv31", "<3Zp9#xA!k2Lq0vT>", "[8f3a,19bc,ee02]", "d3v7f1b09c24e86a5d3c"]
        {
            assert!(!is_placeholder(secret.as_bytes()), "{secret}");
        }
    }
}
