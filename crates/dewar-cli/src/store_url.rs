//! The URL of a store for the terminal.

use dewar_stores::Engine;

/// The URL without the password, and without options, which may have one among them. The name of the engine if it is not clear where the
/// password ends.
pub(crate) fn without_password(url: &str, engine: &Engine) -> String {
    shown(url).unwrap_or_else(|| engine.name().to_owned())
}

fn shown(url: &str) -> Option<String> {
    let (place, options) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    let Some((scheme, rest)) = place.split_once("://").filter(|(_, rest)| !rest.starts_with('/')) else {
        return Some(place.to_owned());
    };
    // A password may contain any of these, if its author did not encode it.
    if options.contains('@') {
        return None;
    }
    let Some((login, hosts)) = rest.rsplit_once('@') else { return Some(place.to_owned()) };
    match login.split_once(':') {
        None if login.contains('/') => None,
        None => Some(place.to_owned()),
        Some((user, _)) if user.contains('/') => None,
        Some((user, _)) => Some(format!("{scheme}://{user}:...@{hosts}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_told() {
        for (url, told) in [
            ("redis://localhost:6379/2", "redis://localhost:6379/2"),
            ("redis://zoe:hunter2@localhost", "redis://zoe:...@localhost"),
            ("redis://:hunter2@localhost/1", "redis://:...@localhost/1"),
            ("redis://:hunt/er?2@localhost/1", "Redis"),
            ("redis://:hunt/er@2@localhost/1", "redis://:...@localhost/1"),
            ("redis+unix:///run/redis.sock?pass=hunter2", "redis+unix:///run/redis.sock"),
            ("redis+unix:///run/redis.sock?pass=hunt@er2", "redis+unix:///run/redis.sock"),
            ("memory:", "memory:"),
            ("sqlite:///var/lib/a%20b.db", "sqlite:///var/lib/a%20b.db"),
            ("file:///srv/a@b:c/d", "file:///srv/a@b:c/d"),
            ("postgresql://zoe:hunter2@h1:5432,h2:5433/app", "postgresql://zoe:...@h1:5432,h2:5433/app"),
            ("postgresql:///app?host=/run/postgresql&password=hunter2", "postgresql:///app"),
            ("postgresql://h/app?user=zoe&password=hunter2", "postgresql://h/app"),
            ("mysql://zoe:hunter2@h/app?ssl=on", "mysql://zoe:...@h/app"),
            ("mongodb://zoe:hunter2@h1,h2:27018/app?replicaSet=rs", "mongodb://zoe:...@h1,h2:27018/app"),
            ("mongodb+srv://zoe:hunter2@cluster/app", "mongodb+srv://zoe:...@cluster/app"),
            ("memcached://h1:11211,h2:11211", "memcached://h1:11211,h2:11211"),
        ] {
            assert_eq!(without_password(url, Engine::from_url(url).unwrap()), told, "{url}");
        }
    }
}
