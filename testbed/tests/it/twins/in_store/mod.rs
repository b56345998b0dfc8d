//! Programs with their sessions in a store, beside the same programs under the real Flask and Flask-Session: each scene is played on
//! both, with a store of its own for each, and what comes back and what is then stored are compared. And both over one store: what
//! one writes the other reads.
//!
//! A server of each engine is needed as well, see `servers`. What a framework does with a session does not depend on the engine, so each
//! framework plays everything over Redis, and over the other engines one plays everything.

mod browser_session;
mod engines;
mod from_settings;
mod key_prefix;
mod on_disk;
mod on_servers;
mod own_interface;
mod pickled;
mod records;
mod separate_stores;
mod shared_files;
mod shared_server;
mod shared_store;
mod signed_ids;
mod testbed;

use crate::http_client::Answer;
use crate::twins::pair::COMPARED;

/// The compared parts of an answer: status, body and some headers. Of a session id the form is compared, as the id is random; the date at
/// which a cookie ends is compared if the clocks stand still.
pub(super) fn essence(answer: &Answer, with_dates: bool) -> (u16, &str, [Vec<String>; 4]) {
    let masked = |name, line| masked(name, line, with_dates);
    let headers = COMPARED.map(|name| answer.all(name).into_iter().map(|line| masked(name, line)).collect());
    (answer.status, &answer.body, headers)
}

fn masked(name: &str, line: &str, with_dates: bool) -> String {
    if name != "set-cookie" {
        return line.to_owned();
    }
    let (name, rest) = line.split_once('=').expect("a name");
    let (token, attributes) = rest.split_once("; ").unwrap_or((rest, ""));
    let mut attributes: Vec<&str> = attributes.split("; ").collect();
    if attributes.contains(&"Max-Age=0") {
        // `a-removal-has-every-attribute`: ours has, Flask-Session's has not.
        attributes.retain(|attribute| !["Secure", "HttpOnly", "SameSite=Lax"].contains(attribute));
    }
    let is_date =
        |attribute: &&str| attribute.starts_with("Expires=") && !attribute.ends_with("1970 00:00:00 GMT");
    let shown = attributes.iter().map(|it| if !with_dates && is_date(it) { "Expires=a date" } else { it });
    format!("{name}={}; {}", form(token), shown.collect::<Vec<_>>().join("; "))
}

/// How many characters of base64url stand before, between and behind the dots.
pub(super) fn form(token: &str) -> String {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    assert!(token.split('.').all(|part| part.bytes().all(is_base64url)), "{token}");
    token.split('.').map(|part| part.len().to_string()).collect::<Vec<_>>().join(".")
}
