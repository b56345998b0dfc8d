//! What the logs say: what happened, and never an id, a payload or a password.

pub(crate) mod capture;

use std::sync::Arc;

use dewar::clock::UnixTime;
use dewar::settings::{FlaskRecords, RecordFormat, SessionLimit};
use dewar::store::{Bytes, Entry, Memory, Store, StoreKey, Trim, Write, WriteOutcome};
use dewar::{SecretKeys, ServerSide, Session, SessionManager};
use dewar_servers::Redis;

use self::capture::Capture;
use super::held;
use crate::counters::Counters;

const SECRET: &str = "a-secret-key-that-nobody-may-read";
const PASSWORD: &str = "hunter2-of-redis";
const MARKERS: [&str; 3] = ["zoe-of-the-payload", "user:of-the-owner", "key_of_the_payload"];

/// All logs of this process at the finest level, while every engine is used in every way: of the drivers, the runtime, the other
/// tests and ourselves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_id_payload_or_password_in_any_log() {
    let log = Capture::of_process();
    let mut secrets: Vec<String> =
        [SECRET, PASSWORD].iter().chain(&MARKERS).map(|s| (*s).to_owned()).collect();
    let folder = tempfile::tempdir().unwrap();
    let redis = Redis::is_available().then(|| Redis::settings().password(PASSWORD).start().unwrap());
    let path = folder.path().display();
    let mut urls =
        vec!["memory:".to_owned(), format!("file://{path}/files"), format!("sqlite://{path}/s.db")];
    urls.extend(redis.as_ref().map(Redis::url));
    for url in &urls {
        for preset in [|store| ServerSide::new("shop", store), signed_flask] {
            let store = dewar_stores::open(url).await.unwrap();
            secrets.extend(live(preset(Arc::clone(&store))).await);
            secrets.extend(lose_answers(preset(store)).await);
        }
    }
    // An engine that dies, too.
    if let Some(mut redis) = redis {
        let store = dewar_stores::open(&redis.url()).await.unwrap();
        redis.kill();
        let manager = SessionManager::server_side(ServerSide::new("shop", store)).unwrap();
        let cookie = format!("__Host-session={}", "z".repeat(45));
        let error = manager.open([cookie.as_bytes()]).await.unwrap_err();
        assert_eq!(error.status(), 503);
        secrets.push("z".repeat(45));
    }
    let text = log.text();
    for event in ["merged", "revival_refused", "unknown_id", "ended_id", "corrupt", "mixed_up"] {
        assert!(
            text.contains(&format!("event=\"{event}\"")),
            "{event} is not logged: {} lines",
            text.lines().count()
        );
    }
    assert!(secrets.len() > 30);
    for secret in secrets {
        assert!(!text.contains(&secret), "{:?}", text.lines().find(|line| line.contains(&secret)));
    }
}

#[test]
fn every_event_is_counted() {
    let counters = Counters::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    metrics::with_local_recorder(&counters, || {
        runtime.block_on(live(ServerSide::new("shop", Arc::new(Memory::new()))));
    });
    let counted = |event: &str| counters.value("dewar_session_events_total", event);
    assert_eq!(
        ["merged", "revival_refused", "unknown_id", "ended_id", "corrupt", "mixed_up"].map(counted),
        [1, 1, 1, 1, 1, 1]
    );
}

fn signed_flask(store: Arc<dyn Store>) -> ServerSide {
    let signer = Some(SecretKeys::accepting_weak(SECRET).unwrap());
    let records = RecordFormat::Flask(FlaskRecords { signer, ..FlaskRecords::default() });
    ServerSide { records, ..ServerSide::flask(store) }
}

