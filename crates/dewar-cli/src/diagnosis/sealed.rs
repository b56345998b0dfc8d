//! Dewar's own cookie, which only its key can decrypt.

use dewar::codec::{Codec as _, TaggedJson};
use dewar::inspect::SealedSession;
use dewar::signing::{Opened, Sealer};
use dewar::{CookiePolicy, Lifetime};

use super::report::{Question, Report, cause};
use super::{Moment, OwnLifetime};

pub(super) fn examine(question: &Question<'_>, report: &mut Report) {
    let Some(secrets) = question.secrets else { return };
    // The name is sealed with the session: under another name it cannot be decrypted.
    let name = report.cookie_name.get_or_insert_with(|| CookiePolicy::default().name);
    let sealer = match Sealer::new(secrets.keys(), SealedSession::PURPOSE, name) {
        Ok(sealer) => sealer,
        Err(error) => return report.invalid(error.to_string()),
    };
    match sealer.open(question.cookie.value.as_bytes()) {
        Ok(opened) => read(question, &opened, report),
        Err(error) => report.invalid(error.to_string()),
    }
}

fn read(question: &Question<'_>, opened: &Opened, report: &mut Report) {
    let Some(session) = SealedSession::read(&opened.plaintext) else {
        return report.invalid("it was decrypted, but holds no session of a known version");
    };
    let reason = age(question, &session);
    let lifetime = lifetime(question, &session);
    let SealedSession { is_permanent, times, timeouts, data, .. } = session;
    report.own_lifetime = timeouts.map(OwnLifetime::from);
    report.is_permanent = Some(is_permanent);
    report.created_at = Some(Moment::from(times.created));
    report.written_at = Some(Moment::from(times.refreshed));
    report.expires_at = lifetime.expires_at(times).map(Moment::from);
    match TaggedJson::default().encode(&data) {
        Ok(json) => report.holds(String::from_utf8_lossy(&json).into_owned()),
        Err(error) => report.data_text = Some(format!("cannot be represented as JSON: {}", cause(&error))),
    }
    match reason {
        Some(reason) => report.invalid(reason),
        None => report.valid(opened.key),
    }
}

/// Its own, if it has one. (The program's `longest_lifetime` may cut it.)
fn lifetime(question: &Question<'_>, session: &SealedSession) -> Lifetime {
    question.lifetime.unwrap_or_default().with(session.timeouts)
}

/// Why it is not valid at this time.
fn age(question: &Question<'_>, session: &SealedSession) -> Option<&'static str> {
    if lifetime(question, session).is_expired(session.times, question.now) {
        return Some("it was decrypted, but it has expired");
    }
    session
        .is_from_the_future(question.now)
        .then_some("it was decrypted, but was sealed in the future: compare the clocks")
}
