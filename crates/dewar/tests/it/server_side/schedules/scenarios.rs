//! The scenarios: which tab does what, at the same time as others.

use dewar::settings::SessionLimit;
use dewar::store::Trim;

use super::actions::Action::{
    self, Clear, Destroy, Goodbye, Increment, LogOut, Login, Look, Remove, Rotate, Set, Wait,
};

/// A session, the tabs that send its cookie, and the actions of each tab.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scenario {
    pub(super) name: &'static str,
    /// The owner of the first session.
    pub(super) owner: Option<&'static str>,
    /// There is no first session: the tabs begin without a cookie.
    pub(super) begins_without: bool,
    /// The tabs of the user's browser.
    pub(super) user: &'static [&'static [Action]],
    /// The tabs of an attacker's browser, which has the same first cookie: the attacker planted it.
    pub(super) attacker: &'static [&'static [Action]],
    pub(super) session_limit: Option<SessionLimit>,
    /// The user is logged in on another device, too.
    pub(super) elsewhere: bool,
}

const ZOE: Action = Login(Some("zoe"));
const EVE: Action = Login(Some("eve"));
const NO_OWNER: Action = Login(None);
const SECRET: Action = Set("secret", 1);

const fn tabs(name: &'static str, user: &'static [&'static [Action]]) -> Scenario {
    let owner = None;
    Scenario {
        name,
        owner,
        begins_without: false,
        user,
        attacker: &[],
        session_limit: None,
        elsewhere: false,
    }
}

impl Scenario {
    const fn of(self, owner: &'static str) -> Self {
        Self { owner: Some(owner), ..self }
    }

    const fn without_cookie(self) -> Self {
        Self { begins_without: true, ..self }
    }

    const fn planted(self, attacker: &'static [&'static [Action]]) -> Self {
        Self { attacker, ..self }
    }

    const fn session_limit(self, sessions: usize, trim: Trim) -> Self {
        Self { session_limit: Some(SessionLimit { sessions, ends: trim }), ..self }
    }

    const fn logged_in_elsewhere(self) -> Self {
        Self { elsewhere: true, ..self }
    }
}

/// Two requests at once.
pub(super) const PAIRS: &[Scenario] = &[
    tabs("write, write: two keys", &[&[Set("a", 1)], &[Set("b", 2)]]),
    tabs("write, write: one key", &[&[Set("a", 1)], &[Set("a", 2)]]),
    tabs("update, update", &[&[Increment], &[Increment]]),
    tabs("update, write: one key", &[&[Increment], &[Set("n", 10)]]),
    tabs("write, logout", &[&[Set("a", 1)], &[Destroy]]),
    tabs("update, logout", &[&[Increment], &[Destroy]]),
    tabs("look, logout", &[&[Look], &[Destroy]]),
    tabs("logout, logout", &[&[Destroy], &[Destroy]]),
    tabs("rotate, logout", &[&[Rotate], &[Destroy]]),
    tabs("rotate, write", &[&[Rotate], &[Set("a", 1)]]),
    tabs("rotate, update", &[&[Rotate], &[Increment]]),
    tabs("rotate, rotate", &[&[Rotate], &[Rotate]]),
    tabs("rotate, look", &[&[Rotate], &[Look]]),
    tabs("rotate, login", &[&[Rotate], &[ZOE]]),
    tabs("rotate, login: owned", &[&[Rotate], &[ZOE]]).of("zoe"),
    tabs("login, write", &[&[ZOE], &[Set("a", 1)]]),
    tabs("login, update: owned", &[&[ZOE], &[Increment]]).of("zoe"),
    tabs("login, logout", &[&[ZOE], &[Destroy]]),
    tabs("login, logout: owned", &[&[ZOE], &[Destroy]]).of("zoe"),
    tabs("login, clear: owned", &[&[ZOE], &[Clear]]).of("zoe"),
    tabs("login, login", &[&[ZOE], &[ZOE]]),
    tabs("login, login: owned", &[&[ZOE], &[ZOE]]).of("zoe"),
    tabs("login, login of another", &[&[ZOE], &[EVE]]).of("zoe"),
    tabs("login, login: no owner", &[&[NO_OWNER], &[NO_OWNER]]),
    tabs("login, login: no cookie", &[&[ZOE], &[ZOE]]).without_cookie(),
    tabs("emptied, filled", &[&[Remove("user")], &[Set("a", 1)]]),
    tabs("emptied, emptied", &[&[Remove("user")], &[Remove("user")]]),
    tabs("clear, write", &[&[Clear], &[Set("a", 1)]]),
    tabs("clear, logout", &[&[Clear], &[Destroy]]),
    tabs("write, log_out", &[&[Set("a", 1)], &[LogOut]]),
    tabs("update, log_out", &[&[Increment], &[LogOut]]),
    tabs("rotate, log_out", &[&[Rotate], &[LogOut]]),
    tabs("login, log_out: owned", &[&[ZOE], &[LogOut]]).of("zoe"),
    tabs("login of another, log_out", &[&[EVE], &[LogOut]]).of("zoe"),
    tabs("write, goodbye", &[&[Set("a", 1)], &[Goodbye]]),
    tabs("update, goodbye", &[&[Increment], &[Goodbye]]),
    tabs("look, goodbye", &[&[Look], &[Goodbye]]),
    tabs("rotate, goodbye", &[&[Rotate], &[Goodbye]]),
    tabs("goodbye, goodbye", &[&[Goodbye], &[Goodbye]]),
    tabs("goodbye, logout", &[&[Goodbye], &[Destroy]]),
    tabs("login, goodbye", &[&[ZOE], &[Goodbye]]),
    tabs("login, goodbye: owned", &[&[ZOE], &[Goodbye]]).of("zoe"),
    tabs("login of another, goodbye", &[&[EVE], &[Goodbye]]).of("zoe"),
    tabs("login of another, write", &[&[EVE], &[Set("a", 1)]]).of("zoe"),
    tabs("login of another, rotate", &[&[EVE], &[Rotate]]).of("zoe"),
    tabs("login of another, login of another", &[&[EVE], &[EVE]]).of("zoe"),
];

