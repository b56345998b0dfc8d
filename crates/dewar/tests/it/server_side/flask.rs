//! Flask-Session's records.

use dewar::error::{FlaskSettingsError, SettingsError};
use dewar::settings::{FlaskEncoding, FlaskRecords, RecordFormat};
use dewar::store::{Entry, Store, StoreKey, Write, WriteOutcome};
use dewar::{SecretKeys, ServerSide, Session, SessionManager};

use super::{Site, held};

fn records(records: FlaskRecords) -> impl FnOnce(ServerSide) -> ServerSide {
    |settings| ServerSide { records: RecordFormat::Flask(records), ..settings }
}

#[tokio::test]
async fn the_record_is_what_flask_session_writes() {
    let encodings = [
        (FlaskEncoding::MsgPack, &b"\x82\xaa_permanent\xc3\xa1a\x01"[..]),
        (FlaskEncoding::Json, br#"{"_permanent":true,"a":1}"#),
    ];
    for (encoding, expected) in encodings {
        let site = Site::flask(records(FlaskRecords { encoding, ..FlaskRecords::default() }));
        let cookie = site.visit("", |s| s.insert_value("a", 1)).await;
        let entry = site.stored().await.remove(0);
        assert_eq!(entry.0.as_str(), cookie.replace("session=", "session:"));
        assert_eq!(entry.1.payload, expected);
        assert_eq!(entry.1.expires.unwrap().since(site.now()).as_secs(), 2_678_400);
    }
}

/// A record in another format is read, and rewritten at once.
#[tokio::test]
async fn records_of_another_format_are_read_and_written_anew() {
    let site = Site::flask(|s| s);
    let id = "B".repeat(43);
    let key = StoreKey::new(format!("session:{id}"));
    let entry = Entry::new(&br#"{"_permanent":true,"user":"zoe"}"#[..], None);
    assert!(matches!(
        site.store.write(Write::create(&key, &entry), site.now()).await.unwrap(),
        WriteOutcome::Saved(_)
    ));
    assert_eq!(site.user(&format!("session={id}")).await.as_deref(), Some("zoe"));
    let _ = site.visit(&format!("session={id}"), |s| assert!(s.contains("user"))).await;
    let stored = site.store.load(&key, None, site.now()).await.unwrap().unwrap();
    assert_eq!(stored.payload[0], 0x82, "MessagePack now");
}

#[tokio::test]
async fn a_signed_id_is_verified_before_the_store_is_asked() {
    let signer = || Some(SecretKeys::accepting_weak("dev-secret").unwrap());
    let site = Site::flask(records(FlaskRecords { signer: signer(), ..FlaskRecords::default() }));
    let cookie = site.login().await;
    let (id, signature) = cookie.split_once('=').unwrap().1.split_once('.').unwrap();
    assert_eq!((id.len(), signature.len()), (43, 27));
    assert_eq!(site.user(&cookie).await.as_deref(), Some("zoe"));
    assert_eq!(site.user(&format!("session={id}")).await, None, "unsigned");
    assert_eq!(site.user(&cookie.replace(signature, &"A".repeat(27))).await, None);
}

/// `clear` leaves the flag; a session with the flag alone counts as empty.
#[tokio::test]
async fn clear_leaves_the_flag_and_ends_the_session() {
    let site = Site::flask(|s| s);
    let cookie = site.login().await;
    let request = site.request(&cookie).await;
    request.session.clear();
    assert_eq!(request.session.get_value("_permanent"), Some(true.into()));
    assert_eq!(held(&request.end().await).as_deref(), Some(""));
    assert_eq!(site.entries().await, 0, "no tombstone, which a Flask program could not read");
    let filled = site
        .visit("", |session| {
            session.clear();
            session.insert_value("a", 1);
        })
        .await;
    assert!(site.request(&filled).await.session.is_permanent());
}

#[tokio::test]
async fn every_request_moves_the_end_of_a_permanent_session_and_sends_its_cookie() {
    let site = Site::flask(|s| s);
    let cookie = site.login().await;
    site.pass(super::HOUR);
    let reply = site.request(&cookie).await.end().await;
    assert!(
        reply.set_cookie().unwrap().contains("Expires=Sun, 31 Mar 2024 13:34:56 GMT; HttpOnly"),
        "{reply:?}"
    );
    let entry = site.stored().await.remove(0);
    assert_eq!(entry.1.expires.unwrap().since(site.now()).as_secs(), 2_678_400);
}

#[test]
fn settings_that_flask_records_cannot_carry_are_refused() {
    let build = |settings: ServerSide| SessionManager::server_side(settings).unwrap_err();
    let flask = || ServerSide::flask(std::sync::Arc::new(dewar::store::Memory::new()));
    let absolute = dewar::Lifetime { absolute: Some(super::HOUR), ..flask().lifetime };
    assert_eq!(
        build(ServerSide { lifetime: absolute, ..flask() }),
        SettingsError::Flask(FlaskSettingsError::AbsoluteLimitInRecord)
    );
    let short = FlaskRecords { id_length: 8, ..FlaskRecords::default() };
    assert_eq!(build(records(short)(flask())), SettingsError::Flask(FlaskSettingsError::IdLength(8)));
}

#[tokio::test]
async fn logging_out_leaves_nothing_in_the_store() {
    let site = Site::flask(|s| s);
    let cookie = site.login().await;
    assert_eq!(site.visit(&cookie, Session::destroy).await, "");
    assert_eq!(site.entries().await, 0);
}
