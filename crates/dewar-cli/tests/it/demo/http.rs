//! Every scene over plain HTTP.

use ureq::Agent;
use ureq::http::{HeaderMap, Response};

use super::PAGES;
use super::server::Demo;
use crate::command::{TempFile, run};

/// A client with room for one cookie, which follows no redirect by itself.
struct Client<'d> {
    demo: &'d Demo,
    agent: Agent,
    cookie: Option<String>,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl<'d> Client<'d> {
    fn new(demo: &'d Demo) -> Self {
        let agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).build().new_agent();
        Self { demo, agent, cookie: None }
    }

    fn get(&mut self, path: &str) -> Answer {
        let request = self.agent.get(format!("{}{path}", self.demo.url));
        let cookie = self.cookie.clone().unwrap_or_default();
        let response = request.header("cookie", cookie).call().unwrap();
        self.take(response)
    }

    fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.agent.post(format!("{}{path}", self.demo.url));
        let cookie = self.cookie.clone().unwrap_or_default();
        let response = request.header("cookie", cookie).send_form(form.iter().copied()).unwrap();
        self.take(response)
    }

    /// Posts, and asks for the page that it leads to.
    fn submit(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let answer = self.post(path, form);
        assert_eq!(answer.status, 303, "{path}: {}", answer.body);
        let location = answer.header("location").unwrap().to_owned();
        self.get(&location)
    }

    fn take(&mut self, mut response: Response<ureq::Body>) -> Answer {
        let body = response.body_mut().read_to_string().unwrap();
        let headers = response.headers().clone();
        if let Some(line) = headers.get("set-cookie").map(|line| line.to_str().unwrap()) {
            let pair = line.split(';').next().unwrap().to_owned();
            self.cookie = (!line.contains("Max-Age=0")).then_some(pair);
        }
        Answer { status: response.status().as_u16(), headers, body }
    }
}

#[test]
fn log_in_stay_and_log_out() {
    let demo = Demo::start(&[]);
    let mut client = Client::new(&demo);
    let first = client.get("/");
    assert!(first.body.contains("Not logged in") && first.header("set-cookie").is_none());

    let logged_in = client.post("/login", &[("username", " Zoe <b> ")]);
    let line = logged_in.header("set-cookie").unwrap();
    assert!(line.starts_with("session=eyJ") && line.ends_with("; HttpOnly; Path=/; SameSite=Lax"), "{line}");
    for path in ["/", "/cart", "/login"] {
        assert!(client.get(path).body.contains("Zoe &lt;b&gt;"), "{path}");
    }
    assert!(client.get("/").body.contains("Welcome, Zoe"));

    let logged_out = client.submit("/logout", &[]);
    assert!(logged_out.body.contains("You are logged out") && logged_out.body.contains("Not logged in"));
    assert!(client.get("/").body.contains("Not logged in"));
    assert_eq!(client.cookie, None, "the last message is shown, and nothing is left");
    assert!(client.submit("/login", &[("username", "  ")]).body.contains("Please give a name"));
}

