//! What a testbed is told of its store.

use crate::engine::Engine;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Records {
    Native,
    /// Flask-Session's records, in Dewar's own table, keys or files.
    Flask,
    /// Flask-Session's records where Flask-Session has them, such as the table of SQLAlchemy.
    FlaskSession,
}

#[derive(Debug, Clone)]
pub(crate) struct Store {
    pub(crate) engine: Engine,
    pub(crate) url: String,
    pub(crate) records: Records,
}

impl Store {
    /// Whether the sessions of an owner can be listed. Flask-Session has no owners.
    pub(crate) fn knows_owners(&self) -> bool {
        self.engine.knows_owners() && self.records != Records::FlaskSession
    }

    /// Whether a logout leaves a tombstone under each id that the session had.
    pub(crate) fn follows_ids(&self) -> bool {
        self.records == Records::Native
    }

    /// The arguments of a testbed.
    pub(crate) fn arguments(&self) -> [&str; 4] {
        match self.records {
            Records::Native => ["--store", &self.url, "--records", "native"],
            Records::Flask => ["--store", &self.url, "--records", "flask"],
            Records::FlaskSession => ["--store", "settings", "--records", "flask"],
        }
    }

    /// Its environment: Flask-Session's settings for the same place.
    pub(crate) fn variables(&self) -> Vec<(&'static str, &str)> {
        let of_engine = match self.engine {
            _ if self.records != Records::FlaskSession => return Vec::new(),
            Engine::Redis => [("FLASK_SESSION_TYPE", "redis"), ("FLASK_SESSION_REDIS", &*self.url)],
            Engine::MongoDb => [("FLASK_SESSION_TYPE", "mongodb"), ("FLASK_SESSION_MONGODB", &self.url)],
            Engine::Memcached => {
                [("FLASK_SESSION_TYPE", "memcached"), ("FLASK_SESSION_MEMCACHED", &self.url)]
            }
            Engine::Sqlite | Engine::Postgres | Engine::MariaDb => {
                [("FLASK_SESSION_TYPE", "sqlalchemy"), ("FLASK_SESSION_SQLALCHEMY", &self.url)]
            }
            Engine::Memory | Engine::Files => panic!("not raced with Flask-Session's settings"),
        };
        let key = ("FLASK_SECRET_KEY", "5f0c19e2a7d84b3690fe21c7b58d4a63");
        of_engine.into_iter().chain([key]).collect()
    }
}
