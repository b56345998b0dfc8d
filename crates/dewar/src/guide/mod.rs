//! The guide: a page for each topic.
//!
//! Begin with the [quick start](quick_start). The table of all pages is on the [front page](crate#the-guide).
//!
//! Most examples use axum. [`web::actix_web`](crate::web::actix_web) has the same extractors under the same names.

/// Declares a page. Its examples are compiled where their features are on.
macro_rules! pages {
    ($($(#[$page:meta])* $name:ident: $file:literal;)*) => {
        $(
            #[cfg_attr(
                any(
                    not(doctest),
                    all(
                        feature = "actix-web",
                        feature = "axum",
                        feature = "flask",
                        feature = "minijinja",
                        feature = "toml"
                    )
                ),
                doc = include_str!($file)
            )]
            pub mod $name {}
        )*
    };
}

pages! {
    quick_start: "quick_start.md";
    handlers: "handlers.md";
    logins: "logins.md";
    users: "users.md";
    typed: "typed.md";
    concurrency: "concurrency.md";
    stores: "stores.md";
    which_store: "which_store.md";
    moving: "moving.md";
    operate: "operate.md";
    settings: "settings.md";
    errors: "errors.md";
    streams: "streams.md";
    testing: "testing.md";
    security: "security.md";
    cost: "cost.md";
    from_tower_sessions: "from_tower_sessions.md";
    from_axum_login: "from_axum_login.md";
    from_actix_session: "from_actix_session.md";
    from_flask: "from_flask.md";
}