/// Three at once.
pub(super) const TRIPLES: &[Scenario] = &[
    tabs("three writes", &[&[Set("a", 1)], &[Set("b", 2)], &[Set("c", 3)]]),
    tabs("three updates", &[&[Increment], &[Increment], &[Increment]]),
    tabs("write, update, logout", &[&[Set("a", 1)], &[Increment], &[Destroy]]),
    tabs("write, rotate, logout", &[&[Set("a", 1)], &[Rotate], &[Destroy]]),
    tabs("write, rotate, goodbye", &[&[Set("a", 1)], &[Rotate], &[Goodbye]]),
    tabs("login, rotate, goodbye", &[&[ZOE], &[Rotate], &[Goodbye]]).of("zoe"),
    tabs("rotate, rotate, logout", &[&[Rotate], &[Rotate], &[Destroy]]),
    tabs("login, rotate, logout", &[&[ZOE], &[Rotate], &[Destroy]]).of("zoe"),
    tabs("login, login, logout", &[&[ZOE], &[ZOE], &[Destroy]]).of("zoe"),
    tabs("login, write, look", &[&[ZOE], &[Set("a", 1)], &[Look]]),
    tabs("login, update, look: owned", &[&[ZOE], &[Increment], &[Look]]).of("zoe"),
    tabs("emptied, filled, filled", &[&[Remove("user")], &[Set("a", 1)], &[Set("b", 2)]]),
];

/// One tab, one action after the other.
pub(super) const SEQUENCES: &[Scenario] = &[
    tabs("logs in", &[&[ZOE]]),
    tabs("logs in without a cookie", &[&[ZOE]]).without_cookie(),
    tabs("logs in and counts", &[&[ZOE, Increment]]),
    tabs("counts and logs in", &[&[Increment, ZOE]]),
    tabs("counts and logs in: owned", &[&[Increment, ZOE]]).of("zoe"),
    tabs("logs out", &[&[Destroy]]),
    tabs("logs out and in", &[&[Destroy, ZOE]]).of("zoe"),
    tabs("clears and logs in", &[&[Clear, ZOE]]).of("zoe"),
    tabs("logs in and out", &[&[ZOE, Destroy]]).of("zoe"),
    tabs("logs in, logs out, looks", &[&[ZOE, Destroy, Look]]).of("zoe"),
    tabs("logs in, out and in", &[&[ZOE, Destroy, ZOE]]),
    tabs("logs in, says goodbye, looks", &[&[ZOE, Goodbye, Look]]).of("zoe"),
    tabs("says goodbye and logs in", &[&[Goodbye, ZOE]]).of("zoe"),
    tabs("logs in, out by log_out and in", &[&[ZOE, LogOut, ZOE]]),
    tabs("logs in as another and says goodbye", &[&[EVE, Goodbye]]).of("zoe"),
    tabs("logs in twice", &[&[ZOE, ZOE]]),
    tabs("logs in, then as another", &[&[ZOE, EVE]]),
    tabs("gets a new id and writes", &[&[Rotate, Set("a", 1)]]),
    tabs("gets a new id and logs in", &[&[Rotate, ZOE]]).of("zoe"),
];

