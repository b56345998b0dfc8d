//! The example, clicked through in Chromium, with its own pauses: a tick each second.

use std::io::{BufRead as _, Read as _};

use clicks::{Client, Program, play};

fn start() -> Program {
    Program::start(env!("CARGO_BIN_EXE_live"), &[("ADDRESS", "127.0.0.1:0")])
}

#[test]
fn a_stream_in_another_tab_ends_at_a_logout() {
    let program = start();
    play(&program.url(), async |person| {
        person.visit("/").await;
        person.is_accessible().await;
        person.fill_in("#name", "zoe").await;
        person.press("#log-in").await;
        person.sees("h1", "Live").await;
        person.is_accessible().await;
        person.page.new_tab().await.unwrap();
        let tabs = person.page.windows().await.unwrap();
        person.page.switch_to_window(tabs[1].clone()).await.unwrap();
        person.visit("/").await;
        // Both tabs count in one session.
        person.waits_for("//output[number(.) >= 3]").await;
        person.press("#log-out").await;
        person.sees("h1", "Log in").await;
        person.page.switch_to_window(tabs[0].clone()).await.unwrap();
        person.waits_for("//h1[. = 'Log in']").await;
    });
}

#[test]
fn a_visitor_gets_no_stream() {
    let program = start();
    assert_eq!(Client::new(program.address).get("/ticks").status, 401);
}

#[test]
fn a_stream_ends_well_when_another_browser_logs_out() {
    let program = start();
    let mut client = Client::new(program.address);
    client.post("/login", "name=zoe");
    let mut stream = client.open("/ticks");
    let mut line = String::new();
    while !line.starts_with("data: 1") {
        line.clear();
        assert_ne!(stream.read_line(&mut line).unwrap(), 0, "the stream has ended");
    }
    assert_eq!(client.post("/logout", "").status, 303);
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("\r\n0\r\n\r\n"), "{rest:?}");
}
