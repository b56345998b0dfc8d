//! Every scene over plain HTTP, wherever sessions are stored.

use super::client::Client;
use super::server::Demo;
use super::{ANYWHERE, PAGES};

#[test]
fn log_in_stay_and_log_out() {
    for store in ANYWHERE {
        let demo = Demo::start(store);
        let mut client = Client::new(&demo);
        let first = client.get("/");
        assert!(first.body.contains("Not logged in") && first.header("set-cookie").is_none());

        let logged_in = client.post("/login", &[("username", " Zoe <b> ")]);
        let line = logged_in.header("set-cookie").unwrap();
        assert!(line.starts_with("session=") && line.ends_with("; HttpOnly; Path=/; SameSite=Lax"), "{line}");
        for path in ["/", "/cart", "/login"] {
            assert!(client.get(path).body.contains("Zoe &lt;b&gt;"), "{path}");
        }
        assert!(client.get("/").body.contains("Welcome, Zoe"));

        let logged_out = client.submit("/logout", &[]);
        assert!(logged_out.body.contains("You are logged out") && logged_out.body.contains("Not logged in"));
        assert!(client.get("/").body.contains("Not logged in"));
        assert_eq!(client.cookie, None, "the last message is shown, and nothing is left");
        assert!(client.submit("/login", &[("username", "  ")]).body.contains("Please enter a name"));
    }
}

#[test]
fn set_get_and_delete_an_email() {
    for store in ANYWHERE {
        let demo = Demo::start(store);
        let mut client = Client::new(&demo);
        assert!(client.get("/get_email").body.contains("enter your email"));
        assert!(client.get("/set_email").body.contains("name=\"email_address\""));
        let set = client.submit("/set_email", &[("email_address", "zoe@example.org")]);
        assert!(set.body.contains("<h1>Welcome zoe@example.org!</h1>"));
        assert!(client.get("/delete_email").body.contains("zoe@example.org"));
        let deleted = client.submit("/delete_email", &[]);
        assert!(deleted.body.contains("The email is deleted") && deleted.body.contains("enter your email"));
        assert!(client.submit("/delete_email", &[]).body.contains("There was no email"));
    }
}

#[test]
fn a_cart_is_changed_inside() {
    for store in ANYWHERE {
        let demo = Demo::start(store);
        let mut client = Client::new(&demo);
        assert!(client.get("/cart").body.contains("The cart is empty"));
        client.submit("/cart/add", &[("name", "Green tea")]);
        client.submit("/cart/add", &[("name", "Coffee")]);
        let twice = client.submit("/cart/more", &[("name", "Green tea")]).body;
        assert!(
            twice.contains("Green tea</span>\n      <span class=\"quantity\" aria-label=\"Quantity\">× 2"),
            "{twice}"
        );
        assert!(client.submit("/cart/add", &[("name", "Coffee")]).body.contains("Remove: Coffee"));
        let removed = client.submit("/cart/remove", &[("name", "Green tea")]).body;
        assert!(!removed.contains("Remove: Green tea") && removed.contains("× 2"));
        // A second click on the same button, of a page that is no longer true.
        assert!(client.submit("/cart/remove", &[("name", "Green tea")]).body.contains("Remove: Coffee"));
        client.submit("/cart/more", &[("name", "Green tea")]);
        assert!(client.submit("/cart/remove", &[("name", "Coffee")]).body.contains("The cart is empty"));
        assert_eq!(client.post("/cart/remove", &[("line", "0")]).status, 422);
    }
}

#[test]
fn a_message_is_shown_once() {
    for store in ANYWHERE {
        let demo = Demo::start(store);
        let mut client = Client::new(&demo);
        let said = client.submit("/flash", &[("message", "The kettle is on."), ("category", "warning")]);
        assert!(said.body.contains("<li class=\"flash flash-warning\">The kettle is on.</li>"));
        assert!(!client.get("/flash").body.contains("The kettle is on."));
        let odd = client.submit("/flash", &[("message", "<i>"), ("category", "\"><script>")]);
        assert!(odd.body.contains("flash-message\">&lt;i&gt;"));
    }
}

#[test]
fn pages_bring_no_script_and_are_kept_by_no_cache() {
    for store in ANYWHERE {
        let demo = Demo::start(store);
        let mut client = Client::new(&demo);
        client.submit("/login", &[("username", "zoe")]);
        for path in PAGES {
            let page = client.get(path);
            assert_eq!(page.status, 200, "{path}");
            let policy = page.header("content-security-policy").unwrap();
            assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
            assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
            assert_eq!(page.header("vary"), Some("Cookie"), "{path}");
            for inline in ["<script", " style=", "<style", "onclick", "http://", "https://"] {
                assert!(!page.body.contains(inline), "{inline} in {path}");
            }
        }
        assert_eq!(client.get("/style.css").header("content-type"), Some("text/css; charset=utf-8"));
        assert_eq!(client.get("/favicon.svg").header("content-type"), Some("image/svg+xml"));
    }
}

#[test]
fn what_goes_wrong_is_explained() {
    for store in ANYWHERE {
        let demo = Demo::start(store);
        let mut client = Client::new(&demo);
        let missing = client.get("/nowhere");
        assert!(missing.status == 404 && missing.body.contains("There is no such page"));
        let form_only = client.get("/cart/add");
        assert!(form_only.status == 405 && form_only.body.contains("only accepts forms"));
        let unreadable = client.post("/login", &[]);
        assert!(unreadable.status == 422 && unreadable.body.contains("cannot be read"));
        let long = "x".repeat(20_000);
        assert_eq!(client.post("/login", &[("username", &long)]).status, 413);
    }
}

#[test]
fn a_form_of_another_site_is_refused() {
    for store in ANYWHERE {
        let demo = Demo::start(store);
        let client = Client::new(&demo);
        let url = format!("{}/login", demo.url);
        let log_in = |name: &str, value: &str| {
            let answer =
                client.agent.post(&url).header(name, value).send_form([("username", "eve")]).unwrap();
            (answer.status().as_u16(), answer.headers().contains_key("set-cookie"))
        };
        let foreign = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            // Over plain http browsers say no more than this.
            ("origin", "http://evil.example"),
            ("origin", "http://127.0.0.1:1"),
            ("origin", "null"),
        ];
        for (name, value) in foreign {
            assert_eq!(log_in(name, value), (403, false), "{name}: {value}");
        }
        for (name, value) in
            [("sec-fetch-site", "same-origin"), ("origin", demo.url.as_str()), ("accept", "*/*")]
        {
            assert_eq!(log_in(name, value), (303, true), "{name}: {value}");
        }
    }
}
