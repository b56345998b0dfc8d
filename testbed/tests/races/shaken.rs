//! A server behind a proxy that delays, cuts and swallows at random: acknowledged writes are stored nevertheless.

use dewar_servers::{Proxy, Trouble, Troubles};
use dewar_testbed::Framework;

use crate::engine::{Durability, Engine};
use crate::lost_answers;
use crate::run::{Outcome, Run};
use crate::server::Server;
use crate::site::Site;
use crate::store::{Records, Store};

/// Each engine, its records, and the logins.
const SITES: [(Engine, Records, f64); 10] = [
    (Engine::Redis, Records::Native, 500.0),
    (Engine::Redis, Records::Flask, 100.0),
    (Engine::Postgres, Records::Native, 200.0),
    (Engine::Postgres, Records::FlaskSession, 100.0),
    (Engine::MariaDb, Records::Native, 200.0),
    (Engine::MariaDb, Records::FlaskSession, 100.0),
    (Engine::MongoDb, Records::Native, 200.0),
    (Engine::MongoDb, Records::FlaskSession, 100.0),
    (Engine::Memcached, Records::Native, 200.0),
    (Engine::Memcached, Records::FlaskSession, 100.0),
];

pub(crate) fn race(run: &mut Run) {
    for (engine, records, logins) in SITES {
        let race = match records {
            Records::Native => "shaken_native",
            Records::Flask => "shaken_flask_records",
            Records::FlaskSession => "shaken_flask_session",
        };
        if !run.wants(engine.name(), race) {
            continue;
        }
        let seed = run.seed;
        let Some(shaken) = run.prepare(engine.name(), || Shaken::start(engine, records, seed)) else {
            continue;
        };
        let logins = (logins * run.scale).round().max(1.0) as usize;
        run.race(engine.name(), race, shaken.race(logins, seed));
    }
}

/// The proxy fails once the processes have opened the store.
struct Shaken {
    site: Site,
    proxy: Proxy,
    _server: Box<dyn Server>,
}

impl Shaken {
    fn start(engine: Engine, records: Records, seed: u64) -> Option<Self> {
        let server = engine.server(Durability::Any)?;
        let proxy = Proxy::start(server.port(), Trouble::now_and_then(seed)).unwrap();
        proxy.calm_down();
        let url = server.url_at(proxy.port());
        let site = Site::at(Store { engine, url, records }, &Framework::ALL);
        proxy.stir_up();
        Some(Self { site, proxy, _server: server })
    }

    async fn race(self, logins: usize, seed: u64) -> Outcome {
        let outcome = lost_answers::race(&self.site, logins, seed).await;
        let Troubles { delayed, cut, swallowed } = self.proxy.troubles();
        let trouble = format!("{delayed} pieces delayed, {cut} connections cut, {swallowed} silent");
        match outcome {
            Ok(figures) => Ok(format!("{figures}; {trouble}")),
            Err(figures) => Err(format!("{figures}; {trouble}")),
        }
    }
}
