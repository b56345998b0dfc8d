//! What of a session's data is never shown.

use dewar::value::{Map, Text, Value};

/// Words in the names of keys whose values are never shown.
const SECRETS: [&str; 9] = ["password", "passwd", "pwd", "token", "secret", "csrf", "key", "auth", "otp"];

/// The value under a key, without what is under the name of a secret, however deep.
pub(super) fn without_secrets(key: &Text, value: &Value) -> Value {
    if names_secret(key) { Value::from("(not shown)") } else { inside(value) }
}

fn inside(value: &Value) -> Value {
    match value {
        Value::Map(map) => {
            let entries = map.iter().map(|(key, value)| (key.clone(), without_secrets(key, value)));
            Value::Map(entries.collect::<Map>())
        }
        Value::Pairs(pairs) => {
            Value::Pairs(pairs.iter().map(|(key, value)| (key.clone(), under(key, value))).collect())
        }
        Value::List(items) => Value::List(inside_list(items)),
        Value::Tuple(items) => Value::Tuple(inside_list(items)),
        other => other.clone(),
    }
}

/// Two values are perhaps a name and what it names.
fn inside_list(items: &[Value]) -> Vec<Value> {
    match items {
        [key, value] => vec![inside(key), under(key, value)],
        items => items.iter().map(inside).collect(),
    }
}

fn under(key: &Value, value: &Value) -> Value {
    match key {
        Value::Str(key) | Value::Markup(key) => without_secrets(key, value),
        Value::Bytes(key) => without_secrets(&Text::from(&*String::from_utf8_lossy(key)), value),
        _ => inside(value),
    }
}

fn names_secret(key: &Text) -> bool {
    let name = key.to_str_lossy().to_lowercase();
    SECRETS.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_at_any_depth() {
        let secret = || Value::from("swordfish");
        let pair = || vec![Value::from("access_token"), secret()];
        let map: Map = [(Text::from("Pwd"), secret())].into_iter().collect();
        for value in [
            Value::Map(map.clone()),
            Value::List(vec![Value::Null, Value::Map(map.clone()), Value::Null]),
            Value::Pairs(vec![(Value::from("authorization"), secret())]),
            Value::Pairs(vec![(Value::Bytes(b"otp".to_vec()), secret())]),
            Value::Pairs(vec![(Value::from(1), Value::Map(map))]),
            Value::Tuple(pair()),
            Value::List(vec![Value::List(pair()), Value::Tuple(pair())]),
        ] {
            let shown = format!("{:?}", without_secrets(&Text::from("oauth2"), &Value::Null));
            assert!(shown.contains("not shown"), "{shown}");
            let shown = format!("{:?}", without_secrets(&Text::from("login"), &value));
            assert!(!shown.contains("swordfish") && shown.contains("not shown"), "{shown}");
        }
        let plain = Value::List(vec![Value::from("cart"), Value::from("chocolate")]);
        assert_eq!(without_secrets(&Text::from("login"), &plain), plain);
    }
}
