//! A [`Reply`] onto the headers of a response.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::{CACHE_CONTROL, HeaderName, HeaderValue, SET_COOKIE, VARY};

use crate::manager::{Reply, SessionManager};

pub(super) fn apply(reply: &Reply, manager: &SessionManager, headers: &mut HeaderMap) {
    if let Some(vary) = reply.vary(texts(headers, VARY)) {
        replace(headers, VARY, vary);
    }
    if let Some(cache_control) = reply.cache_control(texts(headers, CACHE_CONTROL)) {
        replace(headers, CACHE_CONTROL, cache_control.into());
    }
    if let Some(set_cookie) = reply.set_cookie() {
        add_set_cookie(headers, manager, set_cookie);
    }
}

fn texts(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok())
}

fn replace(headers: &mut HeaderMap, name: HeaderName, value: Cow<'static, str>) {
    let value = match value {
        Cow::Borrowed(text) => Ok(HeaderValue::from_static(text)),
        Cow::Owned(text) => HeaderValue::try_from(text),
    };
    if let Ok(value) = value {
        headers.insert(name, value);
    }
}

/// A response must not set one cookie twice (RFC 6265bis §4.1.1): ours takes the place of an earlier one of its name, and
/// leaves all others as they are.
fn add_set_cookie(headers: &mut HeaderMap, manager: &SessionManager, set_cookie: &str) {
    let Ok(ours) = HeaderValue::from_str(set_cookie) else { return };
    if headers.get_all(SET_COOKIE).iter().any(|value| manager.is_set_by(value.as_bytes())) {
        let kept: Vec<_> = headers
            .get_all(SET_COOKIE)
            .iter()
            .filter(|value| !manager.is_set_by(value.as_bytes()))
            .cloned()
            .collect();
        headers.remove(SET_COOKIE);
        headers.extend(kept.into_iter().map(|value| (SET_COOKIE, value)));
    }
    headers.append(SET_COOKIE, ours);
}
