//! Requests to a program whose store is somewhere else.

use tokio::runtime::Runtime;

use crate::{Program, Repeat, Role, Row, cost_on};

/// A path and what its handler does with the session.
pub const WORK: [(&str, &str); 4] = [
    ("/untouched", "request, session untouched"),
    ("/read", "request, session read"),
    ("/write", "request, session changed"),
    ("/new", "request, session made"),
];

/// The number of requests at once in the second half of the table.
pub const AT_ONCE: usize = 64;

const OTHER_COOKIES: &str = "theme=dark; _ga=GA1.2.1234567890.1700000000; lang=de";

/// Each work, one request at a time and [`AT_ONCE`], each of those with a session of its own.
pub fn measure<P: Program>(
    runtime: &Runtime,
    program: &mut P,
    who: &str,
    role: Role,
    rounds: usize,
) -> Vec<Row> {
    let cookies: Vec<String> = (0..AT_ONCE).map(|_| session(runtime, program)).collect();
    let one = Repeat { rounds, round: AT_ONCE, at_once: 1 };
    let many = Repeat { at_once: AT_ONCE, ..one };
    let mut rows = Vec::new();
    for (repeat, suffix) in [(one, ""), (many, ", 64 at once")] {
        for (path, work) in WORK {
            let mut sessions = cookies.iter().cycle();
            let mut next = || sessions.next().filter(|_| path != "/new").map(String::as_str);
            let input = || P::request(path, &with(next()));
            let cost = cost_on(runtime, repeat, input, |request| program.answer(request));
            check(runtime, program, path, cookies.first().map(String::as_str));
            let cookie = cookies.first().map(|cookie| octets(cookie));
            rows.push(Row { work: format!("{work}{suffix}"), who: who.to_owned(), role, cost, cookie });
        }
    }
    rows
}

/// Checks that no request failed.
fn check<P: Program>(runtime: &Runtime, program: &mut P, path: &str, cookie: Option<&str>) {
    let response = runtime.block_on(program.answer(P::request(path, &with(cookie))));
    drop(P::cookies(&response));
}

/// The cookies of a session that was just made.
pub(crate) fn session<P: Program>(runtime: &Runtime, program: &mut P) -> String {
    pairs(&P::cookies(&runtime.block_on(program.answer(P::request("/new", &with(None))))))
}

/// What a browser sends back.
#[must_use]
pub fn pairs(lines: &[String]) -> String {
    lines.iter().filter_map(|line| line.split(';').next()).collect::<Vec<_>>().join("; ")
}

/// The cookies of a session among others, or others alone.
#[must_use]
pub fn with(cookie: Option<&str>) -> String {
    format!("{OTHER_COOKIES}; {}", cookie.filter(|cookie| !cookie.is_empty()).unwrap_or("tz=2"))
}

/// Of the values.
#[must_use]
pub fn octets(cookies: &str) -> usize {
    cookies.split("; ").filter_map(|pair| pair.split_once('=')).map(|(_, value)| value.len()).sum()
}
