//! A small browser: RFC 6265bis §5.6 (parsing `Set-Cookie`) and §5.7 (the storage model), over HTTPS.

use std::collections::BTreeMap;

use crate::calendar::{CivilDateTime, MONTHS};

/// The cookies of a browser that has asked `https://app.example.com/area/page`.
#[derive(Debug, Default)]
pub(super) struct Jar {
    cookies: BTreeMap<Key, Stored>,
}

/// What makes a cookie another one: name, domain, host-only, path, partitioned.
type Key = (String, String, bool, String, bool);

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) attributes: Attributes,
}

/// The attributes that the browser has taken in.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Attributes {
    pub(super) domain: Option<String>,
    pub(super) path: Option<String>,
    pub(super) expires: Option<i64>,
    pub(super) max_age: Option<i64>,
    pub(super) secure: bool,
    pub(super) http_only: bool,
    pub(super) same_site: Option<String>,
    pub(super) partitioned: bool,
}

pub(super) const HOST: &str = "app.example.com";
const DEFAULT_PATH: &str = "/area";
const NOW: i64 = 1_709_210_096;

impl Jar {
    /// Receives a `Set-Cookie` line; false if the browser has dropped it.
    pub(super) fn receive(&mut self, line: &str) -> bool {
        let Some(stored) = parse(line).filter(is_storable) else { return false };
        let host_only = stored.attributes.domain.as_deref().is_none_or(str::is_empty);
        let domain = if host_only { HOST.to_owned() } else { stored.attributes.domain.clone().unwrap() };
        let path = stored
            .attributes
            .path
            .clone()
            .filter(|path| path.starts_with('/'))
            .unwrap_or(DEFAULT_PATH.into());
        let key = (stored.name.clone(), domain, host_only, path, stored.attributes.partitioned);
        let ends = stored.attributes.max_age.map(|age| NOW + age).or(stored.attributes.expires);
        if ends.is_some_and(|ends| ends <= NOW) {
            self.cookies.remove(&key);
        } else {
            self.cookies.insert(key, stored);
        }
        true
    }

    pub(super) fn len(&self) -> usize {
        self.cookies.len()
    }
}

/// §5.6.
pub(super) fn parse(line: &str) -> Option<Stored> {
    if line.bytes().any(|byte| matches!(byte, 0..=8 | 10..=31 | 127)) {
        return None;
    }
    let mut parts = line.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
    if name.is_empty() || name.len() + value.len() > 4096 {
        return None;
    }
    let mut attributes = Attributes::default();
    for part in parts {
        let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
        attributes.set(attribute.trim(), value.trim());
    }
    Some(Stored { name, value, attributes })
}

impl Attributes {
    fn set(&mut self, attribute: &str, value: &str) {
        if value.len() > 1024 {
            return;
        }
        match attribute.to_ascii_lowercase().as_str() {
            "domain" => self.domain = Some(value.strip_prefix('.').unwrap_or(value).to_ascii_lowercase()),
            "path" => self.path = Some(value.to_owned()),
            "expires" => self.expires = date(value).or(self.expires),
            "max-age" => self.max_age = value.parse().ok().or(self.max_age),
            "secure" => self.secure = true,
            "httponly" => self.http_only = true,
            "samesite" => self.same_site = Some(value.to_owned()),
            "partitioned" => self.partitioned = true,
            unknown => panic!("an attribute {unknown:?} that was not asked for"),
        }
    }
}

/// §5.7: the domain, `SameSite=None`, the prefixes; then CHIPS.
fn is_storable(cookie: &Stored) -> bool {
    let Attributes { domain, path, secure, http_only, same_site, partitioned, .. } = &cookie.attributes;
    let host_only = domain.as_deref().is_none_or(str::is_empty);
    let domain = domain.as_deref().unwrap_or_default();
    if !host_only && HOST != domain && !HOST.ends_with(&format!(".{domain}")) {
        return false;
    }
    let needs_secure = same_site.as_deref() == Some("None") || *partitioned;
    if needs_secure && !secure {
        return false;
    }
    let name = cookie.name.to_ascii_lowercase();
    let whole_host = host_only && cookie.attributes.domain.is_none() && path.as_deref() == Some("/");
    match name.as_str() {
        name if name.starts_with("__host-http-") => *secure && *http_only && whole_host,
        name if name.starts_with("__host-") => *secure && whole_host,
        name if name.starts_with("__http-") => *secure && *http_only,
        name if name.starts_with("__secure-") => *secure,
        _ => true,
    }
}

/// `Thu, 29 Feb 2024 12:34:56 GMT`; no year before 1601 is read (§5.1.1).
fn date(text: &str) -> Option<i64> {
    let fields: Vec<&str> = text.split([' ', ':']).collect();
    let [_, day, month, year, hour, minute, second, "GMT"] = fields[..] else { return None };
    let month = MONTHS.iter().position(|known| *known == month)? as u8 + 1;
    let year: i64 = year.parse().ok().filter(|year| *year >= 1601)?;
    let small = |text: &str| text.parse::<u8>().ok();
    CivilDateTime {
        year,
        month,
        day: small(day)?,
        hour: small(hour)?,
        minute: small(minute)?,
        second: small(second)?,
    }
    .to_seconds()
}
