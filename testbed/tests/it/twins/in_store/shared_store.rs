//! Both programs over one store, at once: what one writes the other reads.

use std::net::SocketAddr;

use dewar::clock::Clock;
use dewar::settings::{FlaskEncoding, FlaskRecords, RecordFormat};
use dewar::{SecretKeys, ServerSide};
use dewar_testbed::{Framework, Server};

use super::engines::{Engine, Place};
use super::separate_stores::site;
use crate::browser::Browser;
use crate::twins::flask::Flask;
use crate::twins::pair::{NOW, SECRET};

/// The programs; the caller owns the store.
pub(super) struct Together {
    pub(super) flask: Flask,
    pub(super) ours: Server,
}

impl Together {
    /// Flask's program over the store of this URL, and ours with these settings, which are those of the same store.
    pub(super) fn start(
        framework: Framework,
        url: &str,
        encoding: FlaskEncoding,
        is_signed: bool,
        ours: impl Future<Output = ServerSide>,
    ) -> Option<Self> {
        let vars = [&[("STORE", url)], &vars(encoding, is_signed)[..]].concat();
        let flask = Flask::start_with("testbed", SECRET, &vars)?;
        let ours = async { ServerSide { clock: Clock::fixed(NOW), ..ours.await } };
        let ours = Server::start_with(framework, async { site(with(ours.await, encoding, is_signed)) });
        Some(Self { flask, ours })
    }

    /// The same over a server.
    pub(super) fn over(
        framework: Framework,
        engine: &dyn Engine,
        encoding: FlaskEncoding,
        is_signed: bool,
        ours: impl Future<Output = ServerSide>,
    ) -> Option<Self> {
        let flask = Flask::over(engine, Place::Shared, "testbed", &vars(encoding, is_signed))?;
        let ours = Server::start_with(framework, async { site(with(ours.await, encoding, is_signed)) });
        Some(Self { flask, ours })
    }

    /// Plays a scene on one, then on the other.
    pub(super) fn play_on_each(&self, scene: impl Fn(SocketAddr)) {
        scene(self.flask.address);
        scene(self.ours.address);
    }

    /// Every scene, begun on either.
    pub(super) fn play_all(&self) {
        for scene in [
            what_one_sets_the_other_gets,
            they_count_together,
            a_new_id_from_one_is_known_to_the_other,
            a_logout_on_one_is_a_logout_on_the_other,
            what_one_looks_at_the_other_still_has,
        ] {
            scene(self.flask.address, self.ours.address);
            scene(self.ours.address, self.flask.address);
        }
    }
}

/// Flask-Session's records in this encoding, ids signed or not.
pub(super) fn with(settings: ServerSide, encoding: FlaskEncoding, is_signed: bool) -> ServerSide {
    let signer = is_signed.then(|| SecretKeys::accepting_weak(SECRET).unwrap());
    let records = RecordFormat::Flask(FlaskRecords { encoding, signer, ..FlaskRecords::default() });
    ServerSide { records, ..settings }
}

/// The same for Flask's program.
fn vars(encoding: FlaskEncoding, is_signed: bool) -> Vec<(&'static str, &'static str)> {
    let format = if encoding == FlaskEncoding::Json { "json" } else { "msgpack" };
    [("FORMAT", format)].into_iter().chain(is_signed.then_some(("SIGNED", "1"))).collect()
}

/// The same browser at the other program.
fn moved(browser: &Browser, other: SocketAddr) -> Browser {
    Browser::new(other).with_cookie(browser.cookie())
}

fn what_one_sets_the_other_gets(one: SocketAddr, other: SocketAddr) {
    let mut here = Browser::new(one);
    here.get("/set?k=name&v=%E8%80%81%E7%8E%8B+%22%F0%9F%8D%B5");
    let mut there = moved(&here, other);
    assert_eq!(there.get("/get?k=name").body, "老王 \"🍵");
    there.get(&format!("/set?k=long&v={}", "x".repeat(3_000)));
    assert_eq!(here.get("/get?k=long").body, "x".repeat(3_000));
    assert_eq!(here.get("/get?k=name").body, "老王 \"🍵", "both values are there");
    assert_eq!(there.cookie(), here.cookie());
}

fn they_count_together(one: SocketAddr, other: SocketAddr) {
    let mut here = Browser::new(one);
    assert_eq!(here.get("/incr?k=n").body, "1");
    let mut there = moved(&here, other);
    for expected in [2, 4, 6, 8] {
        assert_eq!(there.get("/incr?k=n").body, expected.to_string());
        assert_eq!(here.get("/incr?k=n").body, (expected + 1).to_string());
    }
}

fn a_new_id_from_one_is_known_to_the_other(one: SocketAddr, other: SocketAddr) {
    let mut here = Browser::new(one);
    here.get("/login?u=zoe");
    let mut left_behind = moved(&here, other);
    assert_eq!(left_behind.get("/whoami").body, "zoe");
    here.get("/regenerate");
    assert_ne!(here.cookie(), left_behind.cookie());
    assert_eq!(moved(&here, other).get("/whoami").body, "zoe");
    assert_eq!(left_behind.get("/whoami").body, "", "the old id opens nothing");
    assert_eq!(left_behind.get("/set?k=a&v=1").body, "1");
    assert_ne!(left_behind.cookie(), here.cookie(), "nor back to the session");
}

fn a_logout_on_one_is_a_logout_on_the_other(one: SocketAddr, other: SocketAddr) {
    let mut here = Browser::new(one);
    here.get("/login?u=zoe");
    let mut there = moved(&here, other);
    assert_eq!(there.get("/whoami").body, "zoe");
    assert_eq!(there.get("/logout").status, 200);
    assert_eq!(there.cookie(), None);
    assert_eq!(here.get("/whoami").body, "");
    here.get("/set?k=a&v=1");
    assert_eq!(here.get("/whoami").body, "", "nothing is revived");
}

/// Each request moves the end, which for Flask-Session means that it writes the record anew.
fn what_one_looks_at_the_other_still_has(one: SocketAddr, other: SocketAddr) {
    let mut here = Browser::new(one);
    here.get("/login?u=zoe");
    let mut there = moved(&here, other);
    for path in ["/touchless", "/whoami", "/contains?k=u"] {
        there.get(path);
        here.get(path);
    }
    assert_eq!((here.get("/whoami").body, there.get("/whoami").body), ("zoe".to_owned(), "zoe".to_owned()));
}
