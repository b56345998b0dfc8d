//! Users: registration, the check of a password, and which user owns a session.

use crate::{Database, Error, passwords};

/// A user, without the hash of the password, which no page needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Never given to another user.
    pub id: i64,
    /// The name that they log in with.
    pub name: String,
    /// Whether they run the shop.
    pub is_admin: bool,
}

/// What became of a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registered {
    /// The new user.
    User(User),
    /// What to tell the visitor.
    Refused(&'static str),
}

impl User {
    /// The owner of this user's sessions, for [`Session::log_in`](dewar::Session::log_in).
    #[must_use]
    pub fn owner(&self) -> String {
        format!("user:{}", self.id)
    }
}

type Row = (i64, String, bool);

fn user((id, name, is_admin): Row) -> User {
    User { id, name, is_admin }
}

impl Database {
    /// Adds a user. The first one runs the shop.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn register(&self, name: &str, password: String) -> Result<Registered, Error> {
        let name = name.trim();
        if !(1..=40).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            return Ok(Registered::Refused("A name has 1 to 40 characters."));
        }
        if let Some(refusal) = refused(&password) {
            return Ok(Registered::Refused(refusal));
        }
        let hash = passwords::hash(password).await?;
        let insert = "INSERT INTO users (name, password_hash, is_admin) VALUES (?, ?, NOT EXISTS (SELECT 1 FROM users)) \
                      ON CONFLICT (name) DO NOTHING RETURNING id, name, is_admin";
        let added: Option<Row> =
            sqlx::query_as(insert).bind(name).bind(hash).fetch_optional(&self.pool).await?;
        Ok(added.map_or(Registered::Refused("This name is taken."), |row| Registered::User(user(row))))
    }

    /// The user of this name and password.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn authenticate(&self, name: &str, password: String) -> Result<Option<User>, Error> {
        let select = "SELECT id, name, is_admin, password_hash FROM users WHERE name = ?";
        let found: Option<(i64, String, bool, String)> =
            sqlx::query_as(select).bind(name.trim()).fetch_optional(&self.pool).await?;
        let (user, hash) =
            found.map(|(id, name, is_admin, hash)| (User { id, name, is_admin }, hash)).unzip();
        Ok(if passwords::is_right(password, hash).await? { user } else { None })
    }

    /// The user who owns a session: [`User::owner`] backwards.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn user_of(&self, owner: &str) -> Result<Option<User>, Error> {
        let id = owner.strip_prefix("user:").and_then(|id| id.parse::<i64>().ok());
        let select = "SELECT id, name, is_admin FROM users WHERE id = ?";
        let found: Option<Row> = sqlx::query_as(select).bind(id).fetch_optional(&self.pool).await?;
        Ok(found.map(user))
    }

    /// Sets a new password. `Some` is what to tell the user: why it was not set.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn change_password(
        &self,
        user: &User,
        old: String,
        new: String,
    ) -> Result<Option<&'static str>, Error> {
        if self.authenticate(&user.name, old).await?.is_none() {
            return Ok(Some("That is not your password."));
        }
        if let Some(refusal) = refused(&new) {
            return Ok(Some(refusal));
        }
        let hash = passwords::hash(new).await?;
        let update = "UPDATE users SET password_hash = ? WHERE id = ?";
        sqlx::query(update).bind(hash).bind(user.id).execute(&self.pool).await?;
        Ok(None)
    }

    /// All users, in the order in which they registered.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn users(&self) -> Result<Vec<User>, Error> {
        let rows: Vec<Row> =
            sqlx::query_as("SELECT id, name, is_admin FROM users ORDER BY id").fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(user).collect())
    }
}

/// Why a password cannot be set. Long ones are good, but hashing a book is not.
fn refused(password: &str) -> Option<&'static str> {
    let is_fit = (10..=200).contains(&password.chars().count());
    (!is_fit).then_some("A password has 10 to 200 characters.")
}
