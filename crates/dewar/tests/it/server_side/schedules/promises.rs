//! What must be true when all requests are over.

use dewar::value::{Map, Value};

use super::aftermath::{Aftermath, Found};
use super::check::Format;
use super::deeds::Deed;
use super::history::{End, Request, Who};
use super::lines::Line;

impl Aftermath<'_> {
    pub(super) fn promises(&self) -> Result<(), String> {
        self.everybody_is_answered()?;
        self.whoever_logs_in_is_logged_in()?;
        self.nobody_is_thrown_out()?;
        self.one_id()?;
        self.what_ended_stays_ended()?;
        self.nothing_of_it_comes_back()?;
        self.writes_are_there()?;
        self.sums_are_right()?;
        self.what_was_planted_leads_nowhere()?;
        self.the_list_is_true()
    }

    fn everybody_is_answered(&self) -> Result<(), String> {
        let tabs = self.scenario.hers.iter().chain(self.scenario.planters);
        for (tab, deeds) in tabs.enumerate() {
            let last = self.requests().iter().rfind(|request| request.tab == tab);
            let is_answered = last
                .is_some_and(|last| Some(&last.deed) == deeds.last() && !matches!(last.end, End::Unknown(_)));
            promise(is_answered, "a request that is repeated is never answered")?;
        }
        Ok(())
    }

    /// Whichever of several responses the browser keeps, its cookie works.
    fn whoever_logs_in_is_logged_in(&self) -> Result<(), String> {
        for login in self.requests().iter().filter(|request| request.deed.is_login()) {
            match (&login.end, login.given()) {
                (End::Unknown(_), _) => {}
                (End::Kept(Some(_)), None) => return Err("a login takes the cookie away".to_owned()),
                (End::Refused | End::Kept(_), None) => {
                    promise(self.gave_way(login), "a login is answered, and nobody is logged in")?;
                }
                (_, Some(cookie)) => {
                    let excused = || self.has_newer_id(cookie) || self.has_ended(login);
                    promise(
                        self.is_in(login.who, cookie) || excused(),
                        "the cookie of a login does not work",
                    )?;
                }
            }
        }
        self.she_is_logged_in()
    }

    /// At a limit a login may find that it is one too many: another session of the same owner is there, and somebody has its cookie. Of
    /// Flask-Session's records nobody knows whether somebody does.
    fn gave_way(&self, login: &Request) -> bool {
        let Deed::Login(Some(owner)) = login.deed else { return false };
        let is_had = |found: &Found| {
            self.requests().iter().any(|request| {
                request.sent == found.cookie
                    || (request.is_received && request.given() == Some(&found.cookie))
            })
        };
        let is_theirs = |line: &Line| line.owner() == Some(owner);
        self.scenario.at_most.is_some()
            && match self.format {
                Format::Native => self.found.iter().any(|found| {
                    is_theirs(&self.lines.all[found.line]) && !found.data.is_empty() && is_had(found)
                }),
                Format::Flask => self.lines.all.iter().any(|line| is_theirs(line) && line.ended.is_none()),
            }
    }

    /// What her browser has in the end works, if all that she did was to log in and to use it. A request that comes too late begins a
    /// session of its own where there are no tombstones.
    fn she_is_logged_in(&self) -> Result<(), String> {
        let deeds = || self.scenario.hers.iter().copied().flatten();
        let is_plain =
            |deed: &Deed| matches!(deed, Deed::Login(_) | Deed::Set(..) | Deed::Increment | Deed::Look);
        let planters_end = self.scenario.planters.iter().copied().flatten().any(|deed| deed.ends());
        let is_due = deeds().all(is_plain) && deeds().any(|deed| deed.is_login()) && !planters_end;
        if !is_due || self.scenario.at_most.is_some() || self.format == Format::Flask {
            return Ok(());
        }
        promise(
            self.is_in(Who::Hers, &self.run.she_has),
            "she logged in, and her browser has a cookie that does not work",
        )
    }

    fn is_in(&self, who: Who, cookie: &str) -> bool {
        let rights = self.opened(cookie).and_then(|found| found.data.get("rights").cloned());
        rights == Some(Value::from(who.mark()))
    }

    /// A session ends by a request that came with its id, or by a limit.
    fn nobody_is_thrown_out(&self) -> Result<(), String> {
        for (number, line) in self.lines.all.iter().enumerate() {
            if let Some((_, by)) = line.ended {
                promise(self.may_end(number, line, by), "a session is gone that nobody ended")?;
            } else if let Some(found) = self.found.iter().find(|found| self.is_newest_of(found, number)) {
                promise(!found.data.is_empty(), "a session is gone, and nobody knows why")?;
            }
        }
        Ok(())
    }

    fn may_end(&self, number: usize, line: &Line, by: usize) -> bool {
        let request = &self.requests()[by];
        let limited = |owner| self.scenario.at_most.is_some() && line.owner() == Some(owner);
        match request.deed {
            // A login that found what it copied ended takes back what it began.
            Deed::Login(owner) => line.by == Some(by) || owner.is_some_and(limited),
            deed => deed.ends() && self.line_sent(request) == Some(number),
        }
    }

    /// Nobody renamed the session from this id to another.
    fn is_newest_of(&self, found: &Found, line: usize) -> bool {
        found.line == line && !self.has_newer_id(&found.cookie)
    }

    fn one_id(&self) -> Result<(), String> {
        (0..self.lines.all.len())
            .try_for_each(|line| promise(self.alive_in(line).count() <= 1, "a session has two ids"))
    }

    /// Flask-Session's records leave no trace under an old id: a logout that comes with it finds nothing to end.
    fn what_ended_stays_ended(&self) -> Result<(), String> {
        for request in self.requests().iter().filter(|request| request.deed.ends() && request.is_kept()) {
            let Some(line) = self.line_sent(request) else { continue };
            let is_renamed = self.lines.all[line].is_renamed;
            let is_out = match request.deed {
                Deed::Destroy => self.format == Format::Native || !is_renamed,
                Deed::Clear => !is_renamed,
                _ => false,
            };
            promise(!is_out || self.alive_in(line).count() == 0, "a session that was ended is there")?;
        }
        Ok(())
    }

    /// What a login took over from another session was its owner's own, and not ended yet when it was written.
    fn nothing_of_it_comes_back(&self) -> Result<(), String> {
        for found in &self.found {
            let line = &self.lines.all[found.line];
            let foreign =
                found.data.keys().any(|key| self.is_foreign(key.as_str().unwrap_or(""), found.line));
            if !foreign || line.by.is_none() {
                continue;
            }
            let may_be_from = |other: &Line| match line.by.map(|by| &self.requests()[by]) {
                Some(Request { deed: Deed::Login(Some(owner)), begun, .. }) => {
                    other.was_owned_by(owner, *begun, line.begun) && !other.has_ended_by(line.begun)
                }
                _ => false,
            };
            let others = self.lines.all.iter().enumerate().filter(|(number, _)| *number != found.line);
            promise(
                others.map(|(_, other)| other).any(may_be_from),
                "something of another session is there",
            )?;
        }
        Ok(())
    }

    /// No request of this session has set it.
    fn is_foreign(&self, key: &str, line: usize) -> bool {
        if key.starts_with('_') {
            return false;
        }
        !self.requests().iter().any(|request| {
            let sets = match request.deed {
                Deed::Set(set, _) => set == key,
                Deed::Increment => key == "n",
                Deed::Login(_) => key == "rights",
                _ => false,
            };
            let is_its = self.line_of(request) == Some(line) || self.line_sent(request) == Some(line);
            sets && (is_its || matches!(request.end, End::Unknown(_)))
        })
    }

    /// The value that was answered for is there; or that of another who set the same key; unless somebody ended the session.
    fn writes_are_there(&self) -> Result<(), String> {
        for request in self.requests().iter().filter(|request| request.is_kept()) {
            let Deed::Set(key, _) = request.deed else { continue };
            let Some(line) = self.line_of(request) else {
                return Err("a write is answered for and kept nowhere".to_owned());
            };
            let mut alive = self.alive_in(line);
            let is_there = |found: &Found| found.data.get(key).is_some_and(|value| self.is_of(key, value));
            promise(alive.all(is_there), "a write that was answered for is lost")?;
        }
        Ok(())
    }

    /// Whether a request left this value, or another counted on from it.
    fn is_of(&self, key: &str, value: &Value) -> bool {
        let counted = |from: i64| {
            let most =
                self.requests().iter().filter(|request| request.deed == Deed::Increment).count() as i64;
            key == "n" && (from..=from + most).any(|number| *value == Value::from(number))
        };
        self.requests().iter().any(|request| match request.deed {
            Deed::Set(set, number) if set == key => *value == Value::from(number) || counted(number),
            _ => false,
        })
    }

    fn sums_are_right(&self) -> Result<(), String> {
        let sets = |request: &Request| matches!(request.deed, Deed::Set("n", _) | Deed::Clear);
        if self.requests().iter().any(sets) {
            return Ok(());
        }
        let increments = || self.requests().iter().filter(|request| request.deed == Deed::Increment);
        for found in self.found.iter().filter(|found| !found.data.is_empty()) {
            let least = increments().filter(|r| r.is_kept() && self.line_of(r) == Some(found.line)).count();
            let is_first = self.lines.all[found.line].by.is_none();
            let may_count =
                |r: &&Request| r.end != End::Refused && (!is_first || self.line_sent(r) == Some(found.line));
            let most = increments().filter(may_count).count();
            let sum = match found.data.get("n") {
                Some(Value::Int(number)) => number.to_string().parse().unwrap_or(usize::MAX),
                _ => 0,
            };
            promise((least..=most).contains(&sum), "the sum is wrong")?;
        }
        Ok(())
    }

    fn what_was_planted_leads_nowhere(&self) -> Result<(), String> {
        let hers = Value::from(Who::Hers.mark());
        let is_hers = |data: &Map| data.get("rights") == Some(&hers) || data.contains("secret");
        for request in self.requests().iter().filter(|request| request.who == Who::Planters) {
            promise(!is_hers(&request.saw), "a planted id shows her session")?;
            let opened = request.given().and_then(|cookie| self.opened(cookie));
            promise(!opened.is_some_and(|found| is_hers(&found.data)), "a planted id gets a cookie of hers")?;
        }
        Ok(())
    }

    /// No session is listed that no login made; none is alive and not listed; and no more are than may be.
    fn the_list_is_true(&self) -> Result<(), String> {
        let is_hers = |deed: Deed| deed == Deed::Login(Some("zoe"));
        let logins = self.requests().iter().filter(|request| is_hers(request.deed)).count();
        let before = usize::from(self.scenario.owner == Some("zoe") && !self.scenario.begins_without);
        let elsewhere = usize::from(self.scenario.elsewhere);
        promise(self.listed <= logins + before + elsewhere, "more sessions are listed than were made")?;
        let owned =
            |line: &usize| self.lines.all[*line].owner() == Some("zoe") && self.alive_in(*line).count() > 0;
        let alive = (0..self.lines.all.len()).filter(owned).count();
        promise(self.listed >= alive, "a session is not listed")?;
        if let Some(at_most) = self.scenario.at_most {
            promise(self.listed <= at_most.sessions, "there are more sessions than may be")?;
        }
        // Without tombstones a login that is repeated is one more.
        let may_go = !self.scenario.elsewhere || self.format == Format::Flask;
        promise(self.is_elsewhere || may_go, "a login that is repeated ends another device's")
    }
}

fn promise(is_kept: bool, or_else: &str) -> Result<(), String> {
    if is_kept { Ok(()) } else { Err(or_else.to_owned()) }
}
