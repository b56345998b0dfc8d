//! Who is logged in: how Dewar loads the shop's users, and what an admin is.

use std::ops::Deref;

use actix_web::web::Data;
use actix_web::{Error, FromRequest as _, HttpRequest};
use dewar::web::actix_web::{Permission, SessionUser};
use shop::{Database, User};

use crate::pages::failed;

/// A user of the shop. A type of this crate, so that it can implement Dewar's trait.
#[derive(Clone)]
pub(crate) struct Customer(pub(crate) User);

impl Deref for Customer {
    type Target = User;

    fn deref(&self) -> &User {
        &self.0
    }
}

impl SessionUser for Customer {
    type Error = Error;
    const LOGIN_PAGE: Option<&'static str> = Some("/login");

    async fn load(owner: &str, request: &HttpRequest) -> Result<Option<Self>, Error> {
        let database = Data::<Database>::extract(request).await?;
        Ok(database.user_of(owner).await.map_err(failed)?.map(Self))
    }
}

/// The permission to see all users and orders.
pub(crate) struct Admin;

impl Permission<Customer> for Admin {
    fn allows(user: &Customer) -> bool {
        user.is_admin
    }
}
