//! Requests to a program whose store is somewhere else.

use std::time::Duration;

use tokio::runtime::Runtime;

use crate::{Program, RedisServer, Repeat, Role, Row, cost_on};

/// A path and what its handler does with the session.
pub const WORK: [(&str, &str); 4] = [
    ("/untouched", "request, session untouched"),
    ("/read", "request, session read"),
    ("/write", "request, session changed"),
    ("/new", "request, session made"),
];

/// The number of requests at once in the second half of the table.
pub const AT_ONCE: usize = 64;

/// The number of requests at once in the last part of Redis's table, which needs more to be busy.
pub const MANY_AT_ONCE: usize = 512;

const OTHER_COOKIES: &str = "theme=dark; _ga=GA1.2.1234567890.1700000000; lang=de";

/// Each work, one request at a time and [`AT_ONCE`], each of those with a session of its own.
pub fn measure<P: Program>(
    runtime: &Runtime,
    program: &mut P,
    who: &str,
    role: Role,
    rounds: usize,
) -> Vec<Row> {
    Measurement { runtime, who, role, rounds, redis: None }.rows(program, &[1, AT_ONCE])
}

/// The same with [`MANY_AT_ONCE`] as well, and what Redis spends on a request, its own clock included.
pub fn measure_on_redis<P: Program>(
    runtime: &Runtime,
    program: &mut P,
    who: &str,
    role: Role,
    rounds: usize,
    redis: RedisServer,
) -> Vec<Row> {
    let measurement = Measurement { runtime, who, role, rounds, redis: Some(redis) };
    measurement.rows(program, &[1, AT_ONCE, MANY_AT_ONCE])
}

/// How a program is measured.
struct Measurement<'m> {
    runtime: &'m Runtime,
    who: &'m str,
    role: Role,
    rounds: usize,
    redis: Option<RedisServer>,
}

impl Measurement<'_> {
    fn rows<P: Program>(&self, program: &mut P, at_once: &[usize]) -> Vec<Row> {
        let sessions = at_once.iter().copied().max().unwrap_or_default();
        let cookies: Vec<String> = (0..sessions).map(|_| session(self.runtime, program)).collect();
        let each = at_once.iter().flat_map(|at_once| WORK.map(|(path, work)| (*at_once, path, work)));
        each.map(|(at_once, path, work)| self.row(program, at_once, path, work, &cookies)).collect()
    }

    fn row<P: Program>(
        &self,
        program: &mut P,
        at_once: usize,
        path: &str,
        work: &str,
        cookies: &[String],
    ) -> Row {
        let (mut sessions, mut requests) = (cookies.iter().cycle(), 0);
        let mut next = || sessions.next().filter(|_| path != "/new").map(String::as_str);
        let input = || {
            requests += 1;
            P::request(path, &with(next()))
        };
        let repeat = Repeat { rounds: self.rounds, round: AT_ONCE.max(at_once), at_once };
        let before = self.spent();
        let cost = cost_on(self.runtime, repeat, input, |request| program.answer(request));
        let spent = self.spent().zip(before).map(|(after, before)| after.saturating_sub(before));
        check(self.runtime, program, path, cookies.first().map(String::as_str));
        let suffix = if at_once > 1 { format!(", {at_once} at once") } else { String::new() };
        Row {
            work: format!("{work}{suffix}"),
            who: self.who.to_owned(),
            role: self.role,
            cost,
            cookie: cookies.first().map(|cookie| octets(cookie)),
            server: spent.map(|spent| u64::try_from(spent.as_nanos()).unwrap_or(u64::MAX) / requests.max(1)),
        }
    }

    fn spent(&self) -> Option<Duration> {
        self.redis.map(|redis| redis.spent().unwrap())
    }
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
