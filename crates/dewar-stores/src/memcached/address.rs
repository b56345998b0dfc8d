//! The addresses of the servers, from a URL.

use std::fmt;
use std::path::PathBuf;

use super::placement::MemcachedPlacement;
use crate::OpenError;

/// The contents of a URL.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Addresses {
    pub(super) places: Vec<Place>,
    pub(super) placement: Option<MemcachedPlacement>,
}

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Tcp { host: String, port: u16 },
    Socket(PathBuf),
}

impl Addresses {
    /// Parses `memcached://host1:11211,host2:11211?placement=pymemcache`. In place of a host there may be the path of a Unix socket.
    pub(super) fn parse(url: &str) -> Result<Self, OpenError> {
        let rest = url.split_once("://").filter(|(scheme, _)| scheme.eq_ignore_ascii_case("memcached"));
        let (_, rest) = rest.ok_or_else(|| wrong("must be like"))?;
        let (servers, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        if servers.contains('@') {
            return Err(OpenError::wrong_url(
                "the URL of Memcached has a user or a password, which cannot be used: protect the servers by their network, and leave both out",
            ));
        }
        let places = servers.split(',').map(Place::parse).collect::<Result<Vec<_>, _>>()?;
        if places.iter().enumerate().any(|(number, place)| places.iter().take(number).any(|it| it == place)) {
            return Err(OpenError::wrong_url("the URL of Memcached names a server twice: name each once"));
        }
        Ok(Self { places, placement: placement(parameters)? })
    }
}

fn placement(parameters: &str) -> Result<Option<MemcachedPlacement>, OpenError> {
    let mut placement = None;
    for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if name != "placement" {
            let name: String = name.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
            return Err(OpenError::wrong_url(format!(
                "the URL of Memcached has an unknown parameter, {name}: the only one is placement"
            )));
        }
        placement = Some(MemcachedPlacement::from_name(value).ok_or_else(|| {
            OpenError::wrong_url(
                "the placement in the URL of Memcached must be pymemcache, pylibmc or python-memcached",
            )
        })?);
    }
    Ok(placement)
}

impl Place {
    fn parse(text: &str) -> Result<Self, OpenError> {
        if text.starts_with('/') && text.len() > 1 {
            return Ok(Self::Socket(text.into()));
        }
        let text = text.strip_suffix('/').unwrap_or(text);
        let (host, port) = match text.strip_prefix('[').and_then(|text| text.split_once(']')) {
            Some((host, port)) => (host, port.strip_prefix(':')),
            None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
        };
        let port = match port {
            None => Some(11211),
            Some(port) => port.parse().ok().filter(|port| *port > 0),
        };
        let is_host = |letter: char| letter.is_ascii_alphanumeric() || "-._:".contains(letter);
        match port {
            _ if host.is_empty() => Err(wrong("has a server without a host: it must be like")),
            None => Err(wrong("has a wrong port: it must be like")),
            Some(_) if !host.chars().all(is_host) => Err(wrong("has a wrong host: it must be like")),
            Some(port) => Ok(Self::Tcp { host: host.to_owned(), port }),
        }
    }

    /// What clients for Python call the server, and place keys by.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Tcp { host, port } => format!("{host}:{port}"),
            Self::Socket(path) => path.display().to_string(),
        }
    }
}

fn wrong(what: &str) -> OpenError {
    OpenError::wrong_url(format!(
        "the URL of Memcached {what} memcached://host1:11211,host2:11211, or memcached:///run/memcached.sock"
    ))
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            _ => f.write_str(&self.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp(host: &str, port: u16) -> Place {
        Place::Tcp { host: host.to_owned(), port }
    }

    #[test]
    fn servers_are_read() {
        let found = Addresses::parse("memcached://a,b.example:7000,[::1]:7001,/run/m.sock?placement=pylibmc");
        let places = vec![
            tcp("a", 11211),
            tcp("b.example", 7000),
            tcp("::1", 7001),
            Place::Socket("/run/m.sock".into()),
        ];
        assert_eq!(found.unwrap(), Addresses { places, placement: Some(MemcachedPlacement::Pylibmc) });
        let found = Addresses::parse("memcached:///run/m.sock").unwrap();
        assert_eq!(found, Addresses { places: vec![Place::Socket("/run/m.sock".into())], placement: None });
        assert_eq!(Addresses::parse("Memcached://127.0.0.1/").unwrap().places, [tcp("127.0.0.1", 11211)]);
        assert_eq!(
            (tcp("::1", 1).name(), tcp("::1", 1).to_string()),
            ("::1:1".to_owned(), "[::1]:1".to_owned())
        );
    }

    #[test]
    fn a_wrong_url_is_refused_without_its_password() {
        for (url, says) in [
            ("", "must be like memcached://"),
            ("localhost:11211", "must be like"),
            ("memcached:", "must be like"),
            ("memcached://", "without a host"),
            ("memcached:///", "without a host"),
            ("memcached://a,,b", "without a host"),
            ("memcached://:11211", "without a host"),
            ("memcached://a:b", "wrong port"),
            ("memcached://a:0", "wrong port"),
            ("memcached://a:70000", "wrong port"),
            ("memcached://a b", "wrong host"),
            ("memcached://a/hunter2", "wrong host"),
            ("memcached://me:hunter2@a", "user or a password"),
            ("memcached://a,b:11211,a:11211", "twice"),
            ("memcached://a?timeout=1", "unknown parameter, timeout"),
            ("memcached://a?placement=hunter2", "must be pymemcache"),
        ] {
            let error = Addresses::parse(url).expect_err(url);
            assert!(error.to_string().contains(says), "{url}: {error}");
            assert!(!format!("{error:?}").contains("hunter2"), "{url}");
        }
    }
}
