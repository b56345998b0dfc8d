//! A prefix and a cookie's name of the program's own.

use super::records::Record;
use super::separate_stores::Apart;
use crate::examples::key_prefix::app;

const RECORD: &[u8] = b"\x82\xaa_permanent\xc3\xa5theme\xa4dark";

fn twins() -> Option<Apart> {
    let twins = Apart::start("key_prefix", |settings| app(settings).unwrap())?;
    Some(Apart { prefix: "shop_", ..twins })
}

#[test]
fn a_visit_is_stored_under_the_prefix_of_the_program() {
    let Some(twins) = twins() else { return };
    let ([first, _], stored) = twins.play(|mut browser| [browser.get("/"), browser.get("/")]);
    assert_eq!(first.body, "index");
    let [line] = first.all("set-cookie")[..] else { panic!("one cookie: {first:?}") };
    assert!(
        line.starts_with("hello_session=") && line.contains("; Expires=Sun, 31 Mar 2024 12:34:56 GMT"),
        "{line}"
    );
    assert_eq!(stored, [Record::new("shop_", RECORD, 2_678_400)]);
}

#[test]
fn a_cookie_of_another_name_is_nobodys() {
    let Some(twins) = twins() else { return };
    let ([first, second], stored) = twins.play(|mut browser| {
        let first = browser.get("/");
        let renamed = browser.cookie().unwrap().replace("hello_session", "session");
        [first, browser.with_cookie(Some(&renamed)).get("/")]
    });
    assert_ne!(first.all("set-cookie"), second.all("set-cookie"));
    assert_eq!(stored.len(), 2);
}
