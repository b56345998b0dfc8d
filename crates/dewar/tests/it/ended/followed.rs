//! What counts as the end, and what is followed.

use dewar::Session;

use super::Site;

/// Whether a connection that sent the first cookie is open after the second request.
async fn is_open_after(first: impl FnOnce(&Session), then: impl FnOnce(&Session)) -> bool {
    let site = Site::new();
    let cookie = site.visit("", first).await;
    let connection = site.connect(&cookie).await;
    site.visit(&cookie, then).await;
    site.time.pass(5).await;
    connection.is_open()
}

fn zoe(session: &Session) {
    session.set_owner("user:zoe");
    session.insert_value("cart", 1);
}

fn visitor(session: &Session) {
    session.insert_value("cart", 1);
}

#[tokio::test]
async fn the_session_has_ended() {
    assert!(!is_open_after(zoe, Session::destroy).await);
    assert!(!is_open_after(visitor, Session::destroy).await);
    assert!(!is_open_after(zoe, Session::clear).await);
    assert!(!is_open_after(zoe, Session::log_out).await);
    assert!(!is_open_after(visitor, Session::log_out).await);
    let goodbye = |session: &Session| {
        session.log_out();
        session.flash("Goodbye", "message");
    };
    assert!(!is_open_after(zoe, goodbye).await);
    let emptied = |session: &Session| _ = session.remove("cart");
    assert!(!is_open_after(visitor, emptied).await);
}

#[tokio::test]
async fn it_belongs_to_somebody_else() {
    assert!(!is_open_after(zoe, |session| session.log_in("user:ada")).await);
    assert!(!is_open_after(zoe, |session| session.set_owner("user:ada")).await);
    assert!(!is_open_after(zoe, Session::clear_owner).await);
}

#[tokio::test]
async fn it_continues() {
    assert!(is_open_after(zoe, |session| session.insert_value("cart", 2)).await);
    assert!(is_open_after(zoe, Session::rotate_id).await);
    assert!(is_open_after(zoe, Session::regenerate_id).await);
    assert!(is_open_after(zoe, |session| session.log_in("user:zoe")).await);
    assert!(is_open_after(visitor, |session| session.log_in("user:zoe")).await);
    assert!(is_open_after(visitor, |session| session.set_owner("user:zoe")).await);
    assert!(is_open_after(visitor, Session::rotate_id).await);
}

/// A visitor logs in, gets new ids, logs out; connections come with each of the ids.
#[tokio::test]
async fn new_ids_are_followed_to_the_end() {
    let site = Site::new();
    let mut cookie = site.visit("", visitor).await;
    let mut connections = vec![site.connect(&cookie).await];
    for round in 0..4 {
        let login = |session: &Session| session.log_in("user:zoe");
        cookie = site.visit(&cookie, if round % 2 == 0 { login } else { Session::rotate_id }).await;
        connections.push(site.connect(&cookie).await);
        site.time.pass(10).await;
        site.loads();
        site.time.pass(20).await;
        assert_eq!(site.loads(), 4, "they have one watch");
        assert!(connections.iter().all(super::Connection::is_open));
    }
    site.visit(&cookie, Session::destroy).await;
    site.time.pass(10).await;
    assert!(!connections.iter().any(super::Connection::is_open));
}

/// More than are followed in one lookup.
#[tokio::test]
async fn many_new_ids_at_once_are_followed() {
    let site = Site::new();
    let mut cookie = site.login("user:zoe").await;
    let connection = site.connect(&cookie).await;
    for _ in 0..30 {
        cookie = site.visit(&cookie, Session::rotate_id).await;
    }
    site.time.pass(30).await;
    assert!(connection.is_open());
    site.visit(&cookie, Session::destroy).await;
    site.time.pass(10).await;
    assert!(!connection.is_open());
}

#[tokio::test]
async fn a_session_that_its_owner_ends_elsewhere() {
    let site = Site::new();
    let (phone, laptop) = (site.login("user:zoe").await, site.login("user:zoe").await);
    let (on_phone, on_laptop) = (site.connect(&phone).await, site.connect(&laptop).await);
    let sessions = site.manager.sessions_of("user:zoe", Some(&site.open(&laptop).await)).await.unwrap();
    let other = sessions.iter().find(|session| !session.is_current).unwrap();
    assert!(site.manager.end_session("user:zoe", &other.handle).await.unwrap());
    site.time.pass(5).await;
    assert_eq!((on_phone.is_open(), on_laptop.is_open()), (false, true));

    let tablet = site.login("user:zoe").await;
    let on_tablet = site.connect(&tablet).await;
    let kept = site.open(&laptop).await;
    assert_eq!(site.manager.end_sessions_of("user:zoe", Some(&kept)).await.unwrap(), 1);
    site.time.pass(5).await;
    assert_eq!((on_tablet.is_open(), on_laptop.is_open()), (false, true));
}
