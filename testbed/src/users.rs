//! The users of the testbed, and what a session holds of a guest.

use std::fmt;

use dewar::session::SessionData;
use dewar::web::axum::Permission;
use serde::{Deserialize, Serialize};

/// A user who can be loaded by the owner of a session.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) name: String,
}

/// The user's database does not answer.
#[derive(Debug)]
pub(crate) struct DatabaseDown;

impl User {
    /// Where pages for users send visitors; pages without one answer 401.
    pub(crate) const LOGIN_PAGE: &str = "/welcome?lang=en";

    /// `user:NAME` is a user. `user:deleted` is none any more, and `user:unknown` cannot be loaded.
    pub(crate) fn find(owner: &str) -> Result<Option<Self>, DatabaseDown> {
        match owner.strip_prefix("user:") {
            Some("unknown") => Err(DatabaseDown),
            Some("deleted") | None => Ok(None),
            Some(name) => Ok(Some(Self { name: name.to_owned() })),
        }
    }
}

impl fmt::Display for DatabaseDown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the users' database does not answer")
    }
}

/// The same user, for pages that send visitors to the login page.
#[derive(Debug, Clone)]
pub(crate) struct Customer(pub(crate) User);

/// The permission of the office.
pub(crate) struct Admin;

/// It is the same trait in each framework.
impl Permission<User> for Admin {
    fn allows(user: &User) -> bool {
        user.name == "ada"
    }
}

/// A typed session.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Guest {
    pub(crate) visits: u32,
    pub(crate) cart: Vec<String>,
}

impl SessionData for Guest {}
