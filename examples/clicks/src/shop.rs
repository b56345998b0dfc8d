//! The scenes of a shop. The shops in axum and in actix-web each play all of them.

use std::fs;
use std::thread;

use dewar_servers::Redis;
use thirtyfour::prelude::*;

use crate::{Client, Person, Program, play, play_two};

/// A test for each scene, played on the program at this path.
#[macro_export]
macro_rules! shop {
    ($executable:expr) => {
        $crate::shop! {
            $executable,
            a_visitor_fills_a_cart_registers_and_buys,
            two_tabs_fill_one_cart,
            remember_me_and_the_page_that_was_wanted,
            a_device_is_logged_out_from_another,
            a_new_password_ends_other_sessions,
            only_the_admin_sees_the_admin_page,
            every_page_is_accessible,
            forms_of_other_sites_are_refused,
            what_is_wrong_is_refused,
            of_parallel_requests_nothing_is_lost_and_nothing_bought_twice,
            no_password_is_stored_or_sent,
            a_store_that_is_down_logs_nobody_out,
            it_ends_in_good_order
        }
    };
    ($executable:expr, $($scene:ident),*) => {
        $(#[test]
        fn $scene() {
            $crate::shop::$scene($executable);
        })*
    };
}

const PASSWORD: &str = "correct horse battery";

fn start(executable: &str) -> Program {
    Program::start(executable, &[("SHOP_ADDRESS", "127.0.0.1:0")])
}

async fn register(person: &Person, name: &str) {
    person.visit("/register").await;
    person.fill_in("#name", name).await;
    person.fill_in("#password", PASSWORD).await;
    person.press("main form button").await;
    person.sees(".flash", &format!("Welcome, {name}!")).await;
}

async fn log_in(person: &Person, name: &str, password: &str) {
    person.fill_in("#name", name).await;
    person.fill_in("#password", password).await;
    person.press("main form button").await;
}

pub fn a_visitor_fills_a_cart_registers_and_buys(executable: &str) {
    let program = start(executable);
    play(&program.url(), async |person| {
        person.visit("/").await;
        person.press("button[value=green]").await;
        person.sees("nav", "Cart (1)").await;
        person.press("#buy").await;
        assert_eq!(person.path().await, "/login", "only users buy");
        register(person, "Zoe").await;
        person.page.refresh().await.unwrap();
        person.sees_no(".flash").await;
        person.follow("Cart (1)").await;
        person.sees("#cart", "1 × Green tea").await;
        person.press("#buy").await;
        person.sees(".flash", "Thank you").await;
        person.sees("#orders", "1 × Green tea").await;
        person.sees("nav", "Cart (0)").await;
        person.press("#log-out").await;
        person.sees(".flash", "You are logged out").await;
        person.sees_no("#user").await;
        // The back button asks the server again, and that shows the login.
        person.page.back().await.unwrap();
        person.sees("h1", "Log in").await;
        person.sees_no("#orders").await;
    });
}

pub fn two_tabs_fill_one_cart(executable: &str) {
    let program = start(executable);
    play(&program.url(), async |person| {
        person.visit("/").await;
        person.press("button[value=pot]").await;
        person.visit("/").await;
        person.page.new_tab().await.unwrap();
        let tabs = person.page.windows().await.unwrap();
        person.page.switch_to_window(tabs[1].clone()).await.unwrap();
        person.visit("/").await;
        // Both forms are sent before either is answered.
        let submit = "const button = document.querySelector(arguments[0]); setTimeout(() => button.click())";
        for (tab, article) in [(0, "green"), (1, "mint")] {
            person.page.switch_to_window(tabs[tab].clone()).await.unwrap();
            let button = serde_json::json!(format!("button[value={article}]"));
            person.page.execute(submit, vec![button]).await.unwrap();
        }
        for tab in tabs {
            person.page.switch_to_window(tab).await.unwrap();
            person.sees("h1", "Your cart").await;
        }
        person.visit("/cart").await;
        assert_eq!(person.count("#cart li").await, 3);
        person.press("button[value=pot]").await;
        assert_eq!(person.count("#cart li").await, 2);
    });
}

pub fn remember_me_and_the_page_that_was_wanted(executable: &str) {
    let program = start(executable);
    play(&program.url(), async |person| {
        register(person, "Zoe").await;
        let cookie = person.cookie().await;
        assert_eq!((cookie.name.as_str(), cookie.expiry, cookie.http_only), ("session", None, Some(true)));
        assert_eq!(cookie.same_site, Some(SameSite::Lax));
        person.press("#log-out").await;

        person.visit("/orders").await;
        assert_eq!(person.path().await, "/login?next=/orders");
        log_in(person, "Zoe", "not her password").await;
        person.sees(".flash.error", "Wrong name or password").await;
        person.choose("#remember-me").await;
        log_in(person, "zoe", PASSWORD).await;
        assert_eq!(person.path().await, "/orders");
        person.sees(".flash", "Welcome back, Zoe!").await;
        assert!(person.cookie().await.expiry.is_some(), "it outlives the browser");
        assert_ne!(person.cookie().await.value, cookie.value);
    });
}

