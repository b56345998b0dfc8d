//! From the command line to the session manager.

use std::error::Error;
use std::net::IpAddr;

use dewar::cookie::{CookiePolicy, SameSite};
use dewar::{ClientSide, Lifetime, SecretKeys};

use crate::args::{Demo, Format};
use crate::cmd::random_secret;
use crate::secrets::{self, Secrets};

/// What the demo runs with.
pub(super) struct Settings {
    pub(super) secrets: Secrets,
    pub(super) sessions: ClientSide,
    pub(super) format: Format,
    /// Nobody but this run knows the secret: a restart logs everybody out.
    pub(super) secret_is_random: bool,
}

impl Settings {
    pub(super) fn new(args: &Demo) -> Result<Self, Box<dyn Error>> {
        let secret = match &args.secret_file {
            Some(file) => secrets::read_file(file)?,
            None => random_secret()?.into_bytes(),
        };
        let sessions = sessions(SecretKeys::new(&secret)?, args.format, args.host);
        let secrets = Secrets::new(secret, Vec::new())?;
        Ok(Self { secrets, sessions, format: args.format, secret_is_random: args.secret_file.is_none() })
    }

    pub(super) fn lifetime(&self) -> &Lifetime {
        &self.sessions.lifetime
    }
}

fn sessions(keys: SecretKeys, format: Format, host: IpAddr) -> ClientSide {
    // The demo speaks plain http, where a browser keeps no `Secure` cookie, and so no `__Host-` one either. Only this very machine is
    // an exception to Chromium and Firefox (though not to Safari). A real site uses https, and the library's defaults.
    let insecure = || CookiePolicy { same_site: Some(SameSite::Lax), ..CookiePolicy::flask() };
    match format {
        Format::Flask => ClientSide { cookie: insecure(), ..ClientSide::flask(keys) },
        Format::Sealed if host.is_loopback() => ClientSide::new(keys),
        Format::Sealed => ClientSide { cookie: insecure(), ..ClientSide::new(keys) },
    }
}
