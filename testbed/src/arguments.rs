//! The command line of a program.

use dewar::config::Config;
use dewar::random::Random;
use dewar::{ClientSide, CookiePolicy, SecretKeys, ServerSide, SessionManager};

/// The arguments.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    /// The port to listen on; 0: any free one.
    pub port: u16,
    /// `cookie`, a URL, or `settings`: those in the environment, under Flask's names.
    pub store: String,
    /// Whether records are those of Flask-Session.
    pub is_flask: bool,
}

impl Arguments {
    /// Reads the words of the command line, without the name of the program.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self { port: 5000, store: "cookie".to_owned(), is_flask: false };
        while let Some(name) = words.next() {
            let value = words.next().ok_or(format!("{name}: a value is missing"))?;
            match (name.as_str(), value.as_str()) {
                ("--port", text) => {
                    arguments.port = text.parse().map_err(|_| format!("--port {text}: not a port"))?;
                }
                ("--store", _) => arguments.store = value,
                ("--records", "native") => arguments.is_flask = false,
                ("--records", "flask") => arguments.is_flask = true,
                ("--records", other) => {
                    return Err(format!("--records {other}: there are native and flask"));
                }
                _ => return Err(format!("{name}: unknown; there are --port, --store and --records")),
            }
        }
        Ok(arguments)
    }

    /// The sessions of such a program.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub async fn sessions(&self) -> Result<SessionManager, Box<dyn std::error::Error>> {
        // Without `Secure`: clients in tests speak plain HTTP.
        let cookie = CookiePolicy { name: "session".into(), secure: false, ..CookiePolicy::default() };
        if self.store == "cookie" {
            let keys = match std::env::var("SECRET_KEY") {
                Ok(secret) => SecretKeys::new(secret)?,
                Err(_) => SecretKeys::new(Random::system().bytes::<32>()?)?,
            };
            return Ok(SessionManager::client_side(ClientSide { cookie, ..ClientSide::new(keys) })?);
        }
        if self.store == "settings" {
            let config = Config::from_env()?;
            let settings = config.server_side(dewar_stores::from_config(&config).await?)?;
            return Ok(SessionManager::server_side(ServerSide { cookie, ..settings })?);
        }
        let store = dewar_stores::open(&self.store).await?;
        let settings = if self.is_flask { ServerSide::flask(store) } else { ServerSide::new("shop", store) };
        Ok(SessionManager::server_side(ServerSide { cookie, ..settings })?)
    }
}
