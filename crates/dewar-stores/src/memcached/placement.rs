//! Which server stores a key.

use super::hashes::{crc32, murmur3, one_at_a_time};

/// Which of several servers stores a key. It must be the same for all programs that share the sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Placement {
    /// As pymemcache's `HashClient`: rendezvous hashing. When a server is added or removed, only the keys that it gets or had move. The servers
    /// must have the same names in all programs, in any order.
    #[default]
    Pymemcache,
    /// As pylibmc, with its default behaviors (`hash` `default`, `distribution` `modula`). The servers must have the same order in all programs.
    Pylibmc,
    /// As python-memcached. The servers must have the same order in all programs.
    PythonMemcached,
}

impl Placement {
    /// The placement with the name of this client, as a URL has it.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name {
            "pymemcache" => Some(Self::Pymemcache),
            "pylibmc" => Some(Self::Pylibmc),
            "python-memcached" => Some(Self::PythonMemcached),
            _ => None,
        }
    }

    /// The number of the server that stores a key.
    pub(super) fn of(self, key: &str, names: &[String]) -> usize {
        match self {
            _ if names.len() < 2 => 0,
            Self::Pymemcache => highest_score(key, names),
            Self::Pylibmc => modulo(one_at_a_time(key.as_bytes()), names.len()),
            Self::PythonMemcached => modulo((crc32(key.as_bytes()) >> 16) & 0x7fff, names.len()),
        }
    }
}

/// Rendezvous hashing: every server has a score for the key, and the highest wins.
fn highest_score(key: &str, names: &[String]) -> usize {
    let score = |name: &str| murmur3(format!("{name}-{key}").as_bytes());
    let scores = names.iter().enumerate().map(|(number, name)| (score(name), name, number));
    scores.max().map_or(0, |(_, _, number)| number)
}

fn modulo(hash: u32, servers: usize) -> usize {
    usize::try_from(hash).unwrap_or_default() % servers.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(numbers: impl IntoIterator<Item = u16>) -> Vec<String> {
        numbers.into_iter().map(|number| format!("10.0.0.1:{number}")).collect()
    }

    #[test]
    fn rendezvous_moves_only_the_keys_of_the_server_that_is_gone() {
        let (three, two) = (names([1, 2, 3]), names([1, 3]));
        let mut counts = [0; 3];
        for number in 0..3000 {
            let key = format!("session:{number}");
            let before = Placement::Pymemcache.of(&key, &three);
            counts[before] += 1;
            let after = Placement::Pymemcache.of(&key, &two);
            assert!(before == 1 || three[before] == two[after]);
        }
        assert!(counts.iter().all(|count| *count > 850), "{counts:?}");
    }

    #[test]
    fn the_order_of_the_servers_does_not_matter_to_rendezvous() {
        let (there, back) = (names([1, 2, 3]), names([3, 2, 1]));
        for key in ["session:a", "session:b", "session:c", "session:d"] {
            assert_eq!(Placement::Pymemcache.of(key, &there), 2 - Placement::Pymemcache.of(key, &back));
        }
    }
}