/// Uses a session in every way. Returns every id and key that occurred.
async fn live(settings: ServerSide) -> Vec<String> {
    let (store, clock) = (Arc::clone(&settings.store), settings.clock.clone());
    let manager = SessionManager::server_side(settings).unwrap();
    let mut secrets = Vec::new();
    let first = visit(&manager, "", fill, &mut secrets).await;
    let second = visit(&manager, &first, Session::regenerate_id, &mut secrets).await;
    // Too late.
    let _ = visit(&manager, &first, |_| (), &mut secrets).await;
    // Merged; then ended under it.
    let slow = manager.open([second.as_bytes()]).await.unwrap();
    slow.insert_value(MARKERS[2], MARKERS[0]);
    let _ = visit(&manager, &second, |s| s.insert_value("other", MARKERS[0]), &mut secrets).await;
    let _ = manager.save(&slow).await.unwrap();
    slow.insert_value("k", 1);
    let _ = visit(&manager, &second, Session::destroy, &mut secrets).await;
    let _ = manager.save(&slow).await.unwrap();
    // Unknown, damaged, mixed up.
    let unknown = format!("{}={}", manager.cookie_name(), "q".repeat(45));
    let _ = visit(&manager, &unknown, |_| (), &mut secrets).await;
    let (one, key_of_one) = begin(&manager, &mut secrets).await;
    let (other, key_of_other) = begin(&manager, &mut secrets).await;
    let payload = store.load(&key_of_one, None, clock.now()).await.unwrap().unwrap().payload;
    put(&*store, &key_of_other, payload, clock.now()).await;
    let _ = visit(&manager, &other, |_| (), &mut secrets).await;
    put(&*store, &key_of_one, Bytes::from_static(b"\xc1 is no format"), clock.now()).await;
    let _ = visit(&manager, &one, |_| (), &mut secrets).await;
    secrets.extend([key_of_one.as_str().to_owned(), key_of_other.as_str().to_owned()]);
    secrets.retain(|secret| !secret.is_empty());
    secrets
}

/// Around a login: it is repeated, gets a new id, ends with a goodbye, or is ended from another device.
async fn lose_answers(settings: ServerSide) -> Vec<String> {
    let session_limit = Some(SessionLimit { sessions: 2, ends: Trim::Newest });
    let manager = SessionManager::server_side(ServerSide { session_limit, ..settings }).unwrap();
    let mut secrets = Vec::new();
    let log_in = |session: &Session| {
        session.regenerate_id();
        fill(session);
    };
    let say_goodbye = |session: &Session| {
        session.clear();
        session.regenerate_id();
        session.flash(MARKERS[0], "info");
    };
    let visitor = visit(&manager, "", |session| session.insert_value(MARKERS[2], 1), &mut secrets).await;
    for _ in 0..3 {
        let _lost = visit(&manager, &visitor, log_in, &mut secrets).await;
    }
    let logged_in = visit(&manager, "", log_in, &mut secrets).await;
    let renewed = visit(&manager, &logged_in, Session::rotate_id, &mut secrets).await;
    let _ = visit(&manager, &logged_in, |session| session.insert_value("late", 1), &mut secrets).await;
    let _ = visit(&manager, &renewed, say_goodbye, &mut secrets).await;
    let listed = manager.sessions_of(MARKERS[1], None).await.unwrap();
    tracing::trace!(?listed);
    let _ = manager.end_sessions_of(MARKERS[1], None).await.unwrap();
    secrets.retain(|secret| !secret.is_empty());
    secrets
}

async fn begin(manager: &SessionManager, secrets: &mut Vec<String>) -> (String, StoreKey) {
    let cookie = visit(manager, "", fill, secrets).await;
    let session = manager.open([cookie.as_bytes()]).await.unwrap();
    (cookie, manager.store_key(&session).unwrap())
}

async fn put(store: &dyn Store, key: &StoreKey, payload: Bytes, now: UnixTime) {
    let seen = store.load(key, None, now).await.unwrap().unwrap();
    let entry = Entry::new(payload, Some(now.plus(super::HOUR)));
    assert!(matches!(
        store.write(Write::swap(key, &seen.revision, &entry), now).await.unwrap(),
        WriteOutcome::Saved(_)
    ));
}

fn fill(session: &Session) {
    session.insert_value(MARKERS[2], MARKERS[0]);
    session.set_owner(MARKERS[1]);
}

async fn visit(
    manager: &SessionManager,
    cookie: &str,
    handle: impl FnOnce(&Session),
    secrets: &mut Vec<String>,
) -> String {
    let session = manager.open([cookie.as_bytes()]).await.unwrap();
    handle(&session);
    // A program that logs them with `?`.
    tracing::trace!(?session, ?manager, key = ?manager.store_key(&session));
    let cookie = held(&manager.save(&session).await.unwrap()).unwrap_or_else(|| cookie.to_owned());
    secrets.extend(cookie.split_once('=').map(|(_, id)| id.to_owned()));
    cookie
}
