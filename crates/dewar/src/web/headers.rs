//! A [`Reply`] onto the headers of a response.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::{CACHE_CONTROL, HeaderName, HeaderValue, SET_COOKIE, VARY};

use crate::cookie::is_same_cookie;
use crate::manager::Reply;

pub(super) fn apply(reply: &Reply, headers: &mut HeaderMap) {
    if let Some(vary) = reply.vary(texts(headers, &VARY)) {
        replace(headers, VARY, vary);
    }
    if let Some(cache_control) = reply.cache_control(texts(headers, &CACHE_CONTROL)) {
        replace(headers, CACHE_CONTROL, cache_control);
    }
    for_targeted_caches(headers, reply);
    for set_cookie in reply.set_cookies() {
        add_set_cookie(headers, set_cookie);
    }
}

/// What is said to some caches alone overrides `Cache-Control` there (RFC 9213): `CDN-Cache-Control`, those of one maker such as
/// `Vercel-CDN-Cache-Control`, and the older `Surrogate-Control`.
fn for_targeted_caches(headers: &mut HeaderMap, reply: &Reply) {
    if reply.set_cookies().next().is_none() {
        return;
    }
    let is_targeted =
        |name: &&HeaderName| name.as_str().ends_with("cdn-cache-control") || *name == "surrogate-control";
    let targeted: Vec<HeaderName> = headers.keys().filter(is_targeted).cloned().collect();
    for name in targeted {
        if let Some(instead) = reply.cache_control(texts(headers, &name)) {
            replace(headers, name, instead);
        }
    }
}

fn texts<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> + use<'h> {
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

/// A response must not set one cookie twice (RFC 6265bis §4.1.1): ours takes the place of an earlier line about the same cookie, and
/// leaves all others as they are; one of the same name, but for another `Domain` or `Path`, is another cookie.
fn add_set_cookie(headers: &mut HeaderMap, set_cookie: &str) {
    let Ok(ours) = HeaderValue::from_str(set_cookie) else { return };
    let is_ours = |value: &HeaderValue| is_same_cookie(value.as_bytes(), ours.as_bytes());
    if headers.get_all(SET_COOKIE).iter().any(is_ours) {
        let kept: Vec<_> =
            headers.get_all(SET_COOKIE).iter().filter(|value| !is_ours(value)).cloned().collect();
        headers.remove(SET_COOKIE);
        headers.extend(kept.into_iter().map(|value| (SET_COOKIE, value)));
    }
    headers.append(SET_COOKIE, ours);
}
