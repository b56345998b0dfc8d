//! Changing one character of a cookie, as an attacker would to be another user.

use std::ops::Range;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The cookie with one character changed to its neighbour in base64; doing it again changes it back. `None` if there is nothing to
/// change.
///
/// It is a character of the payload, and of Flask's cookie if possible one that turns a letter of the data into another letter.
pub(super) fn flip(cookie: &str) -> Option<String> {
    let mut bytes = cookie.as_bytes().to_vec();
    let position = position(&bytes)?;
    let character = bytes.get_mut(position)?;
    *character = neighbour(*character)?;
    String::from_utf8(bytes).ok()
}

/// The same before and after: what is asked of a character is asked of its neighbour as well.
fn position(cookie: &[u8]) -> Option<usize> {
    let payload = payload(cookie);
    // The first character of a group: whether the fourth makes a letter does not depend on it.
    let middle = payload.start + payload.len() / 8 * 4;
    let text = cookie.get(payload.clone())?;
    // The fourth character of a group holds the lowest six bits of the third byte.
    let mut fourths =
        (3..text.len()).step_by(4).filter(|at| text.get(at - 1..=*at).is_some_and(makes_letter));
    // The last one: JSON ends with a value.
    let position = fourths.next_back().map_or(middle, |at| payload.start + at);
    cookie.get(position).copied().and_then(neighbour).map(|_| position)
}

/// The first part of a signed cookie without the dot that says that it is compressed; all of a sealed one.
fn payload(cookie: &[u8]) -> Range<usize> {
    let start = usize::from(cookie.first() == Some(&b'.'));
    let rest = cookie.get(start..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'.').map_or(cookie.len(), |length| start + length);
    start..end
}

/// Whether the last byte of these characters is a letter of ASCII, changed or not.
fn makes_letter(characters: &[u8]) -> bool {
    let [before, last] = characters else { return false };
    let (Some(high), Some(low)) = (index(*before), index(*last)) else { return false };
    let byte = ((high & 0b11) << 6) | low;
    byte.is_ascii_alphabetic() && (byte ^ 1).is_ascii_alphabetic()
}

fn index(character: u8) -> Option<u8> {
    ALPHABET.iter().position(|byte| *byte == character).and_then(|index| u8::try_from(index).ok())
}

fn neighbour(character: u8) -> Option<u8> {
    ALPHABET.get(usize::from(index(character)? ^ 1)).copied()
}

#[cfg(test)]
mod tests {
    use dewar::signing::{base64_decode, base64_encode};

    use super::*;

    #[test]
    fn the_change_of_any_session_id_can_be_undone() {
        let mut state = 1_u64;
        for _ in 0..5_000 {
            let id: String = std::iter::repeat_with(|| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                char::from(ALPHABET[(state >> 58) as usize])
            })
            .take(45)
            .collect();
            let changed = flip(&id).unwrap();
            assert_ne!(changed, id);
            assert_eq!(flip(&changed).unwrap(), id);
        }
    }

    #[test]
    fn twice_is_as_it_was() {
        let signature = "XllnqMhItg8yP9H5gQM1OF57c_U";
        for cookie in [
            format!("eyJhIjoxfQ.ZeB58A.{signature}"),
            format!(".eJyrVkpUsjKsBQALBgKJ.ZeB58A.{signature}"),
            format!("{}.ZeB58A.{signature}", base64_encode(br#"{"user":"Zoe Example","admin":false}"#)),
            "AQk3jdh-dk2lkdj3lkdjLKDJd0394_dlkj".into(),
            "a".into(),
        ] {
            let flipped = flip(&cookie).unwrap();
            assert_ne!(flipped, cookie);
            assert_eq!(flipped.len(), cookie.len());
            assert_eq!(flip(&flipped).unwrap(), cookie);
        }
    }

    #[test]
    fn a_letter_of_the_data_becomes_another_one() {
        let cookie = base64_encode(br#"{"user":"zoey"}"#) + ".x.y";
        let flipped = flip(&cookie).unwrap();
        let json = base64_decode(flipped.split('.').next().unwrap().as_bytes()).unwrap();
        let data: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(data, serde_json::json!({ "user": "zody" }));
    }

    #[test]
    fn nothing_to_change() {
        for cookie in ["", ".", "..", "é", "?"] {
            assert_eq!(flip(cookie), None, "{cookie}");
        }
    }
}
