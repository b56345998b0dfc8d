//! A browser's cookies: a cookie is known by its name, domain and path (RFC 6265bis §5.7). All hosts and paths here match.

use dewar::error::Error;
use dewar::web::SessionHeaders;
use dewar::{Session, SessionManager};

/// In the order in which they were first set. Sent with the longest path first.
#[derive(Debug, Clone, Default)]
pub(super) struct Jar(Vec<Cookie>);

#[derive(Debug, Clone, PartialEq)]
struct Cookie {
    name: String,
    domain: String,
    path: String,
    value: String,
}

impl Jar {
    pub(super) fn header(&self) -> String {
        let mut cookies: Vec<&Cookie> = self.0.iter().collect();
        cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs = cookies.iter().map(|Cookie { name, value, .. }| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|cookie| cookie.name.as_str()).collect()
    }

    pub(super) fn receive<'l>(&mut self, lines: impl IntoIterator<Item = &'l str>) {
        for line in lines {
            self.take(line);
        }
    }

    fn take(&mut self, line: &str) {
        let mut parts = line.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let attribute = |wanted: &str| {
            line.split("; ").skip(1).find_map(|part| part.strip_prefix(wanted)).unwrap_or_default().to_owned()
        };
        let cookie = Cookie {
            name: name.into(),
            value: value.into(),
            domain: attribute("Domain="),
            path: attribute("Path="),
        };
        let is_removed = attribute("Max-Age=") == "0";
        let same = |old: &Cookie| {
            (&old.name, &old.domain, &old.path) == (&cookie.name, &cookie.domain, &cookie.path)
        };
        match self.0.iter_mut().find(|old| same(old)) {
            Some(_) if is_removed => self.0.retain(|old| !same(old)),
            Some(old) => *old = cookie,
            None if is_removed => {}
            None => self.0.push(cookie),
        }
    }

    /// A request whose response arrives.
    pub(super) async fn visit<R>(
        &mut self,
        manager: &SessionManager,
        handle: impl FnOnce(&Session) -> R,
    ) -> Result<R, Error> {
        let (answer, reply) = self.ask(manager, handle).await?;
        self.receive(reply.set_cookies());
        Ok(answer)
    }

    /// A request whose response has not arrived yet.
    pub(super) async fn ask<R>(
        &self,
        manager: &SessionManager,
        handle: impl FnOnce(&Session) -> R,
    ) -> Result<(R, SessionHeaders), Error> {
        let session = manager.open([self.header().as_bytes()]).await?;
        let answer = handle(&session);
        Ok((answer, manager.save(&session).await?))
    }

    pub(super) async fn user(&mut self, manager: &SessionManager) -> Option<String> {
        self.visit(manager, |session| session.get("user").unwrap()).await.unwrap()
    }
}

pub(super) fn login(session: &Session) {
    session.regenerate_id();
    session.insert_value("user", "zoe");
    session.set_permanent(true);
}

pub(super) fn logout(session: &Session) {
    session.destroy();
}
