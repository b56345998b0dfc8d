//! The inspector, where sessions lie in a store.

use super::IN_STORES;
use super::client::Client;
use super::server::Demo;

/// What stands in the element of this id.
fn text<'p>(page: &'p str, id: &str) -> &'p str {
    let start = page.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}: {page}"));
    let (_, after) = page[start..].split_once('>').unwrap();
    after.split("</").next().unwrap()
}

#[test]
fn the_record_and_the_name_of_it_are_shown() {
    for store in IN_STORES {
        let demo = Demo::start(store);
        let mut client = Client::new(&demo);
        assert!(client.get("/inspector").body.contains("has sent no cookie"));
        client.submit("/login", &[("username", "zoe")]);
        let id = client.cookie.clone().unwrap()[8..].to_owned();
        let first = client.get("/inspector").body;
        assert!(first.contains("<h2>Valid</h2>") && first.contains("a session in Dewar&#x27;s own format"));
        assert!(first.contains(&id[..6]) && !first.contains(&id[..8]), "the id is shown in part only");
        let (tag, hash) = text(&first, "key").strip_prefix("demo:{").unwrap().split_once("}:").unwrap();
        assert_eq!(tag, &id[..2]);
        assert!(hash.len() == 43 && !hash.contains(&id[..6]), "a hash, not the id: {hash}");
        assert!(text(&first, "owner").ends_with("user:zoe"));
        assert!(text(&first, "decoded").contains("&quot;username&quot;: &quot;zoe&quot;"));
        assert!(text(&first, "ends").contains("UTC") && first.contains("at the latest"));
        assert_eq!(text(&first, "kept-by-browser"), "until the browser is closed");

        let has_revision = first.contains("id=\"revision\"");
        assert_eq!(has_revision, store.is_empty(), "in memory there is none");
        let revision = |page: &str| has_revision.then(|| text(page, "revision").to_owned());
        assert_eq!(revision(&client.get("/inspector").body), revision(&first), "only looked at");
        client.submit("/lifetime", &[("keep", "permanent")]);
        let second = client.get("/inspector").body;
        assert!(!has_revision || revision(&second) != revision(&first), "written");
        assert_eq!(text(&second, "key"), text(&first, "key"));
        assert_eq!(text(&second, "kept-by-browser"), "until the session expires (permanent)");
        let cleared = client.submit("/inspector/clear", &[]).body;
        assert!(cleared.contains("has sent no cookie") && client.cookie.is_none());
    }
}

#[test]
fn a_guessed_id_is_nobodys_and_never_adopted() {
    for store in IN_STORES {
        let demo = Demo::start(store);
        let mut client = Client::new(&demo);
        client.submit("/login", &[("username", "zoe")]);
        let honest = client.cookie.clone();
        let forged = client.submit("/inspector/tamper", &[]).body;
        assert!(forged.contains("<h2>Not valid</h2>") && forged.contains("id=\"restore\""), "{forged}");
        assert!(forged.contains("Not logged in") && !forged.contains("id=\"record\""));
        assert_ne!(client.cookie, honest);
        let guessed = client.cookie.clone();
        let restored = client.submit("/inspector/tamper", &[]).body;
        assert!(restored.contains("<h2>Valid</h2>") && client.cookie == honest);

        let mut guesser = Client { cookie: guessed.clone(), ..Client::new(&demo) };
        guesser.submit("/login", &[("username", "eve")]);
        assert!(guesser.cookie != guessed && guesser.cookie != honest);
        for odd in ["session=", "session=eyJhIjoxfQ.ZeB58A.XllnqMhItg8yP9H5gQM1OF57c_U", "session=%00"] {
            let mut client = Client { cookie: Some(odd.to_owned()), ..Client::new(&demo) };
            let page = client.get("/inspector");
            assert!(page.status == 200 && page.body.contains("<h2>Not valid</h2>"), "{odd}: {}", page.body);
            assert!(!page.body.contains("id=\"restore\""), "{odd}");
        }
    }
}

#[test]
fn what_is_too_much_for_a_record_changes_nothing() {
    for store in IN_STORES {
        let demo = Demo::start(store);
        let mut client = Client::new(&demo);
        client.submit("/cart/add", &[("name", "Green tea")]);
        let refused = client.post("/cart/fill", &[]);
        assert_eq!((refused.status, refused.header("set-cookie")), (500, None));
        assert!(refused.body.contains("does not fit into a session"), "{}", refused.body);
        assert!(refused.body.contains("65536") && !refused.body.contains("cookie can"), "{}", refused.body);
        assert!(client.get("/cart").body.contains("Remove: Green tea"));
    }
}

#[test]
fn a_permanent_session_has_a_cookie_with_an_end() {
    for store in IN_STORES {
        let demo = Demo::start(store);
        let mut client = Client::new(&demo);
        let set = client.post("/login", &[("username", "zoe")]);
        assert!(!set.header("set-cookie").unwrap().contains("Expires"));
        let permanent = client.post("/lifetime", &[("keep", "permanent")]);
        assert!(permanent.header("set-cookie").unwrap().contains("; Expires="));
        let page = client.get("/lifetime").body;
        assert!(
            page.contains("value=\"permanent\" checked") && page.contains("1 hour after it was last used")
        );
    }
}
