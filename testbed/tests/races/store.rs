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
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        if self.records != Records::FlaskSession {
            return Vec::new();
        }
        let url = self.url.clone();
        let (session_type, setting, place) = match self.engine {
            Engine::Memory => panic!("Flask-Session stores nothing in memory"),
            Engine::Files => ("filesystem", "FLASK_SESSION_FILE_DIR", url.replace("file://", "")),
            // With four slashes before an absolute path.
            Engine::Sqlite => ("sqlalchemy", "FLASK_SESSION_SQLALCHEMY", url.replace("://", ":///")),
            // The options are ours.
            Engine::Postgres | Engine::MariaDb => {
                let url = url.split('?').next().unwrap_or_default().to_owned();
                ("sqlalchemy", "FLASK_SESSION_SQLALCHEMY", url)
            }
            Engine::Redis => ("redis", "FLASK_SESSION_REDIS", url),
            Engine::MongoDb => ("mongodb", "FLASK_SESSION_MONGODB", url),
            Engine::Memcached => ("memcached", "FLASK_SESSION_MEMCACHED", url),
        };
        vec![
            ("FLASK_SECRET_KEY", "5f0c19e2a7d84b3690fe21c7b58d4a63".to_owned()),
            ("FLASK_SESSION_TYPE", session_type.to_owned()),
            // Otherwise the files of live sessions are removed when there are many.
            ("FLASK_SESSION_FILE_THRESHOLD", "0".to_owned()),
            (setting, place),
        ]
    }
}
