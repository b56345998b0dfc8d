//! What a program is served with.

use dewar::cookie::CookiePolicy;
use dewar::random::Random;
use dewar::{ClientSide, SecretKeys, SessionManager};

/// The managers and the layer's settings of a program.
#[derive(Debug, Clone)]
pub struct Site {
    /// The sessions of all routes.
    pub sessions: SessionManager,
    /// A second kind, inside of the first, below `/cart`.
    pub carts: SessionManager,
    /// The layer's setting of this name.
    pub save_after_server_error: bool,
    /// Whether failures have a page of the program's.
    pub has_error_page: bool,
}

impl Site {
    /// With the layer's defaults, and carts in sealed cookies.
    ///
    /// # Panics
    /// When the machine gives no random bytes.
    pub fn new(sessions: SessionManager) -> Self {
        Self { sessions, carts: carts(), save_after_server_error: true, has_error_page: false }
    }
}

#[expect(clippy::expect_used, reason = "a testbed without a key is of no use")]
fn carts() -> SessionManager {
    let secret = Random::system().bytes::<32>().expect("random bytes");
    let cookie = CookiePolicy { name: "cart".into(), secure: false, ..CookiePolicy::default() };
    let keys = SecretKeys::new(secret).expect("a key of random bytes");
    SessionManager::client_side(ClientSide { cookie, ..ClientSide::new(keys) }).expect("settings")
}