#[test]
fn set_get_and_delete_an_email() {
    let demo = Demo::start(&[]);
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

#[test]
fn a_permanent_cookie_says_when_it_ends() {
    let demo = Demo::start(&[]);
    let mut client = Client::new(&demo);
    let set = client.post("/login", &[("username", "zoe")]);
    assert!(!set.header("set-cookie").unwrap().contains("Expires"));
    let permanent = client.post("/lifetime", &[("keep", "permanent")]);
    assert!(permanent.header("set-cookie").unwrap().contains("; Expires="));
    assert!(
        client.get("/cart").header("set-cookie").unwrap().contains("; Expires="),
        "moved on each request"
    );
    assert!(client.get("/lifetime").body.contains("value=\"permanent\" checked"));
    let session = client.post("/lifetime", &[("keep", "browser-session")]);
    assert!(!session.header("set-cookie").unwrap().contains("Expires"));
    assert_eq!(client.post("/lifetime", &[("keep", "for ever")]).status, 422);
}

#[test]
fn a_cart_is_changed_inside() {
    let demo = Demo::start(&[]);
    let mut client = Client::new(&demo);
    assert!(client.get("/cart").body.contains("The cart is empty"));
    client.submit("/cart/add", &[("name", "Green tea")]);
    client.submit("/cart/add", &[("name", "Coffee")]);
    let twice = client.submit("/cart/more", &[("line", "0")]).body;
    assert!(
        twice.contains("Green tea</span>\n      <span class=\"quantity\" aria-label=\"Quantity\">× 2"),
        "{twice}"
    );
    assert!(client.submit("/cart/add", &[("name", "Coffee")]).body.contains("Remove: Coffee"));
    let removed = client.submit("/cart/remove", &[("line", "0")]).body;
    assert!(!removed.contains("Remove: Green tea") && removed.contains("× 2"));
    client.submit("/cart/remove", &[("line", "9")]);
    client.submit("/cart/more", &[("line", "9")]);
    assert!(client.submit("/cart/remove", &[("line", "0")]).body.contains("The cart is empty"));
    assert_eq!(client.post("/cart/remove", &[("line", "-1")]).status, 422);
}

#[test]
fn too_much_for_a_cookie_changes_nothing() {
    let demo = Demo::start(&[]);
    let mut client = Client::new(&demo);
    client.submit("/cart/add", &[("name", "Green tea")]);
    let before = client.cookie.clone();
    let refused = client.post("/cart/fill", &[]);
    assert_eq!((refused.status, refused.header("set-cookie")), (500, None));
    assert!(
        refused.body.contains("That does not fit into a cookie")
            && refused.body.contains("nothing was changed")
    );
    assert!(refused.body.contains("<code>cart</code>") && refused.body.contains("Back to the cart"));
    assert_eq!(client.cookie, before);
    assert!(client.get("/cart").body.contains("Remove: Green tea"));
}

#[test]
fn a_message_is_shown_once() {
    let demo = Demo::start(&[]);
    let mut client = Client::new(&demo);
    let said = client.submit("/flash", &[("message", "The kettle is on."), ("category", "warning")]);
    assert!(said.body.contains("<li class=\"flash flash-warning\" role=\"status\">The kettle is on.</li>"));
    assert!(!client.get("/flash").body.contains("The kettle is on."));
    let odd = client.submit("/flash", &[("message", "<i>"), ("category", "\"><script>")]);
    assert!(odd.body.contains("flash-message\" role=\"status\">&lt;i&gt;"));
}

#[test]
fn the_inspector_sees_through_a_forged_cookie() {
    for format in ["flask", "sealed"] {
        let demo = Demo::start(&["--format", format]);
        let mut client = Client::new(&demo);
        assert!(client.get("/inspector").body.contains("Your browser has sent none"));
        client.submit("/login", &[("username", "zoe")]);
        let honest = client.cookie.clone().unwrap();
        let page = client.get("/inspector").body;
        assert!(
            page.contains("<h2>Valid</h2>") && page.contains("of 4096 octets") && page.contains("id=\"age\"")
        );
        assert!(page.contains("&quot;username&quot;: &quot;zoe&quot;"));

        let forged = client.submit("/inspector/tamper", &[]);
        assert!(
            forged.body.contains("<h2>Not valid</h2>") && forged.body.contains("Not logged in"),
            "{format}"
        );
        let differs =
            client.cookie.as_ref().unwrap().bytes().zip(honest.bytes()).filter(|(is, was)| is != was);
        assert_eq!(differs.count(), 1);
        assert!(client.get("/").body.contains("Not logged in"));

        let restored = client.submit("/inspector/tamper", &[]);
        assert!(
            restored.body.contains("<h2>Valid</h2>") && client.cookie.as_ref() == Some(&honest),
            "{format}"
        );
        client.submit("/inspector/tamper", &[]);
        assert!(client.submit("/inspector/clear", &[]).body.contains("Your browser has sent none"));
        assert_eq!(client.cookie, None);
    }
}

#[test]
fn a_sealed_cookie_is_bound_to_its_host() {
    let demo = Demo::start(&["--format", "sealed"]);
    let line = Client::new(&demo).post("/login", &[("username", "zoe")]);
    let line = line.header("set-cookie").unwrap();
    assert!(line.starts_with("__Host-session=") && line.contains("; Secure; HttpOnly"), "{line}");
}

#[test]
fn pages_bring_no_script_and_are_kept_by_no_cache() {
    let demo = Demo::start(&[]);
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

#[test]
fn what_goes_wrong_is_explained() {
    let demo = Demo::start(&[]);
    let mut client = Client::new(&demo);
    let missing = client.get("/nowhere");
    assert!(missing.status == 404 && missing.body.contains("There is no such page"));
    let form_only = client.get("/cart/add");
    assert!(form_only.status == 405 && form_only.body.contains("takes forms only"));
    let unreadable = client.post("/login", &[]);
    assert!(unreadable.status == 422 && unreadable.body.contains("cannot be read"));
    let long = "x".repeat(20_000);
    assert_eq!(client.post("/login", &[("username", &long)]).status, 413);

    let url = format!("{}/login", demo.url);
    let cross_site =
        client.agent.post(url).header("sec-fetch-site", "cross-site").send_form([("username", "eve")]);
    let cross_site = cross_site.unwrap();
    assert_eq!((cross_site.status().as_u16(), cross_site.headers().get("set-cookie")), (403, None));
}

#[test]
fn a_secret_of_ones_own_keeps_people_logged_in_over_a_restart() {
    let file = TempFile::of("7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5");
    let args = ["--secret-file", file.path()];
    let first = Demo::start(&args);
    let mut client = Client::new(&first);
    client.submit("/login", &[("username", "zoe")]);
    let cookie = client.cookie.clone();
    drop(first);
    let second = Demo::start(&args);
    let mut client = Client { cookie, ..Client::new(&second) };
    assert!(client.get("/").body.contains("Welcome, zoe!"));
    let third = Demo::start(&[]);
    let mut client = Client { cookie: client.cookie, ..Client::new(&third) };
    assert!(client.get("/").body.contains("Not logged in"), "another secret");
}

#[test]
fn a_weak_secret_or_a_taken_port_is_told() {
    let file = TempFile::of("dev");
    let weak = run(&["demo", "--port", "0", "--secret-file", file.path()]);
    assert!(weak.code == Some(2) && weak.err.contains("dewar secret new"), "{weak:?}");
    let demo = Demo::start(&[]);
    let port = demo.url.rsplit(':').next().unwrap();
    let taken = run(&["demo", "--port", port]);
    assert_eq!((taken.code, taken.out.as_str(), taken.err.lines().count()), (Some(2), "", 1));
    assert!(taken.err.contains("--port 0"), "{}", taken.err);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_and_no_cookie_is_in_its_log() {
    let demo = Demo::start(&[]);
    let mut client = Client::new(&demo);
    client.submit("/login", &[("username", "zoe")]);
    client.get("/cart?secret=hidden");
    let cookie = client.cookie.clone().unwrap();
    drop(client);
    let (ended_well, log) = demo.interrupt();
    assert!(ended_well, "{log}");
    assert!(log.contains("POST /login 303\nGET / 200\nGET /cart 200\n"), "{log}");
    assert!(log.ends_with("The demo has ended.\n") && log.contains("made at random"), "{log}");
    assert!(!log.contains(&cookie[8..]) && !log.contains("hidden") && !log.contains("zoe"), "{log}");
}
