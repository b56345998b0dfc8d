//! Flask-Session's records, which contain nothing about old ids.

use dewar::{ServerSide, Session};

use super::Site;

#[tokio::test]
async fn a_logout_ends_the_connection_and_so_does_a_new_id() {
    for (is_open, then) in [
        (true, (|session| session.insert_value("cart", 2)) as fn(&Session)),
        (false, Session::destroy),
        (false, Session::rotate_id),
        (false, |session| session.set_owner("user:ada")),
    ] {
        let site = Site::with(ServerSide::flask);
        let cookie = site.login("user:zoe").await;
        let connection = site.connect(&cookie).await;
        site.time.pass(20).await;
        assert!(connection.is_open());
        site.visit(&cookie, then).await;
        site.time.pass(5).await;
        assert_eq!(connection.is_open(), is_open);
    }
}
