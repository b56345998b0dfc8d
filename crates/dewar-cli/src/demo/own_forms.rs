//! Whether a form came from a page of this site. `SameSite=Lax` keeps our cookie out of another site's form, but a form that
//! logs a person in needs no cookie.
//!
//! Browsers say where a form comes from in `Sec-Fetch-Site` (Fetch Metadata), though not to a site on plain http that is not this very
//! machine; and in `Origin` (RFC 6454), which is then compared with `Host`. A client that sends neither is no browser, and
//! has no cookie but its own.

use axum::extract::Request;
use axum::http::header::{HOST, HeaderMap, HeaderName, ORIGIN};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::Url;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses a form that another site sends.
pub(super) async fn only(request: Request, next: Next) -> Response {
    if request.method() == Method::POST && !is_own(request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

fn is_own(headers: &HeaderMap) -> bool {
    match (only_value(headers, &SEC_FETCH_SITE), only_value(headers, &ORIGIN)) {
        (Ok(Some(site)), _) => matches!(site, "same-origin" | "none"),
        (Ok(None), Ok(Some(origin))) => is_same(origin, only_value(headers, &HOST)),
        (Ok(None), Ok(None)) => true,
        _ => false,
    }
}

/// Whether it is the origin of this host. Whether people reach us over https is known to a proxy alone, so the scheme is taken from the
/// origin; a proxy that changes `Host` has to say `Sec-Fetch-Site`, as browsers do over https.
fn is_same(origin: &str, host: Result<Option<&str>, ()>) -> bool {
    let Ok(Some(host)) = host else { return false };
    let Some((scheme @ ("http" | "https"), from)) = origin.split_once("://") else { return false };
    let origin_of = |authority: &str| {
        let is_authority = !authority.contains(['/', '\\', '@', '?', '#']);
        is_authority
            .then(|| Url::parse(&format!("{scheme}://{authority}")).ok())
            .flatten()
            .map(|url| url.origin())
    };
    origin_of(from).is_some_and(|from| Some(from) == origin_of(host))
}

/// The value of a header that may be there once.
fn only_value<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| ()),
        (Some(_), Some(_)) => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn is_own_with(headers: &[(&'static str, &str)]) -> bool {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap())
        };
        let mut map = HeaderMap::new();
        headers.iter().map(pair).for_each(|(name, value)| map.extend([(name, value)]));
        is_own(&map)
    }

    #[test]
    fn an_origin_is_compared_with_the_host() {
        for (origin, host, is_own) in [
            ("http://example.org", "example.org", true),
            ("http://example.org", "Example.ORG:80", true),
            ("http://example.org:5000", "example.org:5000", true),
            // Behind a proxy that speaks https for us.
            ("https://example.org", "example.org", true),
            ("https://example.org", "example.org:443", true),
            ("http://[::1]:5000", "[::1]:5000", true),
            ("http://[::1]:5000", "[0:0:0:0:0:0:0:1]:5000", true),
            ("http://127.0.0.1:5000", "127.0.0.1:5000", true),
            ("http://example.org:5000", "example.org:5001", false),
            ("http://example.org", "example.org:443", false),
            ("http://localhost:5000", "127.0.0.1:5000", false),
            ("http://[::1]:5000", "[::2]:5000", false),
            ("http://[::1]", "[::1]:5000", false),
            ("http://evil.example.org", "example.org", false),
            ("http://example.org.evil.net", "example.org", false),
            ("http://example.org@evil.net", "example.org", false),
            ("http://evil.net/example.org", "evil.net", false),
            ("http://evil.net", "evil.net@example.org", false),
            ("null", "example.org", false),
            ("null", "null", false),
            ("", "", false),
            ("http://", "", false),
            ("file://", "example.org", false),
            ("ftp://example.org", "example.org", false),
            ("example.org", "example.org", false),
            ("http://ex\u{e4}mple.org", "ex\u{e4}mple.org", false),
        ] {
            assert_eq!(is_own_with(&[("origin", origin), ("host", host)]), is_own, "{origin} {host}");
        }
    }

    #[test]
    fn what_the_browser_says_of_the_site_comes_first() {
        let foreign = [("origin", "http://evil.net"), ("host", "example.org")];
        for (site, is_own) in [
            ("same-origin", true),
            ("none", true),
            ("same-site", false),
            ("cross-site", false),
            ("", false),
            ("x", false),
        ] {
            assert_eq!(is_own_with(&[("sec-fetch-site", site), ("host", "example.org")]), is_own, "{site}");
            // A proxy may have changed the host.
            assert_eq!(is_own_with(&[&[("sec-fetch-site", site)][..], &foreign].concat()), is_own, "{site}");
        }
    }

    #[test]
    fn a_client_that_sends_neither_is_no_browser() {
        assert!(is_own_with(&[("host", "example.org")]));
        assert!(is_own_with(&[]));
    }

    #[test]
    fn a_header_that_is_there_twice_says_nothing() {
        let own = ("origin", "http://example.org");
        let host = ("host", "example.org");
        assert!(!is_own_with(&[own, own, host]));
        assert!(!is_own_with(&[own, host, host]));
        assert!(!is_own_with(&[own]), "no host to compare with");
        assert!(!is_own_with(&[("sec-fetch-site", "none"), ("sec-fetch-site", "cross-site"), host]));
    }
}
