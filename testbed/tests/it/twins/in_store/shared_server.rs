//! One place on a server for both.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use dewar::ServerSide;
use dewar::clock::UnixTime;
use dewar::settings::FlaskEncoding;
use dewar::store::{AsyncStore, Store, StoreError, StoreKey, Stored, Touch, Write, WriteOutcome};
use dewar_servers::python;
use dewar_testbed::Framework;

use super::engines::{Engine, Kind, Place, PythonClient};
use super::separate_stores::settings_over;
use super::shared_store::Together;
use crate::browser::Browser;
use crate::frameworks::on_each_framework;

fn play(kind: Kind, framework: Framework, encoding: FlaskEncoding, is_signed: bool) {
    if python().is_none() {
        return;
    }
    let Some(engine) = kind.start() else { return };
    let ours = settings_over(&*engine, Place::Shared);
    let Some(both) = Together::over(framework, &*engine, encoding, is_signed, ours) else { return };
    both.play_all();
}

fn they_share_messagepack(framework: Framework) {
    play(Kind::Redis, framework, FlaskEncoding::MsgPack, false);
}

fn they_share_json(framework: Framework) {
    play(Kind::Redis, framework, FlaskEncoding::Json, false);
}

fn they_share_messagepack_under_signed_ids(framework: Framework) {
    play(Kind::Redis, framework, FlaskEncoding::MsgPack, true);
}

fn they_share_json_under_signed_ids(framework: Framework) {
    play(Kind::Redis, framework, FlaskEncoding::Json, true);
}

fn a_logout_there_is_not_undone_here(framework: Framework) {
    a_slow_request(Kind::Redis, framework);
}

on_each_framework!(
    they_share_messagepack,
    they_share_json,
    they_share_messagepack_under_signed_ids,
    they_share_json_under_signed_ids,
    a_logout_there_is_not_undone_here,
);

/// On the others each framework plays one of the four.
fn they_share(kind: Kind) {
    play(kind, Framework::Axum, FlaskEncoding::MsgPack, false);
    play(kind, Framework::ActixWeb, FlaskEncoding::Json, true);
}

/// Under Flask-Session a request that is slower than a logout brings the session back (rule `nothing-is-revived`).
fn a_slow_request(kind: Kind, framework: Framework) {
    if python().is_none() {
        return;
    }
    let Some(engine) = kind.start() else { return };
    let opened = Arc::new(AtomicUsize::new(0));
    let ours = watched(&*engine, &opened);
    let Some(both) = Together::over(framework, &*engine, FlaskEncoding::MsgPack, false, ours) else { return };
    let mut there = Browser::new(both.flask.address);
    there.get("/login?u=zoe");
    let mut here = Browser::new(both.ours.address).with_cookie(there.cookie());
    let slow = std::thread::spawn(move || here.get("/slow?k=a&v=1&ms=500"));
    let begun = Instant::now();
    while opened.load(Ordering::Relaxed) == 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "our program opens no session");
    }
    there.get("/logout");
    let answer = slow.join().unwrap();
    assert_eq!((answer.status, answer.all("set-cookie").len()), (200, 0));
    assert!(engine.stored(Place::Shared).is_empty());
}

async fn watched(engine: &dyn Engine, opened: &Arc<AtomicUsize>) -> ServerSide {
    let settings = settings_over(engine, Place::Shared).await;
    let store = Watched { store: engine.open(Place::Shared).await, opened: Arc::clone(opened) };
    ServerSide { clock: settings.clock, ..ServerSide::flask(store) }
}

/// Counts the sessions that were opened.
#[derive(Debug)]
struct Watched {
    store: Arc<dyn Store>,
    opened: Arc<AtomicUsize>,
}

impl AsyncStore for Watched {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let found = self.store.load(key, touch, now).await;
        self.opened.fetch_add(1, Ordering::Relaxed);
        found
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        self.store.write(write, now).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        self.store.touch(key, expires, now).await
    }
}

/// Both for each kind of server.
macro_rules! on_each_server {
    ($($name:ident: $kind:expr),+ $(,)?) => {
        $(
            mod $name {
                use super::*;

                #[test]
                fn they_share() {
                    super::they_share($kind);
                }

                #[test]
                fn a_logout_there_is_not_undone_here() {
                    a_slow_request($kind, Framework::Axum);
                }
            }
        )+
    };
}

on_each_server!(
    postgres: Kind::Postgres,
    mariadb: Kind::MariaDb,
    mongodb: Kind::MongoDb,
    pymemcache: Kind::Memcached(PythonClient::Pymemcache),
    pylibmc: Kind::Memcached(PythonClient::Pylibmc),
    python_memcached: Kind::Memcached(PythonClient::PythonMemcached),
);
