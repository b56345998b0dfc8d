//! One program twice, each with a database of its own in one Redis.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use dewar::clock::Clock;
use dewar::{ServerSide, SessionManager};
use dewar_servers::{Redis, python};
use dewar_stores::RedisOptions;
use dewar_testbed::{Framework, Server, Site};

use super::essence;
use super::records::{Record, records};
use crate::browser::Browser;
use crate::http_client::Answer;
use crate::twins::flask::Flask;
use crate::twins::pair::{NOW, SECRET};

/// The numbers of the databases.
pub(super) const THEIRS: u32 = 1;
pub(super) const OURS: u32 = 2;

/// The program, by Flask and by us.
pub(super) struct Apart {
    pub(super) flask: Flask,
    pub(super) ours: Server,
    pub(super) redis: Redis,
    pub(super) prefix: &'static str,
    /// The lifetime of sessions.
    pub(super) seconds: i64,
}

impl Apart {
    /// Both programs; `None` where there is no Flask or no Redis. Sessions are stored for 31 days, under `session:`.
    pub(super) fn start(name: &str, app: impl FnOnce(ServerSide) -> Router) -> Option<Self> {
        let serve = |redis: &Redis| Server::of_router(async { app(settings_over(redis, OURS).await) });
        Self::with(name, &[], serve)
    }

    /// The testbed on this framework, with settings over Flask-Session's defaults.
    pub(super) fn testbed(
        framework: Framework,
        vars: &[(&str, &str)],
        change: impl FnOnce(ServerSide) -> ServerSide,
    ) -> Option<Self> {
        let serve = |redis: &Redis| {
            Server::start_with(framework, async { site(change(settings_over(redis, OURS).await)) })
        };
        Self::with("testbed", vars, serve)
    }

    fn with(name: &str, vars: &[(&str, &str)], serve: impl FnOnce(&Redis) -> Server) -> Option<Self> {
        python()?;
        let redis = Redis::for_test()?;
        let url = url(&redis, THEIRS);
        let flask = Flask::start_with(name, SECRET, &[vars, &[("STORE", &url)]].concat())?;
        let ours = serve(&redis);
        Some(Self { flask, ours, redis, prefix: "session:", seconds: 31 * 24 * 60 * 60 })
    }

    /// Plays a scene in a new browser on each, in an empty database, and returns the answers of both, and what both then store.
    #[track_caller]
    pub(super) fn play<const N: usize>(
        &self,
        scene: impl Fn(Browser) -> [Answer; N],
    ) -> ([Answer; N], Vec<Record>) {
        let (theirs, stored_by_them) = self.play_on(self.flask.address, THEIRS, &scene);
        let (ours, stored_by_us) = self.play_on(self.ours.address, OURS, &scene);
        for (step, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            assert_eq!(essence(ours), essence(theirs), "step {step}: ours, Flask's");
        }
        assert_eq!(stored_by_us, stored_by_them, "what is stored: by us, by Flask-Session");
        (ours, stored_by_us)
    }

    fn play_on<T>(
        &self,
        server: SocketAddr,
        database: u32,
        scene: impl Fn(Browser) -> T,
    ) -> (T, Vec<Record>) {
        self.redis.command(&["-n", &database.to_string(), "FLUSHDB"]).unwrap();
        let begun = Instant::now();
        let answers = scene(Browser::new(server));
        let stored = records(&self.redis, database, self.prefix, self.seconds, begun);
        (answers, stored)
    }
}

/// The testbed with these sessions.
pub(super) fn site(settings: ServerSide) -> Site {
    Site::new(SessionManager::server_side(settings).unwrap())
}

/// A database of this server, as both sides name it.
pub(super) fn url(redis: &Redis, database: u32) -> String {
    redis.url().replace("/0", &format!("/{database}"))
}

/// Flask-Session's defaults over a database, with a clock that stands still.
pub(super) async fn settings_over(redis: &Redis, database: u32) -> ServerSide {
    // A server on a busy machine may be slow.
    let timeout = Duration::from_secs(10);
    let options = RedisOptions { owner_index: false, timeout, ..RedisOptions::default() };
    let store = dewar_stores::Redis::open(&url(redis, database), options).await.unwrap();
    ServerSide { clock: Clock::fixed(NOW), ..ServerSide::flask(Arc::new(store)) }
}
