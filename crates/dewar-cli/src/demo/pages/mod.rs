//! The pages, one file a scene.

mod cart;
mod email;
mod flash;
mod home;
mod inspector;
mod lifetime;
mod login;
mod race;
mod router;
mod sessions;

pub(super) use self::router::router;
