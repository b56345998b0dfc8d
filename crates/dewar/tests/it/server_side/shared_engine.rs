//! Programs that share an engine: neither sees, lists, counts, sweeps or ends the sessions of the other.

use std::sync::Arc;
use std::time::Duration;

use dewar::clock::Clock;
use dewar::settings::{FlaskRecords, RecordFormat, Revocation, SessionLimit};
use dewar::store::{Memory, Store, Trim};
use dewar::{ClientSide, SecretKeys, ServerSide, Session, SessionManager};

use super::engines::Engines;
use super::{START, held};

const SECRET: &str = "7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5";

fn native(name: &str, store: &Arc<dyn Store>) -> ServerSide {
    ServerSide::new(name, Arc::clone(store))
}

fn flask(key_prefix: &str, store: &Arc<dyn Store>) -> ServerSide {
    let records = FlaskRecords { key_prefix: key_prefix.to_owned(), ..FlaskRecords::default() };
    ServerSide { records: RecordFormat::Flask(records), ..ServerSide::flask(Arc::clone(store)) }
}

fn manager(settings: ServerSide) -> SessionManager {
    SessionManager::server_side(settings).unwrap()
}

/// A login of `user:1`. Returns the cookie.
async fn login(manager: &SessionManager) -> String {
    visit(manager, "", |session| {
        session.regenerate_id();
        session.set_owner("user:1");
        session.insert_value("user", "zoe");
    })
    .await
    .unwrap()
}

async fn visit(manager: &SessionManager, cookie: &str, handle: impl FnOnce(&Session)) -> Option<String> {
    let session = manager.open([cookie.as_bytes()]).await.unwrap();
    handle(&session);
    held(&manager.save(&session).await.unwrap())
}

async fn is_in(manager: &SessionManager, cookie: &str) -> bool {
    manager.open([cookie.as_bytes()]).await.unwrap().contains("user")
}

async fn devices(manager: &SessionManager) -> usize {
    manager.sessions_of("user:1", None).await.unwrap().len()
}

#[tokio::test]
async fn a_user_of_one_program_is_no_user_of_another() {
    let engines = Engines::start().await;
    for (engine, store) in &engines.stores {
        for (shop, payroll) in [
            (native("shop", store), native("payroll", store)),
            (flask("shop:session:", store), flask("payroll:session:", store)),
        ] {
            let limit = Some(SessionLimit { sessions: 1, ends: Trim::Oldest });
            let shop = manager(ServerSide { session_limit: limit, ..shop });
            let payroll = manager(payroll);
            let (here, there) = (login(&shop).await, login(&payroll).await);
            assert_eq!((devices(&shop).await, devices(&payroll).await), (1, 1), "{engine}: listed");
            let newer = login(&shop).await;
            assert!(is_in(&shop, &newer).await && !is_in(&shop, &here).await, "{engine}: the limit");
            assert!(is_in(&payroll, &there).await, "{engine}: ended by the limit of another program");
            assert_eq!(shop.end_sessions_of("user:1", None).await.unwrap(), 1, "{engine}");
            assert!(!is_in(&shop, &newer).await && is_in(&payroll, &there).await, "{engine}: ended");
            assert_eq!(payroll.end_sessions_of("user:1", None).await.unwrap(), 1, "{engine}");
        }
    }
}

#[tokio::test]
async fn the_id_of_one_program_opens_nothing_in_another() {
    let engines = Engines::start().await;
    for (engine, store) in &engines.stores {
        let (shop, payroll) = (manager(native("shop", store)), manager(native("payroll", store)));
        let cookie = login(&shop).await;
        assert!(is_in(&shop, &cookie).await && !is_in(&payroll, &cookie).await, "{engine}");
    }
}

#[tokio::test]
async fn a_program_with_a_fast_clock_sweeps_its_own_sessions_only() {
    let engines = Engines::start().await;
    for (engine, store) in engines.stores.iter().filter(|(_, store)| store.sweeper().is_some()) {
        let at = |name: &str, hours: u64| {
            let time = START.plus(Duration::from_secs(hours * 3600));
            manager(ServerSide { clock: Clock::fixed(time), ..native(name, store) })
        };
        let (shop, payroll) = (at("shop", 0), at("payroll", 0));
        let (here, there) = (login(&shop).await, login(&payroll).await);
        assert_eq!(at("payroll", 48).sweep(100).await.unwrap(), 1, "{engine}");
        assert!(is_in(&shop, &here).await && !is_in(&payroll, &there).await, "{engine}");
    }
}

#[tokio::test]
async fn logged_out_everywhere_in_one_program_is_not_logged_out_of_another() {
    let engines = Engines::start().await;
    for (engine, store) in &engines.stores {
        let sealed = |name: &str| {
            let revocation = Some(Revocation::new(name, Arc::clone(store)));
            let keys = SecretKeys::new(SECRET).unwrap();
            SessionManager::client_side(ClientSide { revocation, ..ClientSide::new(keys) }).unwrap()
        };
        let (shop, payroll) = (sealed("shop"), sealed("payroll"));
        let (here, there) = (login(&shop).await, login(&payroll).await);
        shop.end_sessions_of("user:1", None).await.unwrap();
        assert!(!is_in(&shop, &here).await && is_in(&payroll, &there).await, "{engine}");
    }
}

#[test]
fn a_program_without_a_valid_name_gets_an_error_that_says_what_to_do() {
    for name in ["", "Shop", "shop:", "my shop"] {
        let refused =
            SessionManager::server_side(ServerSide::new(name, Arc::new(Memory::new()))).unwrap_err();
        assert!(refused.to_string().contains("such as \"shop\""), "{refused}");
        let revocation = Some(Revocation::new(name, Arc::new(Memory::new())));
        let settings = ClientSide { revocation, ..ClientSide::new(SecretKeys::new(SECRET).unwrap()) };
        assert_eq!(SessionManager::client_side(settings).unwrap_err(), refused);
    }
}
