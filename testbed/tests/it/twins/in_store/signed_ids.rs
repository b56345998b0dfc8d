//! Signed ids, two hours.

use dewar::SecretKeys;
use dewar::signing::{KeyDerivation, Signer, SignerOptions};

use super::engines::Place;
use super::records::Record;
use super::separate_stores::Apart;
use crate::browser::Browser;
use crate::examples::signed_ids::app;
use crate::twins::pair::SECRET;

const RECORD: &[u8] = b"\x82\xaa_permanent\xc3\xa8username\xa3zoe";

fn twins() -> Option<Apart> {
    let keys = SecretKeys::accepting_weak(SECRET).unwrap();
    let twins = Apart::start("signed_ids", |settings| app(settings, keys).unwrap())?;
    Some(Apart { seconds: 7200, ..twins })
}

#[test]
fn a_visit_is_stored_for_two_hours_under_a_signed_id() {
    let Some(twins) = twins() else { return };
    let ([first, second], stored) = twins.play(|mut browser| [browser.get("/"), browser.get("/")]);
    assert_eq!(first.body, "stored");
    assert_eq!(first.all("vary"), ["Cookie"]);
    assert!(
        first.all("set-cookie")[0].ends_with("; Expires=Thu, 29 Feb 2024 14:34:56 GMT; HttpOnly; Path=/")
    );
    assert_eq!(
        first.all("set-cookie"),
        second.all("set-cookie"),
        "the same id, and the same end at the same moment"
    );
    assert_eq!(stored, [Record::new("session:", RECORD, 7200)]);
}

#[test]
fn two_browsers_have_two_sessions() {
    let Some(twins) = twins() else { return };
    let (_, stored) = twins.play(|mut first| {
        let mut second = first.clone();
        [first.get("/"), second.get("/"), first.get("/")]
    });
    assert_eq!(stored, [(); 2].map(|()| Record::new("session:", RECORD, 7200)));
}

/// A client with an id that we did not sign gets another one, and the record of that id is left alone.
#[test]
fn an_id_that_is_not_signed_by_this_key_is_no_id() {
    let Some(twins) = twins() else { return };
    let (_, stored) = twins.play(|mut browser| {
        let first = browser.get("/");
        let token = browser.cookie().unwrap().strip_prefix("session=").unwrap().to_owned();
        let (id, signature) = token.split_once('.').unwrap();
        let forged = [
            id.to_owned(),
            format!("{id}."),
            format!("{id}.{}", "A".repeat(27)),
            format!("{}.{signature}", "A".repeat(43)),
            signed_by("another", "flask-session", id),
            signed_by(SECRET, "cookie-session", id),
        ];
        let [a, b, c, d, e, f] = forged.map(|token| {
            let answer = browser.clone().with_cookie(Some(&format!("session={token}"))).get("/");
            assert!(!answer.all("set-cookie")[0].contains(id), "{token}");
            answer
        });
        [first, a, b, c, d, e, f]
    });
    assert_eq!(stored.len(), 7);
}

#[test]
fn an_id_that_is_signed_but_unknown_is_not_taken_over() {
    let Some(twins) = twins() else { return };
    let unknown = signed_by(SECRET, "flask-session", &"A".repeat(43));
    let ([answer], stored) =
        twins.play(|browser| [browser.with_cookie(Some(&format!("session={unknown}"))).get("/")]);
    assert!(!answer.all("set-cookie")[0].contains("AAAA"));
    assert_eq!(stored.len(), 1);
}

#[test]
fn a_session_removed_from_the_store_begins_anew() {
    let Some(twins) = twins() else { return };
    for (server, place) in [(twins.flask.address, Place::Theirs), (twins.ours.address, Place::Ours)] {
        let mut browser = Browser::new(server);
        browser.get("/");
        let before = browser.cookie().map(str::to_owned);
        twins.engine.empty(place);
        browser.get("/");
        assert_ne!(browser.cookie().map(str::to_owned), before);
    }
}

fn signed_by(secret: &str, salt: &str, id: &str) -> String {
    let options =
        SignerOptions { salt: salt.into(), key_derivation: KeyDerivation::Hmac, ..SignerOptions::default() };
    let signer = Signer::new(&SecretKeys::accepting_weak(secret).unwrap(), options).unwrap();
    String::from_utf8(signer.sign(id.as_bytes())).unwrap()
}
