use super::engine::{Engine, UrlForm};
use super::*;

#[cfg(feature = "flask")]
mod settings;

async fn refused(url: &str) -> String {
    let error = open(url).await.expect_err(url);
    let mut told = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        told += &format!(": {error}");
        source = error.source();
    }
    told
}

#[tokio::test]
async fn memory_has_no_guard() {
    for url in ["memory:", "memory://", "MEMORY:"] {
        assert!(!format!("{:?}", open(url).await.unwrap()).contains("Guard"), "{url}");
    }
    for url in ["memory:a", "memory:///a"] {
        assert!(refused(url).await.contains("is memory: with nothing after it"), "{url}");
    }
}

#[tokio::test]
async fn the_error_of_an_unknown_scheme_names_the_known_ones_and_does_not_repeat_it() {
    for url in ["", "hunter2", "hunter2:", "oracle://user:hunter2@host", "/var/hunter2", " redis://hunter2"] {
        let told = refused(url).await;
        assert!(!told.contains("hunter2"), "{told}");
        for scheme in
            ["memory:", "file:///", "sqlite:///", "redis://", "rediss://", "redis+unix:///", "unix:///"]
        {
            assert!(told.contains(scheme), "{told}");
        }
    }
}

#[cfg(not(any(feature = "filesystem", feature = "sqlite-unbundled", feature = "redis")))]
#[tokio::test]
async fn a_feature_that_is_off_is_named() {
    for (url, feature) in [
        ("file:///a", "filesystem"),
        ("sqlite:///a", "sqlite"),
        ("redis://a", "redis"),
        ("rediss://user:hunter2@a", "redis"),
        ("redis+unix:///a", "redis"),
        ("unix:///a", "redis"),
    ] {
        let told = refused(url).await;
        assert!(
            told.contains(&format!("enable the feature `{feature}`")) && !told.contains("hunter2"),
            "{told}"
        );
    }
}

#[cfg(all(feature = "filesystem", unix))]
#[tokio::test]
async fn files_are_guarded() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}/sessions", folder.path().display());
    assert!(format!("{:?}", open(&url).await.unwrap()).starts_with("Guard("));
}

#[cfg(feature = "sqlite-unbundled")]
#[tokio::test]
async fn sqlite_is_guarded() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sessions.db", folder.path().display());
    assert!(format!("{:?}", open(&url).await.unwrap()).starts_with("Guard("));
    assert!(folder.path().join("sessions.db").exists());
}

#[cfg(feature = "redis")]
#[tokio::test]
async fn errors_contain_no_passwords() {
    for url in [
        "redis://user:hunter2@127.0.0.1:1",
        "redis://user:hunter2@",
        "redis://user:hunter2@[::",
        "redis://user:hunter2@127.0.0.1:1/hunter2",
        "redis://:hunter2@127.0.0.1:99999",
        "redis+unix:///nowhere/redis.sock?pass=hunter2",
    ] {
        let told = refused(url).await;
        assert!(!told.contains("hunter2"), "{told}");
    }
}

#[test]
fn the_sql_of_a_table_is_told_by_url() {
    #[cfg(feature = "sqlite-unbundled")]
    assert!(schema("sqlite:///a.db").unwrap().starts_with("CREATE TABLE IF NOT EXISTS dewar_sessions ("));
    #[cfg(feature = "postgres")]
    assert!(schema("postgres://user:hunter2@host/db").unwrap().contains("payload BYTEA NOT NULL"));
    let told = schema("memory:").unwrap_err().to_string();
    assert!(told.contains("memory need no table"), "{told}");
    assert!(!schema("hunter2://x").unwrap_err().to_string().contains("hunter2"));
}

/// The tables in the docs have the same texts as the table of engines.
#[test]
fn the_guide_has_a_line_for_each_form_of_a_url() {
    let guide = include_str!("urls.md");
    let forms: Vec<&UrlForm> = Engine::all().iter().flat_map(|engine| engine.urls).collect();
    for UrlForm { guide: [example, place, feature], .. } in &forms {
        let line = format!("| `{example}` | {place} | {feature} |\n");
        assert!(guide.contains(&line), "urls.md lacks this line:\n{line}");
    }
    assert_eq!(guide.lines().count(), forms.len() + 2);
}

#[test]
fn the_guide_has_a_line_for_each_setting() {
    let mut lines = include_str!("settings.md").lines().skip(2);
    let mut seen = Vec::new();
    for engine in Engine::all().iter().filter(|engine| !engine.settings.is_empty()) {
        if seen.contains(&engine.session_types) {
            continue;
        }
        seen.push(engine.session_types);
        let types =
            engine.session_types.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        for (place, setting) in engine.settings.iter().enumerate() {
            let session_type = if place == 0 { format!(" {types} ") } else { " ".to_owned() };
            let [value, otherwise] = setting.guide;
            let line = format!("|{session_type}| `{}` | {value} | {otherwise} |", setting.name);
            assert_eq!(lines.next(), Some(&*line), "settings.md");
        }
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn each_example_is_the_url_of_its_engine() {
    for engine in Engine::all() {
        for form in engine.urls {
            assert!(form.url_template.starts_with(form.schemes[0]), "{}", form.url_template);
            let found = Engine::from_url(form.guide[0]).unwrap();
            assert_eq!(found.name(), engine.name(), "{}", form.guide[0]);
        }
    }
}
