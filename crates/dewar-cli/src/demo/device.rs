//! From where a person visits, as coarse as a person needs to tell their own devices apart.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use dewar::Session;

/// The labels of the client that sends a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Visitor {
    browser: String,
    address: String,
}

impl Visitor {
    /// Puts the labels on the session.
    pub(super) fn label(&self, session: &Session) {
        session.set_device(self.browser.as_str(), self.address.as_str());
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        Ok(Self {
            browser: browser(user_agent.unwrap_or_default()),
            address: peer.map_or_else(|| "an unknown address".to_owned(), address),
        })
    }
}

/// What a `User-Agent` says of a browser; the first that fits, since browsers name those that they resemble, too.
const BROWSERS: [(&str, &str); 12] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("ureq/", "ureq"),
];

const SYSTEMS: [(&str, &str); 8] = [
    ("Android", "Android"),
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// Such as "Firefox on Linux".
fn browser(user_agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
    };
    let browser = find(&BROWSERS).unwrap_or("An unknown browser");
    match find(&SYSTEMS) {
        Some(system) => format!("{browser} on {system}"),
        None => browser.to_owned(),
    }
}

/// The network, not the machine in it: 24 bits of an IPv4 address, 48 of an IPv6 one.
fn address(peer: IpAddr) -> String {
    match peer.to_canonical() {
        peer if peer.is_loopback() => "this machine".to_owned(),
        IpAddr::V4(peer) if peer.is_private() || peer.is_link_local() => "the local network".to_owned(),
        IpAddr::V6(peer) if peer.is_unique_local() || peer.is_unicast_link_local() => {
            "the local network".to_owned()
        }
        IpAddr::V4(peer) => {
            let [a, b, c, _] = peer.octets();
            format!("{a}.{b}.{c}.…")
        }
        IpAddr::V6(peer) => {
            let [a, b, c, ..] = peer.segments();
            format!("{a:x}:{b:x}:{c:x}:…")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_and_systems() {
        for (user_agent, label) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/139.0 Mobile/15E148 Safari/604.1",
                "Chrome on an iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/139.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("curl/8.14.1", "curl"),
            ("", "An unknown browser"),
            ("<script>alert(1)</script>", "An unknown browser"),
        ] {
            assert_eq!(browser(user_agent), label, "{user_agent}");
        }
    }

    #[test]
    fn addresses_are_coarse() {
        for (peer, label) in [
            ("127.0.0.1", "this machine"),
            ("::1", "this machine"),
            ("::ffff:127.0.0.1", "this machine"),
            ("192.168.7.9", "the local network"),
            ("fe80::1", "the local network"),
            ("fd00::1", "the local network"),
            ("203.0.113.77", "203.0.113.…"),
            ("::ffff:203.0.113.77", "203.0.113.…"),
            ("2001:db8:7:8:9::1", "2001:db8:7:…"),
        ] {
            assert_eq!(address(peer.parse().unwrap()), label, "{peer}");
        }
    }
}
