//! Weak secrets by the table, by the word list and by chance.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

use super::*;
use crate::random::Random;

#[test]
fn weak_secrets_are_refused_for_the_right_reason() {
    use WeakSecret::{Empty, LowEntropy, Placeholder, Repetitive, TooShort, WellKnown};
    for (secret, why) in [
        ("", Empty),
        ("dev", WellKnown),
        ("  dev\n", WellKnown),
        (r#"_5#y2L"F4Q8z\n\xec]/"#, WellKnown),
        ("_5#y2L\"F4Q8z\n\u{ec}]/", WellKnown),
        ("A0Zr98j/3yX R~XHH!jmN]LWX/,?RT", WellKnown),
        (r"\2\1thisismyscretkey\1\2\e\y\y\h", WellKnown),
        ("\u{2}\u{1}thisismyscretkey\u{1}\u{2}\\e\\y\\y\\h", WellKnown),
        ("BAD_SECRET_KEY", WellKnown),
        ("a-key-of-15-byt", TooShort),
        ("x7Kq02", TooShort),
        ("${DEWAR_SECRET_KEY}", Placeholder),
        ("please-replace-this-secret-4711", Placeholder),
        ("cGxlYXNlLXJlcGxhY2UtdGhpcy1zZWNyZXQtNDcxMQ==", Placeholder),
        ("zk1zk1zk1zk1zk1zk1zk1zk1", Repetitive),
        ("k3W9xQ7mVb2Tk3W9xQ7mVb2T", Repetitive),
        ("ghijklmnopqrstuvwxyzghijk9", Repetitive),
        ("01001100011100110101010011010010", Repetitive),
        ("hello hello world", LowEntropy),
        ("banana bread and beans", LowEntropy),
    ] {
        assert_eq!(check(secret.as_bytes()), Err(why), "{secret:?}");
    }
}

#[test]
fn a_line_break_behind_a_secret_is_refused_and_can_be_accepted() {
    use crate::signing::SecretKeys;
    for secret in ["5f0c19e2a7d84b3690fe21c7b58d4a63\n", "5f0c19e2a7d84b3690fe21c7b58d4a63 \r\n"] {
        let refused = SecretKeys::new(secret).unwrap_err();
        assert_eq!(refused, WeakSecret::LineBreakAtEnd);
        assert!(refused.to_string().contains("line break"), "{refused}");
        // A Flask program that has signed with it uses it as it is.
        let keys = SecretKeys::accepting_weak(secret).unwrap();
        assert_eq!(keys.iter().collect::<Vec<_>>(), [secret.as_bytes()]);
    }
    // Random bytes may end in anything.
    let mut random: Vec<u8> = (0..32_u8).map(|n| n.wrapping_mul(151) ^ 0xa5).collect();
    random.push(b'\n');
    assert_eq!(check(&random), Ok(()));
    assert_eq!(check(b"5f0c19e2a7d84b3690fe21c7b58d4a63 "), Ok(()));
}

#[test]
fn a_known_secret_is_known_in_hexadecimal_and_base64() {
    let known = b"laowangaigebi";
    for spelled in [hex(known), BASE64_STANDARD.encode(known), BASE64_URL_SAFE_NO_PAD.encode(known)] {
        assert_eq!(check(spelled.as_bytes()), Err(WeakSecret::WellKnown), "{spelled}");
    }
}

#[test]
fn bytes_that_are_no_text_are_known_as_bytes_and_as_text() {
    let bytes = b"_5#y2L\"F4Q8z\n\xec]/";
    let text: String = bytes.iter().copied().map(char::from).collect();
    assert_eq!(check(bytes), Err(WeakSecret::WellKnown));
    assert_eq!(check(text.as_bytes()), Err(WeakSecret::WellKnown));
}

#[test]
fn every_line_of_the_word_list_is_refused() {
    let Some(path) = std::env::var_os("DEWAR_WORDLIST") else {
        println!(
            "left out: DEWAR_WORDLIST does not name the list of flask-unsign-wordlist (`cargo xtask test` sets it)"
        );
        assert!(std::env::var_os("DEWAR_REQUIRE_ALL").is_none(), "DEWAR_WORDLIST is not set");
        return;
    };
    let list = std::fs::read(path).unwrap();
    let lines: Vec<&[u8]> = list.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    assert!(lines.len() > 55_000, "{} lines", lines.len());
    for line in lines {
        assert!(check(line).is_err(), "{}", String::from_utf8_lossy(line));
        let unquoted = &line[1..line.len() - 1];
        assert!(check(unquoted).is_err(), "{}", String::from_utf8_lossy(unquoted));
    }
}

#[test]
fn none_of_100_000_texts_of_random_keys_is_refused() {
    for _ in 0..25_000 {
        let key: [u8; 32] = Random::system().bytes().unwrap();
        assert_eq!(check(&key), Ok(()), "{key:?}");
        for spelled in [hex(&key), BASE64_STANDARD.encode(key), BASE64_URL_SAFE_NO_PAD.encode(key)] {
            assert_eq!(check(spelled.as_bytes()), Ok(()), "{spelled}");
        }
    }
}

#[test]
fn keys_of_half_the_length_pass_as_well() {
    for _ in 0..20_000 {
        let key: [u8; 16] = Random::system().bytes().unwrap();
        assert_eq!(check(hex(&key).as_bytes()), Ok(()), "{}", hex(&key));
        assert_eq!(check(BASE64_URL_SAFE_NO_PAD.encode(key).as_bytes()), Ok(()));
    }
}

#[test]
fn a_refusal_says_what_to_do() {
    for secret in
        ["", "dev", "x7Kq02", "${DEWAR_SECRET_KEY}", "zk1zk1zk1zk1zk1zk1zk1zk1", "banana bread and beans"]
    {
        let message = check(secret.as_bytes()).unwrap_err().to_string();
        assert!(
            message.ends_with("make one with `openssl rand -base64 32` or `dewar secret new`"),
            "{message}"
        );
        assert!(secret.is_empty() || !message.replace("dewar", "").contains(secret), "{message}");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
