//! A person's devices, and two requests that race.

use super::client::Client;
use super::server::Demo;
use super::{COOKIE, IN_STORES};

const SEALED: &[&str] = &["--format", "sealed"];

/// Somebody who is logged in, in a browser of their own.
fn logged_in<'d>(demo: &'d Demo, name: &str) -> Client<'d> {
    let mut client = Client::new(demo);
    client.submit("/login", &[("username", name)]);
    client
}

fn is_logged_in(client: &mut Client<'_>) -> bool {
    client.get("/").body.contains("Welcome, ")
}

/// The handles on the page, the list's order.
fn handles(page: &str) -> Vec<String> {
    let parts = page.split("name=\"handle\" value=\"").skip(1);
    parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn a_person_ends_one_session_or_all_others() {
    for store in IN_STORES {
        let demo = Demo::start(store);
        let [mut here, mut there, mut elsewhere] = [(); 3].map(|()| logged_in(&demo, "zoe"));
        let mut adam = logged_in(&demo, "adam");
        let page = here.get("/sessions").body;
        assert_eq!(page.matches("ureq").count(), 3 + 2, "three devices, two of them on buttons: {page}");
        assert_eq!((page.matches("This one").count(), handles(&page).len()), (1, 2));
        assert!(page.contains("From this machine · began just now"), "{page}");
        for id in [&here, &there, &elsewhere].map(|client| client.cookie.clone().unwrap()) {
            assert!(!page.contains(&id[8..]), "an id on the page");
        }

        let handle = handles(&page).remove(0);
        let adams = adam.submit("/sessions/end", &[("handle", &handle)]).body;
        assert!(adams.contains("had ended already") && is_logged_in(&mut there), "not Adam's to end");
        let ended = here.submit("/sessions/end", &[("handle", &handle)]).body;
        assert!(ended.contains("That session is ended") && handles(&ended).len() == 1, "{ended}");
        assert_eq!([&mut here, &mut there, &mut elsewhere].map(is_logged_in), [true, false, true]);
        let again = here.submit("/sessions/end", &[("handle", &handle)]).body;
        assert!(again.contains("had ended already"), "{again}");

        let _fourth = logged_in(&demo, "zoe");
        let alone = here.submit("/sessions/end-others", &[]).body;
        assert!(
            alone.contains("2 other sessions are ended") && alone.contains("There is no other"),
            "{alone}"
        );
        assert_eq!([&mut here, &mut elsewhere, &mut adam].map(is_logged_in), [true, false, true]);
    }
}

#[test]
fn nobody_has_no_devices() {
    for store in [IN_STORES[0], IN_STORES[1], SEALED] {
        let demo = Demo::start(store);
        let mut client = Client::new(&demo);
        assert!(client.get("/sessions").body.contains("Nobody is logged in here"));
        for path in ["/sessions/end", "/sessions/end-others"] {
            let answer = client.post(path, &[("handle", "0123456789abcdef")]);
            assert_eq!((answer.status, answer.header("location")), (303, Some("/sessions")), "{path}");
        }
        let mut zoe = logged_in(&demo, "zoe");
        zoe.submit("/logout", &[]);
        assert!(zoe.get("/sessions").body.contains("Nobody is logged in here"));
        assert_eq!(zoe.post("/sessions/end", &[]).status, 422);
    }
}

/// What lives in a cookie cannot be listed; sealed ones can be ended all at once.
#[test]
fn devices_with_sessions_in_cookies() {
    let demo = Demo::start(COOKIE);
    let mut flask = logged_in(&demo, "zoe");
    assert!(flask.get("/sessions").body.contains("id=\"unknown\""));
    assert!(!flask.get("/").body.contains("_owner"), "the cookie is what Flask would write");

    let demo = Demo::start(SEALED);
    let [mut here, mut there] = [(); 2].map(|()| logged_in(&demo, "zoe"));
    let mut adam = logged_in(&demo, "adam");
    assert!(here.submit("/sessions/end-others", &[]).body.contains("only this browser is logged in"));
    assert_eq!([&mut here, &mut there, &mut adam].map(is_logged_in), [true, false, true]);
    there.submit("/login", &[("username", "zoe")]);
    assert!(is_logged_in(&mut there), "a new login counts");
}

/// An id from before a login or a logout leads nowhere afterwards.
#[test]
fn a_new_id_at_each_login_and_logout() {
    for store in IN_STORES {
        let demo = Demo::start(store);
        let mut client = Client::new(&demo);
        client.submit("/set_email", &[("email_address", "zoe@example.org")]);
        let mut ids = vec![client.cookie.clone()];
        for (path, form) in [("/login", vec![("username", "zoe")]), ("/logout", vec![])] {
            client.post(path, &form);
            ids.push(client.cookie.clone());
        }
        let [planted, stolen, _] = ids.try_into().unwrap();
        for cookie in [planted, stolen] {
            let page = Client { cookie, ..Client::new(&demo) }.get("/get_email").body;
            assert!(page.contains("Not logged in") && !page.contains("zoe@example.org"));
        }
    }
}

#[test]
fn a_race_loses_nothing_in_a_store_and_something_in_a_cookie() {
    for store in IN_STORES {
        let demo = Demo::start(store);
        for mut client in [Client::new(&demo), logged_in(&demo, "zoe")] {
            assert!(!client.get("/race").body.contains("id=\"outcome\""));
            for _ in 0..2 {
                let page = client.submit("/race/run", &[]).body;
                assert!(page.contains("Nothing is lost") && page.contains("bread, cheese, apples"), "{page}");
            }
        }
    }
    for cookie in [COOKIE, SEALED] {
        let demo = Demo::start(cookie);
        let mut client = logged_in(&demo, "zoe");
        let page = client.submit("/race/run", &[]).body;
        assert!(page.contains("Two of three are lost") && page.contains("apples"), "{page}");
        assert!(is_logged_in(&mut client));
    }
}
