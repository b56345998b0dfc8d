//! Permissions of users.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use super::LoggedIn;

/// A role or permission: whether a user of the type `U` has it.
///
/// ```
/// use dewar::web::axum::Permission; // in actix-web, dewar::web::actix_web::Permission
///
/// struct User { is_admin: bool }
/// struct Admin;
///
/// impl Permission<User> for Admin {
///     fn allows(user: &User) -> bool {
///         user.is_admin
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a permission of the user type `{U}`",
    label = "not a `Permission<{U}>`",
    note = "say who has it: `impl Permission<{U}> for {Self} {{ fn allows(user: &{U}) -> bool {{ .. }} }}`"
)]
pub trait Permission<U> {
    /// Whether this user has it.
    fn allows(user: &U) -> bool;
}

/// The logged-in user with the [`Permission`] `P`. Other logged-in users get the status 403.
///
/// An extractor, and a guard for a whole router or scope: see [`web::axum`](crate::web::axum#logins) and
/// [`web::actix_web`](crate::web::actix_web#logins).
pub struct Allowed<U, P> {
    user: LoggedIn<U>,
    permission: PhantomData<fn() -> P>,
}

impl<U, P: Permission<U>> Allowed<U, P> {
    pub(in crate::web) fn check(user: LoggedIn<U>) -> Result<Self, Forbidden> {
        user.require(P::allows)?;
        Ok(Self { user, permission: PhantomData })
    }
}

impl<U, P> Deref for Allowed<U, P> {
    type Target = LoggedIn<U>;

    fn deref(&self) -> &LoggedIn<U> {
        &self.user
    }
}

impl<U: Clone, P> Clone for Allowed<U, P> {
    fn clone(&self) -> Self {
        Self { user: self.user.clone(), permission: PhantomData }
    }
}

/// Shows the user.
impl<U: fmt::Debug, P> fmt::Debug for Allowed<U, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Allowed").field(&self.user).finish()
    }
}

/// The response to a logged-in user without permission: the status 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forbidden;

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this user is not allowed to do that")
    }
}

impl std::error::Error for Forbidden {}
