//! From the command line to the session manager.

use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;

use dewar::cookie::{CookiePolicy, SameSite};
use dewar::error::SettingsError;
use dewar::settings::Revocation;
use dewar::store::Memory;
use dewar::{ClientSide, Lifetime, SecretKeys, ServerSide, SessionManager};

use super::place::Place;
use crate::args::{Demo, Format};
use crate::cmd::random_secret;
use crate::secrets::{self, Secrets};

/// Where the demo stores its sessions.
pub(super) enum Storage {
    InCookie(InCookie),
    InStore(InStore),
}

pub(super) struct InCookie {
    pub(super) secrets: Secrets,
    pub(super) settings: ClientSide,
    pub(super) format: Format,
    /// Only this run knows the secret: a restart logs everyone out.
    pub(super) secret_is_random: bool,
}

pub(super) struct InStore {
    pub(super) settings: ServerSide,
    pub(super) place: Place,
}

impl Storage {
    pub(super) fn manager(&self) -> Result<SessionManager, SettingsError> {
        match self {
            Self::InCookie(cookie) => SessionManager::client_side(cookie.settings.clone()),
            Self::InStore(store) => SessionManager::server_side(store.settings.clone()),
        }
    }

    pub(super) fn cookie(&self) -> &CookiePolicy {
        match self {
            Self::InCookie(cookie) => &cookie.settings.cookie,
            Self::InStore(store) => &store.settings.cookie,
        }
    }

    pub(super) fn lifetime(&self) -> &Lifetime {
        match self {
            Self::InCookie(cookie) => &cookie.settings.lifetime,
            Self::InStore(store) => &store.settings.lifetime,
        }
    }

    pub(super) fn is_sealed(&self) -> bool {
        matches!(self, Self::InCookie(InCookie { format: Format::Sealed, .. }))
    }

    /// Whether it is known whose a session is, so that all of a person's can be ended. Flask's cookie has no word for it but among
    /// the data.
    pub(super) fn knows_owners(&self) -> bool {
        !matches!(self, Self::InCookie(InCookie { format: Format::Flask, .. }))
    }

    /// Whether the sessions of a person can be listed. Memcached has no list of them, nor has the server of those in cookies.
    pub(super) fn lists_sessions(&self) -> bool {
        matches!(self, Self::InStore(store) if store.settings.store.owners().is_some())
    }
}

impl InCookie {
    pub(super) fn new(args: &Demo) -> Result<Self, Box<dyn Error>> {
        let secret = match &args.secret_file {
            Some(file) => secrets::read_file(file)?,
            None => random_secret()?.into_bytes(),
        };
        let format = args.format.unwrap_or(Format::Flask);
        let settings = client_side(SecretKeys::new(&secret)?, format, args.host);
        let secrets = Secrets::new(secret, Vec::new())?;
        Ok(Self { secrets, settings, format, secret_is_random: args.secret_file.is_none() })
    }
}

impl InStore {
    pub(super) fn new(place: Place) -> Self {
        let settings = ServerSide { cookie: insecure(), ..ServerSide::new("demo", Arc::clone(&place.store)) };
        Self { settings, place }
    }
}

fn client_side(keys: SecretKeys, format: Format, host: IpAddr) -> ClientSide {
    // Until when an owner's sessions do not count: remembered as long as this server runs.
    let sealed = |keys| ClientSide {
        revocation: Some(Revocation::new("demo", Arc::new(Memory::new()))),
        ..ClientSide::new(keys)
    };
    match format {
        Format::Flask => ClientSide { cookie: insecure(), ..ClientSide::flask(keys) },
        // This very machine is an exception to Chromium and Firefox, though not to Safari.
        Format::Sealed if host.is_loopback() => sealed(keys),
        Format::Sealed => ClientSide { cookie: insecure(), ..sealed(keys) },
    }
}

/// The demo speaks plain http, where a browser keeps no `Secure` cookie, and so no `__Host-` one either. A real site uses https, and
/// the library's defaults.
fn insecure() -> CookiePolicy {
    CookiePolicy { same_site: Some(SameSite::Lax), ..CookiePolicy::flask() }
}
