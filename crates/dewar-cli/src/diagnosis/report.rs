//! The question and the answer.

use dewar::Lifetime;
use dewar::clock::UnixTime;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Kind, Moment, Oddity, OwnLifetime, Written, advice, flask, sealed, session_id};
use crate::secrets::Secrets;

/// What is asked of a cookie.
#[derive(Debug)]
pub(crate) struct Question<'q> {
    pub(crate) cookie: &'q Written,
    /// Without keys nothing is checked, only read.
    pub(crate) secrets: Option<&'q Secrets>,
    /// The default of its kind, if none is given.
    pub(crate) lifetime: Option<Lifetime>,
    pub(crate) salt: Option<&'q str>,
    pub(crate) legacy_epoch: bool,
    pub(crate) now: UnixTime,
}

/// What is known of a cookie. The `data` is Flask's tagged JSON, of a sealed cookie too.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) kind: Kind,
    pub(crate) verdict: Verdict,
    /// Why it is not valid, or cannot be read.
    pub(crate) reason: Option<String>,
    /// No key has made its signature: a wrong key, or a changed cookie.
    pub(crate) is_foreign: bool,
    pub(crate) cookie_name: Option<String>,
    /// Of its value; a browser stores 4096 bytes of name and value together.
    pub(crate) bytes: usize,
    pub(crate) oddities: Vec<Oddity>,
    /// When the session began, which only a sealed cookie tells.
    pub(crate) began_at: Option<Moment>,
    /// When it was signed or sealed.
    pub(crate) written_at: Option<Moment>,
    pub(crate) age_seconds: Option<i64>,
    pub(crate) ends_at: Option<Moment>,
    /// A lifetime of its own, which only a sealed cookie has.
    pub(crate) own_lifetime: Option<OwnLifetime>,
    /// Whether it outlives the browser.
    pub(crate) is_permanent: Option<bool>,
    /// Whether a fallback key, not the newest, fits.
    pub(crate) key_is_old: Option<bool>,
    pub(crate) advice: Vec<String>,
    pub(crate) data: Option<Box<RawValue>>,
    /// The data where it is no JSON by the book: `NaN`, or not readable at all.
    pub(crate) data_text: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    Valid,
    Invalid,
    NotChecked,
}

/// Finds out all there is to know.
pub(crate) fn examine(question: &Question<'_>) -> Report {
    let mut report = Report::new(question.cookie);
    match report.kind {
        Kind::Flask | Kind::FlaskCompressed => flask::examine(question, &mut report),
        Kind::Sealed => sealed::examine(question, &mut report),
        Kind::SessionId | Kind::SignedSessionId => session_id::examine(question, &mut report),
        Kind::Signed => report.invalid("what it carries is not a session"),
        Kind::Unknown => report.invalid("it has the shape of no session cookie that is known here"),
    }
    report.age_seconds =
        report.written_at.as_ref().map(|written| question.now.seconds().saturating_sub(written.unix));
    report.advice = advice::on(question, &report);
    report
}

impl Report {
    fn new(cookie: &Written) -> Self {
        Self {
            kind: Kind::of(&cookie.value),
            verdict: Verdict::NotChecked,
            reason: None,
            is_foreign: false,
            cookie_name: cookie.name.clone(),
            bytes: cookie.value.len(),
            oddities: cookie.oddities.clone(),
            began_at: None,
            written_at: None,
            age_seconds: None,
            ends_at: None,
            own_lifetime: None,
            is_permanent: None,
            key_is_old: None,
            advice: Vec::new(),
            data: None,
            data_text: None,
        }
    }

    pub(super) fn invalid(&mut self, reason: impl Into<String>) {
        self.verdict = Verdict::Invalid;
        self.reason = Some(reason.into());
    }

    pub(super) fn valid(&mut self, key: dewar::signing::KeyAge) {
        self.verdict = Verdict::Valid;
        self.key_is_old = Some(key == dewar::signing::KeyAge::Older);
    }

    pub(super) fn holds(&mut self, json: String) {
        match RawValue::from_string(json.clone()) {
            Ok(data) => self.data = Some(data),
            Err(_) => self.data_text = Some(json),
        }
    }

    /// The data as text, if it could be read.
    pub(crate) fn json(&self) -> Option<&str> {
        self.data.as_deref().map(RawValue::get).or(self.data_text.as_deref())
    }

    /// Whether the cookie could be read, and nothing speaks against it.
    pub(crate) fn is_good(&self) -> bool {
        self.verdict != Verdict::Invalid && self.reason.is_none()
    }
}

/// The last cause of an error: the one that says most.
pub(super) fn cause(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