/// Requests with an old id, sent when no request can still be under way with it.
pub(super) const LATE: &[Scenario] = &[
    tabs("logs in, comes late", &[&[ZOE], &[Wait, ZOE]]),
    tabs("logs in, writes late", &[&[ZOE], &[Wait, Set("a", 1)]]),
    tabs("logs in, counts late", &[&[ZOE], &[Wait, Increment]]),
    tabs("logs in, logs out late", &[&[ZOE], &[Wait, Destroy]]),
    tabs("logs in, logs out late by log_out", &[&[ZOE], &[Wait, LogOut]]),
    tabs("logs in, says goodbye late", &[&[ZOE], &[Wait, Goodbye]]),
    tabs("planted: login, late", &[&[ZOE, SECRET]]).of("eve").planted(&[&[Wait, EVE, Look]]),
    tabs("planted: rotate, late", &[&[ZOE, SECRET]]).of("eve").planted(&[&[Wait, Rotate, Look]]),
    tabs("planted: write, late", &[&[ZOE, SECRET]]).of("eve").planted(&[&[Wait, Set("a", 1), Look]]),
    tabs("planted: update, late", &[&[ZOE, SECRET]]).of("eve").planted(&[&[Wait, Increment, Look]]),
];

/// Logins where the sessions of an owner are limited.
pub(super) const LIMITED: &[Scenario] = &[
    tabs("logs in, one at most", &[&[ZOE]]).session_limit(1, Trim::Oldest),
    tabs("logs in, the newest goes", &[&[ZOE]]).session_limit(1, Trim::Newest),
    tabs("logs in without a cookie, one at most", &[&[ZOE]]).without_cookie().session_limit(1, Trim::Oldest),
    tabs("logs in without a cookie, the newest goes", &[&[ZOE]])
        .without_cookie()
        .session_limit(1, Trim::Newest),
    tabs("logs in again, one at most", &[&[ZOE]]).of("zoe").session_limit(1, Trim::Oldest),
    tabs("logs in again, the newest goes", &[&[ZOE]]).of("zoe").session_limit(1, Trim::Newest),
    tabs("logs in again beside another device", &[&[ZOE]])
        .of("zoe")
        .logged_in_elsewhere()
        .session_limit(2, Trim::Oldest),
    tabs("logs in beside another device", &[&[ZOE]]).logged_in_elsewhere().session_limit(2, Trim::Oldest),
    tabs("logs in beside another device, the newest goes", &[&[ZOE]])
        .logged_in_elsewhere()
        .session_limit(2, Trim::Newest),
    tabs("logs in and out, one at most", &[&[ZOE, Destroy]]).of("zoe").session_limit(1, Trim::Oldest),
    tabs("says goodbye and logs in, the newest goes", &[&[Goodbye, ZOE]])
        .of("zoe")
        .session_limit(1, Trim::Newest),
    tabs("logs out and in, the newest goes", &[&[Destroy, ZOE]]).of("zoe").session_limit(1, Trim::Newest),
];

/// The same, with two logins at once.
pub(super) const LIMITED_PAIRS: &[Scenario] = &[
    tabs("logs in twice at once, one at most", &[&[ZOE], &[ZOE]]).of("zoe").session_limit(1, Trim::Oldest),
    tabs("logs in twice at once, the newest goes", &[&[ZOE], &[ZOE]])
        .of("zoe")
        .session_limit(1, Trim::Newest),
];

/// An attacker has planted the id with which the user logs in, and tries everything with it.
pub(super) const PLANTED: &[Scenario] = &[
    tabs("planted: login", &[&[ZOE, SECRET]]).of("eve").planted(&[&[EVE, Look]]),
    tabs("planted: login, session without owner", &[&[ZOE, SECRET]]).planted(&[&[EVE, Look]]),
    tabs("planted: login, no owners", &[&[NO_OWNER, SECRET]]).planted(&[&[NO_OWNER, Look]]),
    tabs("planted: login without owner", &[&[ZOE, SECRET]]).of("eve").planted(&[&[NO_OWNER, Look]]),
    tabs("planted: login with owner", &[&[NO_OWNER, SECRET]]).of("eve").planted(&[&[EVE, Look]]),
    tabs("planted: rotate", &[&[ZOE, SECRET]]).of("eve").planted(&[&[Rotate, Look]]),
    tabs("planted: write", &[&[ZOE, SECRET]]).of("eve").planted(&[&[Set("a", 1), Look]]),
    tabs("planted: update", &[&[ZOE]]).of("eve").planted(&[&[Increment, Look]]),
    tabs("planted: look", &[&[ZOE, SECRET]]).of("eve").planted(&[&[Look], &[Look]]),
    tabs("planted: clear", &[&[ZOE]]).of("eve").planted(&[&[Clear, Look]]),
    tabs("planted: logout", &[&[ZOE, Look]]).of("eve").planted(&[&[Destroy, Look]]),
    tabs("planted: goodbye", &[&[ZOE, Look]]).of("eve").planted(&[&[Goodbye, Look]]),
    tabs("planted: logout and login", &[&[ZOE]]).of("eve").planted(&[&[Destroy, EVE]]),
];
