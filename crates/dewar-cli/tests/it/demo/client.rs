//! A client over plain HTTP.

use ureq::Agent;
use ureq::http::{HeaderMap, Response};

use super::server::Demo;

/// A client with room for one cookie, which follows no redirect by itself.
pub(super) struct Client<'d> {
    pub(super) demo: &'d Demo,
    pub(super) agent: Agent,
    pub(super) cookie: Option<String>,
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl<'d> Client<'d> {
    pub(super) fn new(demo: &'d Demo) -> Self {
        let agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).build().new_agent();
        Self { demo, agent, cookie: None }
    }

    pub(super) fn get(&mut self, path: &str) -> Answer {
        let request = self.agent.get(format!("{}{path}", self.demo.url));
        let cookie = self.cookie.clone().unwrap_or_default();
        let response = request.header("cookie", cookie).call().unwrap();
        self.take(response)
    }

    pub(super) fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.agent.post(format!("{}{path}", self.demo.url));
        let cookie = self.cookie.clone().unwrap_or_default();
        let response = request.header("cookie", cookie).send_form(form.iter().copied()).unwrap();
        self.take(response)
    }

    /// Posts, and asks for the page that it leads to.
    pub(super) fn submit(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
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
