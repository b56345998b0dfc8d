//! The example, clicked through in Chromium.

use std::thread;

use clicks::{Client, Program, play};

fn start() -> Program {
    Program::start(env!("CARGO_BIN_EXE_typed"), &[("ADDRESS", "127.0.0.1:0")])
}

#[test]
fn visits_are_counted_and_a_theme_is_remembered() {
    let program = start();
    play(&program.url(), async |person| {
        person.visit("/").await;
        person.sees("#visits", "1").await;
        person.press("#theme").await;
        person.sees("body.dark #visits", "2").await;
        person.is_accessible().await;
        person.page.refresh().await.unwrap();
        person.sees("body.dark #visits", "3").await;
        person.press("#forget").await;
        person.sees("body.light #visits", "1").await;
        person.is_accessible().await;
    });
}

#[test]
fn each_of_many_visits_at_once_counts() {
    let program = start();
    let mut client = Client::new(program.address);
    client.get("/");
    thread::scope(|scope| {
        for number in 0..8 {
            let mut tab = client.clone();
            scope.spawn(move || match number {
                0 => assert_eq!(tab.post("/theme", "theme=dark").status, 303),
                _ => assert_eq!(tab.get("/").status, 200),
            });
        }
    });
    let page = client.get("/").body;
    assert!(page.contains("class=\"dark\"") && page.contains("<strong id=\"visits\">9<"), "{page}");
}

#[test]
fn a_theme_that_does_not_exist_is_refused() {
    let program = start();
    let mut client = Client::new(program.address);
    assert_eq!(client.post("/theme", "theme=<script>").status, 422);
    assert!(client.get("/").body.contains("class=\"light\""));
}
