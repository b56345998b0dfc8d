//! A store that does not exist, or holds nothing under this name: it is told, and nothing is created.

use std::path::Path;

use dewar_servers::{MariaDb, MongoDb, Postgres};

use super::copying::copy;
use super::place::{files, sqlite};
use super::{Shop, places, sessions};
use crate::command::{Run, dewar, run_with};

/// What every command says that works on a store.
fn all_commands(url: &str) -> Vec<Run> {
    let target = files();
    let runs = vec![
        sessions(url, "list", &[]),
        sessions(url, "list", &["--owner", "user:1"]),
        sessions(url, "show", &["0123456789abcdef"]),
        sessions(url, "end", &["--all", "--yes"]),
        sessions(url, "end", &["--handle", "0123456789abcdef"]),
        sessions(url, "sweep", &[]),
        copy(url, &target.url, &[]),
        copy(url, &target.url, &["--dry-run"]),
        copy(url, &target.url, &["--move"]),
    ];
    let folder = target.url.strip_prefix("file://").unwrap();
    assert!(!Path::new(folder).exists(), "a copy from nowhere creates no target");
    runs
}

/// The lines that are ours: when a client of MongoDB is dropped while it connects, its driver (3.9) panics in a task of its own.
fn lines(run: &Run) -> usize {
    run.err.lines().filter(|line| line.starts_with("dewar: ")).count()
}

#[track_caller]
fn assert_told(runs: Vec<Run>, words: &str) {
    for run in runs {
        assert_eq!((run.code, run.out.as_str(), lines(&run)), (Some(1), "", 1), "{run:?}");
        assert!(
            run.err.contains(words) && run.err.contains("the program stores its sessions"),
            "{}",
            run.err
        );
    }
}

#[test]
fn a_mistyped_path_is_not_created() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    assert_told(all_commands(&format!("file://{}", path("sesions"))), "there are no sessions in");
    assert_told(all_commands(&format!("sqlite://{}", path("sesions.db"))), "there is no file");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    for url in [format!("sqlite://{}", path("flask.db")), format!("file://{}", path("flask_session"))] {
        let mut command = dewar();
        let run = run_with(command.args(["sessions", "sweep", "--flask", &url]), "");
        assert_eq!((run.code, run.err.lines().count()), (Some(1), 1), "{run:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// What belongs to another program is left as it is.
#[test]
fn what_holds_no_sessions_is_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    assert_told(all_commands(&format!("file://{}", folder.path().display())), "there are no sessions in");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let place = sqlite();
    Shop::of_flask(&place.url).log_in("user:1");
    let path = place.url.strip_prefix("sqlite://").unwrap();
    // The shop closes it in the background.
    while Path::new(&format!("{path}-wal")).exists() {
        std::thread::yield_now();
    }
    let before = std::fs::read(path).unwrap();
    assert_told(all_commands(&place.url), "has no table dewar_sessions");
    assert_eq!(std::fs::read(path).unwrap(), before);
}

#[test]
fn no_table_is_created_even_if_the_url_allows_it() {
    let Some(postgres) = Postgres::for_test() else { return };
    let url = format!("{}?create_table=true", postgres.url());
    assert_told(all_commands(&url), "has no table dewar_sessions");
    let Some(mariadb) = MariaDb::for_test() else { return };
    assert_told(all_commands(&format!("{}?create_table=true", mariadb.url())), "has no table dewar_sessions");
    for url in [&url, &mariadb.url()] {
        let run = run_with(dewar().args(["sessions", "list", "--flask", url]), "");
        assert_eq!((run.code, run.out.as_str(), run.err.lines().count()), (Some(1), "", 1), "{run:?}");
        assert!(run.err.contains("has no table sessions"), "{}", run.err);
    }
    assert_eq!(postgres.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").unwrap(), "0");
    assert_eq!(mariadb.sql("SHOW TABLES").unwrap(), "");
}

#[test]
fn no_collection_is_created() {
    let Some(mongodb) = MongoDb::for_test() else { return };
    let url = format!("mongodb://127.0.0.1:{}/sesions", mongodb.port());
    assert_told(all_commands(&url), "has no collection sessions");
    let run = run_with(dewar().args(["sessions", "list", "--flask", &url]), "");
    assert_eq!((run.code, lines(&run)), (Some(1), 1), "{run:?}");
    // It would be there, and empty, if a command had created it.
    assert_told(vec![sessions(&url, "list", &[])], "has no collection sessions");
}

#[test]
fn a_name_under_which_nothing_is_stored_is_told() {
    for place in places() {
        Shop::at(&place.url).log_in("user:1");
        for (command, args) in [
            ("list", &[][..]),
            ("list", &["--owner", "user:1"]),
            ("list", &["--sort", "oldest"]),
            ("end", &["--all", "--yes"]),
            ("end", &["--handle", "0123456789abcdef"]),
            ("sweep", &[]),
        ] {
            let named = |name: &str| {
                let mut dewar = dewar();
                dewar.env("DEWAR_STORE", &place.url).args(["sessions", command, "--name", name]).args(args);
                run_with(&mut dewar, "")
            };
            let wrong = named("sohp");
            let told = wrong.err.contains("nothing is stored in") && wrong.err.contains("sohp");
            let is_needed = command != "sweep" || !place.sweeps_itself;
            assert_eq!(told, is_needed, "{} {command}: {wrong:?}", place.url);
            assert_eq!(wrong.err.lines().count(), usize::from(is_needed), "{wrong:?}");
            if (command, args.first()) != ("end", Some(&"--all")) {
                assert_eq!(named("shop").err, "", "{} {command}", place.url);
            }
        }
    }
}
