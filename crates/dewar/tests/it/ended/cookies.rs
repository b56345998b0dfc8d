//! Sessions in cookies: only "log out everywhere" can end them elsewhere, and only with epochs.

use std::sync::Arc;

use dewar::settings::Revocation;
use dewar::{ClientSide, SecretKeys, Session, SessionManager};

use super::Site;

fn site(settings: impl FnOnce(ClientSide, &Site) -> ClientSide) -> Site {
    let site = Site::new();
    let keys = SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap();
    let settings = settings(ClientSide { clock: site.time.clock(), ..ClientSide::new(keys) }, &site);
    Site { manager: SessionManager::client_side(settings).unwrap(), ..site }
}

fn with_epochs(settings: ClientSide, site: &Site) -> ClientSide {
    let revocation = Revocation::new("shop", Arc::clone(&site.store));
    ClientSide { revocation: Some(revocation), ..settings }
}

#[tokio::test]
async fn without_epochs_nothing_ends_them_and_nothing_is_asked() {
    let site = site(|settings, _| settings);
    let cookie = site.login("user:zoe").await;
    let connection = site.connect(&cookie).await;
    site.visit(&cookie, Session::destroy).await;
    site.time.pass(60).await;
    assert_eq!((connection.is_open(), site.loads()), (true, 0));
}

#[tokio::test]
async fn with_epochs_a_logout_everywhere_ends_them() {
    let site = site(with_epochs);
    let cookie = site.login("user:zoe").await;
    let connections = [site.connect(&cookie).await, site.connect(&cookie).await];
    let ada = site.connect(&site.login("user:ada").await).await;
    site.time.pass(20).await;
    assert_eq!(site.loads(), 8, "one every five seconds for each session");
    site.manager.end_sessions_of("user:zoe", None).await.unwrap();
    site.time.pass(5).await;
    assert!(!connections.iter().any(super::Connection::is_open) && ada.is_open());

    let again = site.connect(&site.login("user:zoe").await).await;
    site.time.pass(60).await;
    assert!(again.is_open(), "a login after it counts");
}

#[tokio::test]
async fn a_login_is_watched_once_it_has_its_stamp() {
    let site = site(with_epochs);
    let session = site.open("").await;
    session.set_owner("user:zoe");
    let connection = site.wait(&session);
    site.time.pass(20).await;
    assert!(connection.is_open());
    let _ = site.manager.save(&session).await.unwrap();
    site.time.pass(20).await;
    assert!(connection.is_open());
    site.manager.end_sessions_of("user:zoe", None).await.unwrap();
    site.time.pass(10).await;
    assert!(!connection.is_open());
}

#[tokio::test]
async fn a_session_without_an_owner_has_nothing_to_be_asked_about() {
    let site = site(with_epochs);
    let cookie = site.visit("", |session| session.insert_value("cart", 1)).await;
    let connection = site.connect(&cookie).await;
    site.time.pass(60).await;
    assert_eq!((connection.is_open(), site.loads()), (true, 0));
}
