//! The rules of the contract.

use std::sync::Arc;
use std::time::Duration;

use dewar::store::Store;
use dewar::store::conformance::{ManualTime, RuleOutcome, run};
use dewar_servers::MariaDb as Server;

use super::{flask, native, server_with};

async fn check(store: Arc<dyn Store>, precision: Duration) -> usize {
    let report = run(&ManualTime::new(store).with_precision(precision)).await;
    report.assert();
    report.outcomes.iter().filter(|(_, outcome)| *outcome == RuleOutcome::Passed).count()
}

/// The table of Flask-Session with room for every key and payload.
const ROOMY: &str = "CREATE TABLE sessions (id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY, \
                     session_id VARBINARY(512) UNIQUE, data LONGBLOB, expiry DATETIME)";

async fn check_both(server: &Server) {
    let of_native = check(Arc::new(native(&server.url()).await), Duration::from_millis(1)).await;
    server.sql(ROOMY).unwrap();
    let of_flask = check(Arc::new(flask(&server.url()).await), Duration::from_secs(1)).await;
    assert!(of_native > of_flask && of_flask > 20, "{of_native}, {of_flask}");
}

/// As Flask-Session creates the table, there are payloads and keys for which it has no room. Nothing else is wrong.
#[tokio::test]
async fn every_other_rule_holds_for_the_table_that_flask_session_makes() {
    let Some(server) = Server::for_test() else { return };
    server.sql("ALTER DATABASE test CHARACTER SET utf8mb4").unwrap();
    let store = Arc::new(flask(&server.url()).await);
    let report = run(&ManualTime::new(store).with_precision(Duration::from_secs(1))).await;
    let failed = report.outcomes.iter().filter(|(_, outcome)| matches!(outcome, RuleOutcome::Failed(_)));
    let failed: Vec<_> = failed.map(|(rule, _)| *rule).collect();
    let (too_large, too_similar) = (
        ["readers_see_whole_payloads", "payload_of_a_mebibyte"],
        ["keys_are_any_text", "keys_differ_in_case"],
    );
    assert_eq!(failed, [&too_large[..], &too_similar, &["long_keys_differ_at_the_end"]].concat());
}

#[tokio::test]
async fn every_rule_holds() {
    let Some(server) = Server::for_test() else { return };
    check_both(&server).await;
}

/// What a server's settings say does not matter.
#[tokio::test]
async fn every_rule_holds_on_a_server_with_odd_settings() {
    let odd = ["--sql-mode=ANSI", "--default-time-zone=+05:30", "--character-set-server=latin1"];
    let more = ["--transaction-isolation=SERIALIZABLE", "--autocommit=0", "--innodb-lock-wait-timeout=50"];
    let Some(server) = server_with(&[&odd[..], &more].concat()) else { return };
    server.sql("ALTER DATABASE test CHARACTER SET latin1").unwrap();
    check_both(&server).await;
}
