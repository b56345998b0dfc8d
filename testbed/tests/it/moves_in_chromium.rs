//! Sessions move from one kind to another, in a real browser, which goes from the real Flask to ours and back.
//!
//! To a browser all ports of a host have the same cookies, so that each program has one.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use dewar::clock::UnixTime;
use dewar::store::Memory;
use dewar::{ClientSide, SecretKeys, ServerSide, SessionManager};
use dewar_stores::cachelib::{Cachelib, CachelibOptions};
use dewar_testbed::{Framework, Server};
use thirtyfour::prelude::*;

use crate::chromium::{Chromium, Screen};
use crate::frameworks::on_each_framework;
use crate::twins::flask::Flask;

const SECRET: &str = "a key of at least thirty-two bytes, for tests";

/// A browser that visits one program after the other.
struct Person(Chromium);

impl Person {
    async fn reads(&self, program: SocketAddr, path: &str) -> String {
        // Not 127.0.0.1: `Secure` cookies work without https on `localhost`.
        self.0.page.goto(format!("http://localhost:{}{path}", program.port())).await.unwrap();
        self.0.page.find(By::Css("body")).await.unwrap().text().await.unwrap()
    }

    async fn cookies(&self) -> Vec<String> {
        let cookies = self.0.page.get_all_cookies().await.unwrap();
        cookies.into_iter().map(|cookie| cookie.name).collect()
    }

    /// Asks twice: the second request shows that the browser stored the cookie of the first response.
    async fn is_logged_in(&self, program: SocketAddr, what: &str, cookie: &str) {
        for _ in 0..2 {
            assert_eq!(self.reads(program, "/whoami").await, "zoe", "{what}");
            assert_eq!(self.cookies().await, [cookie], "{what}");
        }
    }
}

fn play(scene: impl AsyncFnOnce(&Person)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(chromium) = Chromium::start(Screen::Desk).await else { return };
        let person = Person(chromium);
        scene(&person).await;
        person.0.quit().await;
    });
}

fn keys() -> SecretKeys {
    SecretKeys::accepting_weak(SECRET).unwrap()
}

fn client_side(settings: ClientSide) -> SessionManager {
    SessionManager::client_side(settings).unwrap()
}

fn server_side(settings: ServerSide) -> SessionManager {
    SessionManager::server_side(settings).unwrap()
}

fn until() -> UnixTime {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    UnixTime::from_seconds(0).plus(now + Duration::from_secs(86_400))
}

fn serve(framework: Framework, present: &SessionManager, previous: &SessionManager) -> Server {
    Server::start(framework, present.clone().migrating_from(previous.clone(), until()))
}

/// Flask → sealed → a store → sealed → Flask → a store → Flask.
fn from_the_real_flask_to_sealed_into_a_store_and_each_way_back(framework: Framework) {
    let Some(real) = Flask::start_with("testbed", SECRET, &[("STORE", "cookie"), ("REAL_TIME", "1")]) else {
        return;
    };
    let flask = client_side(ClientSide::flask(keys()));
    let sealed = client_side(ClientSide::new(keys()));
    let store = server_side(ServerSide::new("shop", Arc::new(Memory::new())));
    let moves = [
        ("Flask to sealed", &flask, &sealed),
        ("sealed into a store", &sealed, &store),
        ("out of it into sealed", &store, &sealed),
        ("sealed to Flask", &sealed, &flask),
        ("Flask into a store", &flask, &store),
        ("out of it to Flask", &store, &flask),
    ];
    let programs = moves.map(|(_, from, to)| serve(framework, to, from));
    play(async |person| {
        assert_eq!(person.reads(real.address, "/login?u=zoe").await, "zoe");
        assert_eq!(person.cookies().await, ["session"]);
        for ((what, _, to), program) in moves.iter().zip(&programs) {
            person.is_logged_in(program.address, what, to.cookie_name()).await;
            if to.cookie_name() == flask.cookie_name() {
                person.is_logged_in(real.address, "the real Flask reads it", "session").await;
            }
        }
        let last = programs.last().unwrap().address;
        person.reads(last, "/logout").await;
        assert!(person.cookies().await.is_empty());
        assert_eq!(person.reads(real.address, "/whoami").await, "");
    });
}

/// The real Flask-Session's files → our records → sealed, and each way back.
fn from_the_real_flask_session_to_our_records_and_back(framework: Framework) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sessions");
    let url = format!("file://{}", path.display());
    let vars = [("STORE", url.as_str()), ("REAL_TIME", "1")];
    let Some(real) = Flask::start_with("testbed", SECRET, &vars) else { return };
    let flask_session = server_side(in_files(&path));
    let native = server_side(ServerSide::new("shop", Arc::new(Memory::new())));
    let sealed = client_side(ClientSide::new(keys()));
    let moves = [
        ("Flask-Session to our records", &flask_session, &native),
        ("our records to Flask-Session", &native, &flask_session),
        ("Flask-Session to sealed", &flask_session, &sealed),
        ("sealed to Flask-Session", &sealed, &flask_session),
    ];
    let programs = moves.map(|(_, from, to)| serve(framework, to, from));
    play(async |person| {
        assert_eq!(person.reads(real.address, "/login?u=zoe").await, "zoe");
        for ((what, _, to), program) in moves.iter().zip(&programs) {
            person.is_logged_in(program.address, what, to.cookie_name()).await;
            if to.cookie_name() == flask_session.cookie_name() {
                person.is_logged_in(real.address, "the real Flask-Session reads it", "session").await;
            }
        }
        assert_eq!(person.reads(real.address, "/logout").await, "");
        assert!(person.cookies().await.is_empty());
        for program in &programs {
            assert_eq!(person.reads(program.address, "/whoami").await, "");
        }
    });
}

fn in_files(path: &Path) -> ServerSide {
    let store = Cachelib::open(path, CachelibOptions::default()).unwrap();
    let settings = ServerSide::flask(Arc::new(store));
    let dewar::settings::RecordFormat::Flask(records) = settings.records.clone() else { unreachable!() };
    let records =
        dewar::settings::FlaskRecords { encoding: dewar::settings::FlaskEncoding::Pickle, ..records };
    ServerSide { records: dewar::settings::RecordFormat::Flask(records), ..settings }
}

on_each_framework!(
    from_the_real_flask_to_sealed_into_a_store_and_each_way_back,
    from_the_real_flask_session_to_our_records_and_back,
);
