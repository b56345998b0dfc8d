//! What the shops in axum and in actix-web share: users, goods, orders, pages. Nothing here knows a web framework.

mod browser_name;
mod database;
mod error;
mod goods;
mod orders;
mod pages;
mod passwords;
mod settings;
mod shopping;
mod users;

pub use self::browser_name::browser_name;
pub use self::database::Database;
pub use self::error::Error;
pub use self::goods::{Article, GOODS};
pub use self::orders::OrderRow;
pub use self::pages::{Pages, STYLE};
pub use self::settings::Settings;
pub use self::shopping::{Order, Shopping};
pub use self::users::{Registered, User};