pub fn a_device_is_logged_out_from_another(executable: &str) {
    let program = start(executable);
    play_two(&program.url(), async |desk, telephone| {
        register(desk, "Zoe").await;
        telephone.visit("/login").await;
        log_in(telephone, "Zoe", PASSWORD).await;
        desk.follow("Devices").await;
        assert_eq!(desk.count("#devices li").await, 2);
        desk.sees("#devices", "this one").await;
        desk.press("#devices form button").await;
        desk.sees(".flash", "You are logged out there").await;
        assert_eq!(desk.count("#devices li").await, 1);
        telephone.follow("Account").await;
        telephone.sees("h1", "Log in").await;

        log_in(telephone, "Zoe", PASSWORD).await;
        telephone.sees("h1", "Your account").await;
        desk.press("#end-others").await;
        desk.sees(".flash", "everywhere else").await;
        telephone.visit("/account").await;
        telephone.sees("h1", "Log in").await;
        desk.visit("/account").await;
        desk.sees("h1", "Your account").await;
    });
}

pub fn a_new_password_ends_other_sessions(executable: &str) {
    let program = start(executable);
    play_two(&program.url(), async |desk, telephone| {
        register(desk, "Zoe").await;
        telephone.visit("/login?next=/account").await;
        log_in(telephone, "Zoe", PASSWORD).await;
        telephone.fill_in("#old", "not her password").await;
        telephone.fill_in("#new", "a much better password").await;
        telephone.press("main form button").await;
        telephone.sees(".flash.error", "not your password").await;
        telephone.fill_in("#old", PASSWORD).await;
        telephone.fill_in("#new", "a much better password").await;
        telephone.press("main form button").await;
        telephone.sees(".flash", "Your password is changed").await;
        telephone.sees("#user", "Zoe").await;

        desk.visit("/account").await;
        desk.sees("h1", "Log in").await;
        log_in(desk, "Zoe", PASSWORD).await;
        desk.sees(".flash.error", "Wrong name or password").await;
        log_in(desk, "Zoe", "a much better password").await;
        desk.sees("h1", "Your account").await;
    });
}

pub fn only_the_admin_sees_the_admin_page(executable: &str) {
    let program = start(executable);
    play_two(&program.url(), async |desk, telephone| {
        register(telephone, "Zoe").await;
        telephone.visit("/admin").await;
        telephone.sees("h1", "Admin").await;
        register(desk, "<b>Ben</b>").await;
        desk.sees_no("nav a[href='/admin']").await;
        desk.visit("/admin").await;
        desk.sees("h1", "That is not for you").await;
        telephone.page.refresh().await.unwrap();
        telephone.sees("#users", "<b>Ben</b>").await;
    });
}

pub fn every_page_is_accessible(executable: &str) {
    let program = start(executable);
    play_two(&program.url(), async |desk, telephone| {
        for (person, name) in [(telephone, "W".repeat(40)), (desk, "Zoe".to_owned())] {
            for path in ["/", "/cart", "/login", "/register", "/no"] {
                person.visit(path).await;
                person.is_accessible().await;
            }
            register(person, &name).await;
            person.press("button[value=green]").await;
            person.press("#buy").await;
            person.is_accessible().await;
            person.visit("/").await;
            person.press("button[value=green]").await;
            for path in ["/", "/cart", "/orders", "/devices", "/account", "/admin"] {
                person.visit(path).await;
                person.sees("main", "").await;
                person.is_accessible().await;
            }
        }
    });
}

pub fn forms_of_other_sites_are_refused(executable: &str) {
    let program = start(executable);
    play(&program.url(), async |person| {
        register(person, "Zoe").await;
        let form = format!(
            "<form method=post action='{}/logout'><button>Win a prize</button></form>",
            program.url()
        );
        person.page.goto(format!("data:text/html,{form}")).await.unwrap();
        person.press("button").await;
        person.sees("h1", "That is not for you").await;
        person.visit("/account").await;
        person.sees("#user", "Zoe").await;
    });
    let mut client = Client::new(program.address);
    client.post("/register", &format!("name=Ben&password={PASSWORD}"));
    let cookie = client.cookie.clone();
    for headers in [
        "Origin: https://evil.example\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Origin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\n",
    ] {
        assert_eq!(client.post_from("/logout", "", headers).status, 403, "{headers}");
        assert_eq!(client.cookie, cookie, "{headers}");
    }
    assert_eq!(client.get("/logout").status, 405);
    assert_eq!(client.get("/account").status, 200);
    let own = format!("Origin: http://{}\r\nSec-Fetch-Site: same-origin\r\n", program.address);
    assert_eq!(client.post_from("/logout", "", &own).status, 303);
}

