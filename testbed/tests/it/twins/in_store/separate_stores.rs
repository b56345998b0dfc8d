//! One program twice, each with a place of its own in one engine.

use std::net::SocketAddr;
use std::time::Instant;

use axum::Router;
use dewar::clock::Clock;
use dewar::{ServerSide, SessionManager};
use dewar_servers::python;
use dewar_testbed::{Framework, Server, Site};

use super::engines::{Engine, Kind, Place};
use super::essence;
use super::records::{Record, records};
use crate::browser::Browser;
use crate::http_client::Answer;
use crate::twins::flask::Flask;
use crate::twins::pair::{NOW, SECRET};

/// The program, by Flask and by us.
pub(super) struct Apart {
    pub(super) flask: Flask,
    pub(super) ours: Server,
    pub(super) engine: Box<dyn Engine>,
    pub(super) prefix: &'static str,
    /// The lifetime of sessions.
    pub(super) seconds: i64,
}

impl Apart {
    /// Both programs over Redis; `None` where there is no Flask or no Redis. Sessions are stored for 31 days, under `session:`.
    pub(super) fn start(name: &str, app: impl FnOnce(ServerSide) -> Router) -> Option<Self> {
        let serve =
            |engine: &dyn Engine| Server::of_router(async { app(settings_over(engine, Place::Ours).await) });
        Self::with(Kind::Redis, name, &[], serve)
    }

    /// The testbed on this framework, with settings over Flask-Session's defaults.
    pub(super) fn testbed(
        kind: Kind,
        framework: Framework,
        vars: &[(&str, &str)],
        change: impl FnOnce(ServerSide) -> ServerSide,
    ) -> Option<Self> {
        let serve = |engine: &dyn Engine| {
            let settings = settings_over(engine, Place::Ours);
            Server::start_with(framework, async { site(change(settings.await)) })
        };
        Self::with(kind, "testbed", vars, serve)
    }

    fn with(
        kind: Kind,
        name: &str,
        vars: &[(&str, &str)],
        serve: impl FnOnce(&dyn Engine) -> Server,
    ) -> Option<Self> {
        python()?;
        let engine = kind.start()?;
        let flask = Flask::over(&*engine, Place::Theirs, name, vars)?;
        let ours = serve(&*engine);
        Some(Self { flask, ours, engine, prefix: "session:", seconds: 31 * 24 * 60 * 60 })
    }

    /// Plays a scene in a new browser on each, in an empty place, and returns the answers of both, and what both then store.
    #[track_caller]
    pub(super) fn play<const N: usize>(
        &self,
        scene: impl Fn(Browser) -> [Answer; N],
    ) -> ([Answer; N], Vec<Record>) {
        let (theirs, stored_by_them) = self.play_on(self.flask.address, Place::Theirs, &scene);
        let (ours, stored_by_us) = self.play_on(self.ours.address, Place::Ours, &scene);
        for (step, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            let [ours, theirs] =
                [ours, theirs].map(|answer| essence(answer, !self.engine.ends_records_itself()));
            assert_eq!(ours, theirs, "step {step}: ours, Flask's");
        }
        assert_eq!(stored_by_us, stored_by_them, "what is stored: by us, by Flask-Session");
        let [layout, theirs] = [Place::Ours, Place::Theirs].map(|place| self.engine.layout(place));
        assert_eq!(layout.replace("ours", "theirs"), theirs, "how it is stored: by us, by Flask-Session");
        (ours, stored_by_us)
    }

    fn play_on<T>(&self, server: SocketAddr, place: Place, scene: impl Fn(Browser) -> T) -> (T, Vec<Record>) {
        self.engine.empty(place);
        let begun = Instant::now();
        let answers = scene(Browser::new(server));
        let stored = records(self.engine.stored(place), self.prefix, self.seconds, begun);
        (answers, stored)
    }
}

impl Flask {
    /// A program with its sessions there. Its clock stands still, unless that of the engine ends its records.
    pub(super) fn over(engine: &dyn Engine, place: Place, name: &str, vars: &[(&str, &str)]) -> Option<Self> {
        let url = engine.url_for_flask(place);
        let mut vars = [vars, &[("STORE", &*url)]].concat();
        vars.extend(engine.ends_records_itself().then_some(("REAL_TIME", "1")));
        Self::start_with(name, SECRET, &vars)
    }
}

/// The testbed with these sessions.
pub(super) fn site(settings: ServerSide) -> Site {
    Site::new(SessionManager::server_side(settings).unwrap())
}

/// Flask-Session's defaults over a place, with a clock that stands still, unless that of the engine ends records.
pub(super) async fn settings_over(engine: &dyn Engine, place: Place) -> ServerSide {
    let clock = if engine.ends_records_itself() { Clock::system() } else { Clock::fixed(NOW) };
    ServerSide { clock, ..ServerSide::flask(engine.open(place).await) }
}
