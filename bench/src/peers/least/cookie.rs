//! The session's cookie, its id, and the key that the id has in a store.

use axum::http::header::{COOKIE, HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dewar::random::Random;
use dewar::store::StoreKey;
use sha2::{Digest, Sha256};

const COOKIE_NAME: &str = "session=";
const ATTRIBUTES: &str = "; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax";

/// The value of the session's cookie.
pub(super) fn sent(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split("; ")).find_map(|pair| pair.strip_prefix(COOKIE_NAME))
}

pub(super) fn set_cookie(value: &str) -> HeaderValue {
    HeaderValue::try_from([COOKIE_NAME, value, ATTRIBUTES].concat()).unwrap()
}

pub(super) fn new_id() -> String {
    URL_SAFE_NO_PAD.encode(Random::system().bytes::<32>().unwrap())
}

/// The store sees a hash of the id.
pub(super) fn key(id: &str) -> StoreKey {
    let mut characters = [0; 43];
    let length = URL_SAFE_NO_PAD.encode_slice(Sha256::digest(id), &mut characters).unwrap();
    let hash = characters.get(..length).and_then(|text| str::from_utf8(text).ok()).unwrap();
    StoreKey::concat(&["shop:", hash])
}
