//! The question and the answer.

use dewar::Lifetime;
use dewar::clock::UnixTime;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Kind, Moment, Oddity, OwnLifetime, Written, advice, flask, sealed, session_id};
use crate::secrets::Secrets;

/// A cookie, and what to check it against.
#[derive(Debug)]
pub(crate) struct Question<'q> {
    pub(crate) cookie: &'q Written,
    /// Without keys, the cookie is read but not checked.
    pub(crate) secrets: Option<&'q Secrets>,
    /// If `None`, the default of its kind.
    pub(crate) lifetime: Option<Lifetime>,
    pub(crate) salt: Option<&'q str>,
    pub(crate) legacy_epoch: bool,
    pub(crate) now: UnixTime,
}

/// What is known about a cookie. `data` is Flask's tagged JSON, also for a sealed cookie.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) kind: Kind,
    pub(crate) verdict: Verdict,
    /// Why it is not valid, or cannot be read.
    pub(crate) reason: Option<String>,
    /// No key matches its signature: the key is wrong, or the cookie was changed.
    pub(crate) is_foreign: bool,
    pub(crate) cookie_name: Option<String>,
    /// Of its value; a browser stores 4096 bytes of name and value together.
    pub(crate) bytes: usize,
    pub(crate) oddities: Vec<Oddity>,
    /// When the session was created. Only a sealed cookie contains it.
    pub(crate) created_at: Option<Moment>,
    /// When it was signed or sealed.
    pub(crate) written_at: Option<Moment>,
    pub(crate) age_seconds: Option<i64>,
    pub(crate) expires_at: Option<Moment>,
    /// The session's own lifetime. Only a sealed cookie can have one.
    pub(crate) own_lifetime: Option<OwnLifetime>,
    /// Whether it outlives the browser.
    pub(crate) is_permanent: Option<bool>,
    /// Whether a fallback key matches, and not the newest one.
    pub(crate) key_is_old: Option<bool>,
    pub(crate) advice: Vec<String>,
    pub(crate) data: Option<Box<RawValue>>,
    /// The data if it is not valid JSON (such as `NaN`), or why it cannot be shown.
    pub(crate) data_text: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    Valid,
    Invalid,
    NotChecked,
}

/// Reads and checks a cookie.
pub(crate) fn examine(question: &Question<'_>) -> Report {
    let mut report = Report::new(question.cookie);
    match report.kind {
        Kind::Flask | Kind::FlaskCompressed => flask::examine(question, &mut report),
        Kind::Sealed => sealed::examine(question, &mut report),
        Kind::SessionId | Kind::SignedSessionId => session_id::examine(question, &mut report),
        Kind::Signed => report.invalid("it does not contain a session"),
        Kind::Unknown => report.invalid("it does not look like a session cookie of a known kind"),
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
            created_at: None,
            written_at: None,
            age_seconds: None,
            expires_at: None,
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

    /// Whether the cookie could be read and is not invalid.
    pub(crate) fn is_good(&self) -> bool {
        self.verdict != Verdict::Invalid && self.reason.is_none()
    }
}

/// The last cause of an error, which is the most specific one.
pub(super) fn cause(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