pub fn what_is_wrong_is_refused(executable: &str) {
    let program = start(executable);
    let mut client = Client::new(program.address);
    let long = "x".repeat(201);
    for (form, why) in [
        ("name=&password=correct+horse", "A name has 1 to 40 characters"),
        ("name=Zoe&password=short", "A password has 10 to 200 characters"),
        (&format!("name=Zoe&password={long}"), "A password has 10 to 200 characters"),
        (&format!("name={long}&password=correct+horse"), "A name has 1 to 40 characters"),
    ] {
        let refused = client.post("/register", form);
        assert_eq!((refused.status, refused.location.as_deref()), (303, Some("/register")), "{form}");
        assert!(client.get("/register").body.contains(why), "{form}");
        assert!(!client.get("/register").body.contains(why), "shown once");
    }
    assert_eq!(client.post("/register", "name=Zoe&password=correct+horse").location.as_deref(), Some("/"));
    let mut other = Client::new(program.address);
    other.post("/register", "name=zOE&password=correct+horse");
    assert!(other.get("/register").body.contains("This name is taken"));
    for form in
        ["name=Zoe&password=wrong", "name=nobody&password=correct+horse", "name='+OR+1=1--&password=x"]
    {
        let refused = other.post("/login?next=/cart", form);
        assert_eq!((refused.status, refused.location.as_deref()), (303, Some("/login?next=/cart")), "{form}");
        assert_eq!(other.get("/account").status, 303, "{form}");
    }
    for (next, expected) in
        [("//evil.example", "/"), ("https://evil.example", "/"), ("/cart?a=b", "/cart?a=b")]
    {
        let welcome = other.post(&format!("/login?next={next}"), "name=Zoe&password=correct+horse");
        assert_eq!((welcome.status, welcome.location.as_deref()), (303, Some(expected)), "{next}");
    }
    assert!((400..500).contains(&other.post("/login", "name=Zoe").status), "half a form");
    other.post("/cart/add", "article=coffee");
    assert!(other.get("/cart").body.contains("We do not sell that"));
    other.post("/checkout", "");
    assert!(other.get("/cart").body.contains("There is nothing in your cart"));
    other.post("/devices/end", "handle=nothing");
    assert!(other.get("/devices").body.contains("has ended already"));
    assert_eq!(other.get("/nowhere").status, 404);
}

pub fn of_parallel_requests_nothing_is_lost_and_nothing_bought_twice(executable: &str) {
    let program = start(executable);
    let mut client = Client::new(program.address);
    client.post("/register", &format!("name=Zoe&password={PASSWORD}"));
    together(&client, "/cart/add", "article=green");
    assert!(client.get("/cart").body.contains("8 × Green tea"));
    together(&client, "/checkout", "");
    let orders = client.get("/orders").body;
    assert_eq!(orders.matches("Green tea").count(), 1, "{orders}");
    assert!(orders.contains("8 × Green tea") && orders.contains("Cart (0)"), "{orders}");
}

/// Eight tabs of one browser send the same form.
fn together(client: &Client, path: &str, form: &str) {
    thread::scope(|scope| {
        for _ in 0..8 {
            let mut tab = client.clone();
            scope.spawn(move || assert_eq!(tab.post(path, form).status, 303));
        }
    });
}

/// Neither in the cookie, nor in the files of users and sessions.
pub fn no_password_is_stored_or_sent(executable: &str) {
    let program = start(executable);
    let mut client = Client::new(program.address);
    client.post("/register", "name=Zoe&password=correct+horse");
    client.post("/cart/add", "article=green");
    let cookie = client.cookie.clone().unwrap();
    assert_eq!(cookie.len(), "session=".len() + 45, "an id and nothing else: {cookie}");
    let mut seen = Vec::new();
    for entry in fs::read_dir(program.folder()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!holds("correct horse") && !holds("correct+horse"), "{}", path.display());
        assert!(!holds(cookie.trim_start_matches("session=")), "{}", path.display());
        seen.extend(["argon2id", "green"].into_iter().filter(|text| holds(text)));
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, ["argon2id", "green"], "both files were read");
}

pub fn a_store_that_is_down_logs_nobody_out(executable: &str) {
    if Redis::for_test().is_none() {
        return;
    }
    let mut redis = Redis::settings().start().unwrap();
    let url = format!("redis://127.0.0.1:{}", redis.port());
    let program = Program::start(executable, &[("SHOP_ADDRESS", "127.0.0.1:0"), ("SHOP_SESSIONS", &url)]);
    let mut client = Client::new(program.address);
    client.post("/register", &format!("name=Zoe&password={PASSWORD}"));
    assert_eq!(client.get("/account").status, 200);
    let cookie = client.cookie.clone();
    redis.kill();
    let down = client.get("/account");
    assert_eq!((down.status, &client.cookie), (503, &cookie));
    assert!(down.body.contains("Please try again in a moment"), "{}", down.body);
    assert_eq!(client.get("/style.css").status, 200, "what asks for no session goes on");
}

pub fn it_ends_in_good_order(executable: &str) {
    let mut program = start(executable);
    let mut client = Client::new(program.address);
    client.post("/register", &format!("name=Zoe&password={PASSWORD}"));
    assert!(program.terminate());
}
