//! What must be true after all requests have ended.

use dewar::value::{Map, Value};

use super::actions::Action;
use super::check::Format;
use super::final_state::{FinalState, Found};
use super::history::{End, Request, Who};
use super::tracked_sessions::TrackedSession;

impl FinalState<'_> {
    pub(super) fn promises(&self) -> Result<(), String> {
        self.every_request_is_answered()?;
        self.login_cookies_work()?;
        self.sessions_end_only_by_request()?;
        self.a_session_has_one_id()?;
        self.ended_sessions_stay_ended()?;
        self.no_data_of_other_sessions()?;
        self.answered_writes_are_stored()?;
        self.counters_are_right()?;
        self.a_planted_id_shows_nothing()?;
        self.the_list_is_right()
    }

    fn every_request_is_answered(&self) -> Result<(), String> {
        let tabs = self.scenario.user.iter().chain(self.scenario.attacker);
        for (tab, actions) in tabs.enumerate() {
            let last = self.requests().iter().rfind(|request| request.tab == tab);
            let is_answered = last.is_some_and(|last| {
                Some(&last.action) == actions.last() && !matches!(last.end, End::Unknown(_))
            });
            promise(is_answered, "a request is repeated and never answered")?;
        }
        Ok(())
    }

    /// The cookie of each login works, whichever of several responses the browser keeps.
    fn login_cookies_work(&self) -> Result<(), String> {
        for login in self.requests().iter().filter(|request| request.action.is_login()) {
            match (&login.end, login.given()) {
                (End::Unknown(_), _) => {}
                (End::Served(Some(_)), None) => return Err("a login removes the cookie".to_owned()),
                (End::Refused | End::Served(_), None) => {
                    promise(self.was_refused_at_the_limit(login), "a login is answered, and sets no cookie")?;
                }
                (_, Some(cookie)) => {
                    let excused = || self.has_newer_id(cookie) || self.has_ended(login);
                    promise(
                        self.is_logged_in(login.who, cookie) || excused(),
                        "the cookie of a login does not work",
                    )?;
                }
            }
        }
        self.the_user_is_logged_in()
    }

    /// A login may be refused at the limit: another session of the same owner exists, and a browser has its cookie. For Flask-Session's
    /// records it cannot be known whether a browser has it.
    fn was_refused_at_the_limit(&self, login: &Request) -> bool {
        let Action::Login(Some(owner)) = login.action else { return false };
        let is_in_a_browser = |found: &Found| {
            self.requests().iter().any(|request| {
                request.sent == found.cookie
                    || (request.is_received && request.given() == Some(&found.cookie))
            })
        };
        let is_theirs = |session: &TrackedSession| session.owner() == Some(owner);
        self.scenario.session_limit.is_some()
            && match self.format {
                Format::Native => self.found.iter().any(|found| {
                    is_theirs(&self.sessions.all[found.session])
                        && !found.data.is_empty()
                        && is_in_a_browser(found)
                }),
                Format::Flask => {
                    self.sessions.all.iter().any(|session| is_theirs(session) && session.ended.is_none())
                }
            }
    }

    /// The last cookie of the user's browser works, if the user only logged in and used the session. Without tombstones a request with
    /// an old id begins a session of its own.
    fn the_user_is_logged_in(&self) -> Result<(), String> {
        let actions = || self.scenario.user.iter().copied().flatten();
        let is_plain = |action: &Action| {
            matches!(action, Action::Login(_) | Action::Set(..) | Action::Increment | Action::Look)
        };
        let attacker_ends = self.scenario.attacker.iter().copied().flatten().any(|action| action.ends());
        let is_due = actions().all(is_plain) && actions().any(|action| action.is_login()) && !attacker_ends;
        // Of two users who log in at once, one may log the other out.
        let owners = || actions().filter(|action| action.is_login());
        let is_one = owners().all(|action| Some(action) == owners().next());
        let is_due = is_due && (is_one || !self.program.ends_sessions_of_others());
        if !is_due || self.scenario.session_limit.is_some() || self.format == Format::Flask {
            return Ok(());
        }
        promise(
            self.is_logged_in(Who::User, &self.run.user_cookie),
            "the user logged in, and has a cookie that does not work",
        )
    }

    fn is_logged_in(&self, who: Who, cookie: &str) -> bool {
        let rights = self.opened(cookie).and_then(|found| found.data.get("rights").cloned());
        rights == Some(Value::from(who.mark()))
    }

    /// A session ends only by a request with its id, or by a limit.
    fn sessions_end_only_by_request(&self) -> Result<(), String> {
        for (number, session) in self.sessions.all.iter().enumerate() {
            if let Some((_, by)) = session.ended {
                promise(
                    self.may_end(number, session, by),
                    "a session was ended by a request that may not end it",
                )?;
            } else if let Some(found) = self.found.iter().find(|found| self.is_newest_of(found, number)) {
                promise(!found.data.is_empty(), "a session is gone, and no request ended it")?;
            }
        }
        Ok(())
    }

    fn may_end(&self, number: usize, session: &TrackedSession, by: usize) -> bool {
        let request = &self.requests()[by];
        let limited = |owner| self.scenario.session_limit.is_some() && session.owner() == Some(owner);
        let sent = || self.sessions.and_replacements(self.session_sent(request));
        let leads_here = || sent().any(|session| session == number);
        match request.action {
            // A login that copied a session which has ended meanwhile removes its copy.
            // One that finds the session of another owner ends it.
            Action::Login(owner) => {
                let is_another = |owner| {
                    leads_here() && sent().any(|session| self.sessions.all[session].was_of_another(owner))
                };
                session.by == Some(by) || owner.is_some_and(|owner| limited(owner) || is_another(owner))
            }
            action => action.ends() && leads_here(),
        }
    }

    /// Whether this is the newest id of the session.
    fn is_newest_of(&self, found: &Found, session: usize) -> bool {
        found.session == session && !self.has_newer_id(&found.cookie)
    }

    fn a_session_has_one_id(&self) -> Result<(), String> {
        (0..self.sessions.all.len())
            .try_for_each(|session| promise(self.live_ids_of(session).count() <= 1, "a session has two ids"))
    }

    /// Flask-Session's records leave no tombstone under an old id: a logout with it finds nothing to end.
    fn ended_sessions_stay_ended(&self) -> Result<(), String> {
        for request in self.requests().iter().filter(|request| request.action.ends() && request.is_served()) {
            let Some(session) = self.session_sent(request) else { continue };
            let is_renamed = self.sessions.all[session].is_renamed;
            let must_end = match request.action {
                action if action.logs_out() => self.format == Format::Native || !is_renamed,
                Action::Clear => !is_renamed,
                _ => false,
            };
            promise(
                !must_end || self.live_ids_of(session).count() == 0,
                "a session that was ended still opens",
            )?;
        }
        Ok(())
    }

    /// A login takes data over only from a session of the same owner that has not ended.
    fn no_data_of_other_sessions(&self) -> Result<(), String> {
        for found in &self.found {
            let session = &self.sessions.all[found.session];
            let foreign =
                found.data.keys().any(|key| self.is_foreign(key.as_str().unwrap_or(""), found.session));
            if !foreign || session.by.is_none() {
                continue;
            }
            let may_be_from = |other: &TrackedSession| match session.by.map(|by| &self.requests()[by]) {
                Some(Request { action: Action::Login(Some(owner)), begun, .. }) => {
                    other.was_owned_by(owner, *begun, session.begun) && !other.has_ended_by(session.begun)
                }
                _ => false,
            };
            let others = self.sessions.all.iter().enumerate().filter(|(number, _)| *number != found.session);
            promise(
                others.map(|(_, other)| other).any(may_be_from),
                "a session contains data of another session",
            )?;
        }
        Ok(())
    }

    /// Whether no request of this session has set the key.
    fn is_foreign(&self, key: &str, session: usize) -> bool {
        if key.starts_with('_') {
            return false;
        }
        !self.requests().iter().any(|request| {
            let sets = match request.action {
                Action::Set(set, _) => set == key,
                Action::Increment => key == "n",
                Action::Login(_) => key == "rights",
                Action::Goodbye => key == "goodbye",
                _ => false,
            };
            let is_its =
                self.session_of(request) == Some(session) || self.session_sent(request) == Some(session);
            sets && (is_its || matches!(request.end, End::Unknown(_)))
        })
    }

    /// A write that was answered is stored, or that of another request to the same key, unless the session has ended.
    fn answered_writes_are_stored(&self) -> Result<(), String> {
        for request in self.requests().iter().filter(|request| request.is_served()) {
            let Action::Set(key, _) = request.action else { continue };
            let Some(session) = self.session_of(request) else {
                return Err("a write is answered and has no session".to_owned());
            };
            let mut alive = self.live_ids_of(session);
            let is_there = |found: &Found| found.data.get(key).is_some_and(|value| self.is_of(key, value));
            promise(alive.all(is_there), "a write that was answered is lost")?;
        }
        Ok(())
    }

    /// Whether a request has set this value, or another has incremented it.
    fn is_of(&self, key: &str, value: &Value) -> bool {
        let counted = |from: i64| {
            let most =
                self.requests().iter().filter(|request| request.action == Action::Increment).count() as i64;
            key == "n" && (from..=from + most).any(|number| *value == Value::from(number))
        };
        self.requests().iter().any(|request| match request.action {
            Action::Set(set, number) if set == key => *value == Value::from(number) || counted(number),
            _ => false,
        })
    }

    fn counters_are_right(&self) -> Result<(), String> {
        let sets = |request: &Request| matches!(request.action, Action::Set("n", _) | Action::Clear);
        if self.requests().iter().any(sets) {
            return Ok(());
        }
        let increments = || self.requests().iter().filter(|request| request.action == Action::Increment);
        for found in self.found.iter().filter(|found| !found.data.is_empty()) {
            let least =
                increments().filter(|r| r.is_served() && self.session_of(r) == Some(found.session)).count();
            let is_first = self.sessions.all[found.session].by.is_none();
            let may_count = |r: &&Request| {
                r.end != End::Refused && (!is_first || self.session_sent(r) == Some(found.session))
            };
            let most = increments().filter(may_count).count();
            let sum = match found.data.get("n") {
                Some(Value::Int(number)) => number.to_string().parse().unwrap_or(usize::MAX),
                _ => 0,
            };
            promise((least..=most).contains(&sum), "the counter is wrong")?;
        }
        Ok(())
    }

    fn a_planted_id_shows_nothing(&self) -> Result<(), String> {
        let mark = Value::from(Who::User.mark());
        let is_the_users = |data: &Map| data.get("rights") == Some(&mark) || data.contains("secret");
        for request in self.requests().iter().filter(|request| request.who == Who::Attacker) {
            promise(!is_the_users(&request.saw), "a planted id shows the user's session")?;
            let opened = request.given().and_then(|cookie| self.opened(cookie));
            promise(
                !opened.is_some_and(|found| is_the_users(&found.data)),
                "a planted id gets a cookie of the user's session",
            )?;
        }
        Ok(())
    }

    /// The list contains all live sessions of the owner, none that no login began, and not more than the limit.
    fn the_list_is_right(&self) -> Result<(), String> {
        let is_zoes = |action: Action| action == Action::Login(Some("zoe"));
        let logins = self.requests().iter().filter(|request| is_zoes(request.action)).count();
        let before = usize::from(self.scenario.owner == Some("zoe") && !self.scenario.begins_without);
        let elsewhere = usize::from(self.scenario.elsewhere);
        promise(self.listed <= logins + before + elsewhere, "more sessions are listed than were begun")?;
        let owned = |session: &usize| {
            self.sessions.all[*session].owner() == Some("zoe") && self.live_ids_of(*session).count() > 0
        };
        let alive = (0..self.sessions.all.len()).filter(owned).count();
        promise(self.listed >= alive, "a session is not listed")?;
        if let Some(session_limit) = self.scenario.session_limit {
            promise(self.listed <= session_limit.sessions, "there are more sessions than the limit")?;
        }
        // Without tombstones a repeated login begins one more session.
        let may_go = !self.scenario.elsewhere || self.format == Format::Flask;
        promise(self.is_logged_in_elsewhere || may_go, "a repeated login ends the session of another device")
    }
}

fn promise(holds: bool, or_else: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(or_else.to_owned()) }
}
