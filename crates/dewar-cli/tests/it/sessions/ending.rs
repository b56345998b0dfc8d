//! `dewar sessions end`.

use super::place::{flask_places, sqlite};
use super::{Shop, places, sessions};
use crate::command::{dewar, run_with};

#[test]
fn the_sessions_of_an_owner_end_and_others_stay() {
    for place in places() {
        let shop = Shop::at(&place.url);
        let cookies = [shop.log_in("user:1"), shop.log_in("user:1"), shop.log_in("user:2")];
        let dry = sessions(&place.url, "end", &["--owner", "user:1", "--dry-run"]);
        assert_eq!((dry.code, dry.out.as_str()), (Some(0), "2 sessions would end\n"));
        // Nobody is there to be asked.
        let asked = sessions(&place.url, "end", &["--owner", "user:1"]);
        assert_eq!((asked.code, asked.out.as_str()), (Some(2), ""), "{asked:?}");
        assert!(asked.err.contains("--yes") && asked.err.contains("2 sessions"), "{}", asked.err);
        assert_eq!(shop.owner(&cookies[0]).as_deref(), Some("user:1"));
        let ended = sessions(&place.url, "end", &["--owner", "user:1", "--yes", "--json"]);
        assert_eq!(ended.json()["ended"], 2, "{ended:?}");
        let owners: Vec<_> = cookies.iter().map(|cookie| shop.owner(cookie)).collect();
        assert_eq!(owners, [None, None, Some("user:2".to_owned())]);
        for args in [&["--owner", "user:1"][..], &["--owner", "typo", "--yes"]] {
            let none = sessions(&place.url, "end", args);
            assert_eq!((none.code, none.out.as_str()), (Some(1), "no such session\n"), "{none:?}");
        }
    }
}

#[test]
fn one_session_ends_by_its_handle_without_a_question() {
    for place in places() {
        let shop = Shop::at(&place.url);
        let cookies = [shop.log_in("user:1"), shop.log_in("user:1")];
        let handle = shop.handles("user:1")[0].0.clone();
        let ended = sessions(&place.url, "end", &["--handle", &handle]);
        assert_eq!((ended.code, ended.out.as_str()), (Some(0), "1 session ended\n"), "{ended:?}");
        assert_eq!(cookies.iter().filter(|cookie| shop.owner(cookie).is_some()).count(), 1);
        let again = sessions(&place.url, "end", &["--handle", &handle]);
        assert_eq!((again.code, again.out.as_str()), (Some(1), "no such session\n"));
    }
}

/// A request that began before does not bring the session back.
#[test]
fn a_late_request_does_not_revive_what_was_ended() {
    for place in places() {
        let shop = Shop::at(&place.url);
        let cookie = shop.log_in("user:1");
        shop.during_a_request(&cookie, || {
            let ended = sessions(&place.url, "end", &["--all"]);
            assert_eq!(ended.out, "1 session ended\n", "{ended:?}");
        });
        assert_eq!(shop.owner(&cookie), None);
        assert!(shop.handles("user:1").is_empty());
    }
}

#[test]
fn all_sessions_end_only_if_all_are_asked_for() {
    let place = sqlite();
    let shop = Shop::at(&place.url);
    (0..3).for_each(|number| _ = shop.log_in(&format!("user:{number}")));
    let refused = sessions(&place.url, "end", &["--yes"]);
    assert!(refused.code == Some(2) && refused.err.contains("--all"), "{refused:?}");
    let both = sessions(&place.url, "end", &["--all", "--owner", "user:1"]);
    assert_eq!(both.code, Some(2));
    assert_eq!(sessions(&place.url, "end", &["--all", "--yes"]).out, "3 sessions ended\n");
}

#[test]
fn flask_sessions_end() {
    for place in flask_places() {
        let shop = Shop::of_flask(&place.url);
        let cookies = [shop.log_in("user:1"), shop.log_in("user:2")];
        let mut command = dewar();
        command.args(["sessions", "end", "--flask", "--owner", "user:1", &place.url]);
        let ended = run_with(&mut command, "");
        assert_eq!((ended.code, ended.out.as_str()), (Some(0), "1 session ended\n"), "{ended:?}");
        assert_eq!(cookies.map(|cookie| shop.owner(&cookie)), [None, Some("user:2".to_owned())]);
    }
}
