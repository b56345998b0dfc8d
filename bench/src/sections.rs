//! What can be measured, by name.

use std::time::Instant;

use crate::{footprint, growth, merges, redis_server, requests, servers, sizes, sqlite_file, table, tokens};

/// Some tables.
pub(crate) struct Section {
    name: &'static str,
    /// The name of several.
    group: &'static str,
    about: &'static str,
    print: fn() -> Result<(), String>,
}

const SECTIONS: [Section; 14] = [
    Section {
        name: "cookies",
        group: "cookies",
        about: "sessions in the cookie, in process",
        print: cookies,
    },
    Section { name: "memory", group: "stores", about: "sessions in memory, in process", print: memory },
    Section {
        name: "merges",
        group: "stores",
        about: "two requests that save one after the other, in memory; bare = nothing to merge",
        print: merged,
    },
    Section {
        name: "trips",
        group: "stores",
        about: "round trips to Redis, counted at the wire",
        print: redis_server::count,
    },
    Section {
        name: "redis",
        group: "stores",
        about: "sessions in Redis; bare = one GET of the raw client",
        print: redis_server::measure,
    },
    Section {
        name: "sqlite",
        group: "stores",
        about: "sessions in SQLite; bare = one SELECT of the raw driver",
        print: sqlite_file::measure,
    },
    Section {
        name: "postgres",
        group: "stores",
        about: "sessions in PostgreSQL; bare = one SELECT of the raw driver",
        print: servers::in_postgres,
    },
    Section {
        name: "mysql",
        group: "stores",
        about: "sessions in MariaDB; bare = one SELECT of the raw driver",
        print: servers::in_mysql,
    },
    Section {
        name: "mongodb",
        group: "stores",
        about: "sessions in MongoDB; bare = one find of the raw driver",
        print: servers::in_mongodb,
    },
    Section {
        name: "memcached",
        group: "stores",
        about: "sessions in Memcached; bare = one get of the raw driver",
        print: servers::in_memcached,
    },
    Section {
        name: "actix",
        group: "stores",
        about: "sessions in cookies and in Redis, through actix-web; bare = actix-web alone",
        print: redis_server::in_actix,
    },
    Section {
        name: "footprint",
        group: "footprint",
        about: "bytes a session, and creates per second, in each engine",
        print: footprint::measure,
    },
    Section { name: "sizes", group: "stores", about: "the memory store, ever larger", print: sizes::measure },
    Section {
        name: "growth",
        group: "growth",
        about: "how cost grows with keys, sessions, and requests of one session at once",
        print: growth::measure,
    },
];

/// Those of these names, or all.
pub(crate) fn chosen(names: &[String]) -> Result<Vec<&'static Section>, String> {
    let known = |name: &&String| SECTIONS.iter().any(|section| section.is(name));
    if let Some(stranger) = names.iter().find(|name| !known(name)) {
        let names: Vec<&str> = SECTIONS.iter().map(|section| section.name).collect();
        return Err(format!(
            "no section {stranger}: there are {} (and stores, all but the first)",
            names.join(", ")
        ));
    }
    Ok(SECTIONS
        .iter()
        .filter(|section| names.is_empty() || names.iter().any(|name| section.is(name)))
        .collect())
}

/// Measures and prints it.
pub(crate) fn run(section: &&Section) -> Result<(), String> {
    let start = Instant::now();
    println!("\n== {}: {}", section.name, section.about);
    (section.print)().map_err(|why| format!("{}: {why}", section.name))?;
    println!("({} took {} s)", section.name, start.elapsed().as_secs());
    Ok(())
}

impl Section {
    fn is(&self, name: &str) -> bool {
        name == self.name || name == self.group
    }
}

fn cookies() -> Result<(), String> {
    table::print(&[tokens::measure(), requests::in_cookies()].concat());
    Ok(())
}

fn memory() -> Result<(), String> {
    table::print(&requests::in_memory());
    Ok(())
}

fn merged() -> Result<(), String> {
    table::print(&merges::measure());
    Ok(())
}
