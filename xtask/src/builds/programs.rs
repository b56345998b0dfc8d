//! The programs that are built: one route that counts in the session, in each library's way.

/// A program, and what it depends on.
pub(super) struct Program {
    pub(super) name: &'static str,
    /// Lines of `[dependencies]`; `CRATES` stands for the folder of our packages.
    pub(super) dependencies: &'static [&'static str],
    pub(super) main: &'static str,
}

const AXUM: &str = "axum = \"0.8\"";
const TOKIO: &str = "tokio = { version = \"1\", features = [\"macros\", \"net\", \"rt-multi-thread\"] }";
const ACTIX: &str = "actix-web = \"4\"";

pub(super) const PROGRAMS: &[Program] = &[
    Program { name: "axum", dependencies: &[AXUM, TOKIO], main: include_str!("programs/axum.rs") },
    Program {
        name: "axum, tower-sessions (memory)",
        dependencies: &[AXUM, TOKIO, "tower-sessions = \"0.15\""],
        main: include_str!("programs/tower_sessions.rs"),
    },
    Program {
        name: "axum, tower-sessions (memory, signed)",
        dependencies: &[AXUM, TOKIO, "tower-sessions = { version = \"0.15\", features = [\"signed\"] }"],
        main: include_str!("programs/tower_sessions_signed.rs"),
    },
    Program {
        name: "axum, tower-sessions (memory, private)",
        dependencies: &[AXUM, TOKIO, "tower-sessions = { version = \"0.15\", features = [\"private\"] }"],
        main: include_str!("programs/tower_sessions_private.rs"),
    },
    Program {
        name: "axum, dewar (sealed cookies)",
        dependencies: &[AXUM, TOKIO, "dewar = { path = \"CRATES/dewar\", features = [\"axum\"] }"],
        main: include_str!("programs/dewar_sealed.rs"),
    },
    Program {
        name: "axum, dewar (memory)",
        dependencies: &[AXUM, TOKIO, "dewar = { path = \"CRATES/dewar\", features = [\"axum\"] }"],
        main: include_str!("programs/dewar_memory.rs"),
    },
    Program {
        name: "axum, dewar (flask)",
        dependencies: &[AXUM, TOKIO, "dewar = { path = \"CRATES/dewar\", features = [\"axum\", \"flask\"] }"],
        main: include_str!("programs/dewar_flask.rs"),
    },
    Program {
        name: "axum, dewar (Redis)",
        dependencies: &[
            AXUM,
            TOKIO,
            "dewar = { path = \"CRATES/dewar\", features = [\"axum\"] }",
            "dewar-stores = { path = \"CRATES/dewar-stores\", features = [\"redis\"] }",
        ],
        main: include_str!("programs/dewar_redis.rs"),
    },
    Program {
        name: "axum, dewar (all features, all stores)",
        dependencies: &[
            AXUM,
            TOKIO,
            "dewar = { path = \"CRATES/dewar\", features = [\"axum\", \"flask\", \"metrics\", \"minijinja\", \"toml\"] }",
            "dewar-stores = { path = \"CRATES/dewar-stores\", features = [\"dewar\", \"engines\", \"flask\", \"metrics\"] }",
        ],
        main: include_str!("programs/dewar_redis.rs"),
    },
    Program { name: "actix-web", dependencies: &[ACTIX], main: include_str!("programs/actix_web.rs") },
    Program {
        name: "actix-web, actix-session (cookie)",
        dependencies: &[ACTIX, "actix-session = { version = \"0.11\", features = [\"cookie-session\"] }"],
        main: include_str!("programs/actix_session.rs"),
    },
];
