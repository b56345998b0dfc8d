//! The types of the crate `http` 1, which tower and axum use.

use std::borrow::Cow;
use std::iter;

use http::header::{CACHE_CONTROL, COOKIE, HeaderName, HeaderValue, SET_COOKIE, VARY};
use http::{HeaderMap, Response, StatusCode};

use super::failed::SessionFailed;
use super::{Failure, ResponseHeaders};

/// The values of the `Cookie` headers, looked up lazily, because most requests do not need them.
pub(super) fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    iter::once(headers).flat_map(|headers| headers.get_all(COOKIE)).map(HeaderValue::as_bytes)
}

/// The response has a [`SessionFailed`] in its extensions.
impl<B: From<String>> From<Failure> for Response<B> {
    fn from(failure: Failure) -> Self {
        let mut response = Self::new(failure.body.into());
        *response.status_mut() =
            StatusCode::from_u16(failure.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in failure.headers {
            ResponseHeaders::append(response.headers_mut(), name, value.into());
        }
        response.extensions_mut().insert(SessionFailed(failure.error));
        response
    }
}

impl ResponseHeaders for HeaderMap {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.keys().map(HeaderName::as_str)
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        name_of(name).into_iter().flat_map(|name| self.get_all(name)).map(HeaderValue::as_bytes)
    }

    fn append(&mut self, name: &str, value: Cow<'static, str>) {
        if let (Some(name), Some(value)) = (name_of(name), value_of(value)) {
            self.append(name, value);
        }
    }

    fn replace(&mut self, name: &str, value: Cow<'static, str>) {
        if let (Some(name), Some(value)) = (name_of(name), value_of(value)) {
            self.insert(name, value);
        }
    }

    fn remove(&mut self, name: &str, is_unwanted: impl Fn(&[u8]) -> bool) {
        let Some(name) = name_of(name) else { return };
        let is_unwanted = |value: &HeaderValue| is_unwanted(value.as_bytes());
        if self.get_all(&name).iter().any(is_unwanted) {
            let values = self.get_all(&name).iter().filter(|value| !is_unwanted(value));
            let others: Vec<HeaderValue> = values.cloned().collect();
            self.remove(&name);
            self.extend(others.into_iter().map(|value| (name.clone(), value)));
        }
    }
}

fn value_of(text: Cow<'static, str>) -> Option<HeaderValue> {
    match text {
        Cow::Borrowed(text) => Some(HeaderValue::from_static(text)),
        Cow::Owned(text) => HeaderValue::try_from(text).ok(),
    }
}

/// The names of ours are not parsed: each is looked for several times in a response.
fn name_of(name: &str) -> Option<HeaderName> {
    Some(match name {
        "vary" => VARY,
        "cache-control" => CACHE_CONTROL,
        "set-cookie" => SET_COOKIE,
        _ => return HeaderName::try_from(name).ok(),
    })
}
