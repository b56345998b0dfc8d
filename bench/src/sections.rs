//! What can be measured, by name.

use std::fs;
use std::path::Path;
use std::time::Instant;

use crate::chart::Chart;
use crate::{
    cores, footprint, growth, http, machine, merges, redis_server, requests, servers, sizes, sqlite_file,
    table, tokens,
};

/// Some tables.
pub(crate) struct Section {
    name: &'static str,
    /// The name of several.
    group: &'static str,
    about: &'static str,
    measure: Measure,
}

/// Measures and prints.
enum Measure {
    Tables(fn() -> Result<(), String>),
    /// The guide has it as well.
    Charts(fn() -> Result<Vec<Chart>, String>),
}

use Measure::{Charts, Tables};

const SECTIONS: [Section; 18] = [
    Section {
        name: "cookies",
        group: "cookies",
        about: "sessions in the cookie, in process",
        measure: Tables(cookies),
    },
    Section {
        name: "memory",
        group: "stores",
        about: "sessions in memory, in process",
        measure: Tables(memory),
    },
    Section {
        name: "merges",
        group: "stores",
        about: "two requests that save one after the other, in memory; bare = nothing to merge",
        measure: Tables(merged),
    },
    Section {
        name: "trips",
        group: "stores",
        about: "round trips to Redis, counted at the wire",
        measure: Tables(redis_server::count),
    },
    Section {
        name: "redis",
        group: "stores",
        about: "sessions in Redis; bare = one GET of the raw client",
        measure: Tables(redis_server::measure),
    },
    Section {
        name: "sqlite",
        group: "stores",
        about: "sessions in SQLite; bare = one SELECT of the raw driver",
        measure: Tables(sqlite_file::measure),
    },
    Section {
        name: "postgres",
        group: "stores",
        about: "sessions in PostgreSQL; bare = one SELECT of the raw driver",
        measure: Tables(servers::in_postgres),
    },
    Section {
        name: "mysql",
        group: "stores",
        about: "sessions in MariaDB; bare = one SELECT of the raw driver",
        measure: Tables(servers::in_mysql),
    },
    Section {
        name: "mongodb",
        group: "stores",
        about: "sessions in MongoDB; bare = one find of the raw driver",
        measure: Tables(servers::in_mongodb),
    },
    Section {
        name: "memcached",
        group: "stores",
        about: "sessions in Memcached; bare = one get of the raw driver",
        measure: Tables(servers::in_memcached),
    },
    Section {
        name: "actix",
        group: "stores",
        about: "sessions in cookies and in Redis, through actix-web; bare = actix-web alone",
        measure: Tables(redis_server::in_actix),
    },
    Section {
        name: "footprint",
        group: "footprint",
        about: "bytes a session, and creates per second, in each engine",
        measure: Tables(footprint::measure),
    },
    Section {
        name: "sizes",
        group: "stores",
        about: "the memory store, ever larger",
        measure: Tables(sizes::measure),
    },
    Section {
        name: "http-memory",
        group: "http",
        about: "axum over loopback, sessions in memory and in cookies",
        measure: Charts(http::in_memory),
    },
    Section {
        name: "http-sqlite",
        group: "http",
        about: "axum over loopback, sessions in SQLite",
        measure: Charts(http::in_sqlite),
    },
    Section {
        name: "http-redis",
        group: "http",
        about: "axum over loopback, sessions in Redis",
        measure: Charts(http::in_redis),
    },
    Section {
        name: "http-actix",
        group: "http",
        about: "actix-web over loopback, sessions in cookies and in Redis",
        measure: Charts(http::in_actix),
    },
    Section {
        name: "growth",
        group: "growth",
        about: "how cost grows with keys, sessions, and requests of one session at once",
        measure: Tables(growth::measure),
    },
];

/// Measures and prints those of these names, or all. With a file only those that have charts, which go into it.
pub(crate) fn run(names: &[&str], charts: Option<&Path>) -> Result<(), String> {
    let mut chosen = chosen(names)?;
    if charts.is_some() {
        chosen.retain(|section| matches!(section.measure, Charts(_)));
    }
    machine::describe();
    let mut text = format!("machine\t{}\n", machine::name());
    for section in chosen {
        section.run(&mut text)?;
    }
    let Some(file) = charts else { return Ok(()) };
    fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
}

fn chosen(names: &[&str]) -> Result<Vec<&'static Section>, String> {
    let known = |name: &&&str| SECTIONS.iter().any(|section| section.is(name));
    if let Some(stranger) = names.iter().find(|name| !known(name)) {
        let names: Vec<&str> = SECTIONS.iter().map(|section| section.name).collect();
        return Err(format!(
            "no section {stranger}: there are {}, and the groups stores and http",
            names.join(", ")
        ));
    }
    let is_chosen = |section: &&Section| names.is_empty() || names.iter().any(|name| section.is(name));
    Ok(SECTIONS.iter().filter(is_chosen).collect())
}

impl Section {
    /// Adds its charts to the text.
    fn run(&self, text: &mut String) -> Result<(), String> {
        let start = Instant::now();
        cores::on_all()?;
        println!("\n== {}: {}", self.name, self.about);
        let charts = match self.measure {
            Tables(measure) => measure().map(|()| Vec::new()),
            Charts(measure) => measure(),
        };
        let charts = charts.map_err(|why| format!("{}: {why}", self.name))?;
        if !charts.is_empty() {
            text.push_str(&format!("section\t{}\t{}\n", self.name, self.about));
            charts.iter().for_each(|chart| text.push_str(&chart.to_string()));
        }
        println!("({} took {} s)", self.name, start.elapsed().as_secs());
        Ok(())
    }

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
