//! Forms of other sites are refused (cross-site request forgery), by what the browser says of where a request comes from.
//!
//! The rules are those of Go's `CrossOriginProtection` and of the layer for CSRF in tower-http. A proxy in front must pass on `Host`, `Origin`
//! and `Sec-Fetch-Site` as they are.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HOST, HeaderMap, ORIGIN};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

/// A middleware that answers 403 to what another site sends.
pub(crate) async fn own_forms_only(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if is_own(request.method(), request.headers()) {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    Ok(request.into_response(HttpResponse::Forbidden().finish()).map_into_right_body())
}

/// Whether a request comes from this site, or changes nothing, or from no browser.
fn is_own(method: &Method, headers: &HeaderMap) -> bool {
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(method) {
        return true;
    }
    if let Some(site) = headers.get("Sec-Fetch-Site") {
        return site == "same-origin" || site == "none";
    }
    // An old browser: `Origin` is `https://` and the host.
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let of_origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    of_origin.is_some_and(|(_, of_origin)| host == Some(of_origin))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn is_own_post(headers: &[(&'static str, &'static str)]) -> bool {
        let request =
            headers.iter().fold(TestRequest::post(), |request, header| request.insert_header(*header));
        let request = request.to_http_request();
        is_own(request.method(), request.headers())
    }

    #[test]
    fn what_another_site_sends_is_not_own() {
        const HOST: (&str, &str) = ("Host", "shop.example");
        assert!(is_own_post(&[]));
        assert!(is_own_post(&[HOST, ("Origin", "https://shop.example")]));
        assert!(is_own_post(&[HOST, ("Sec-Fetch-Site", "same-origin"), ("Origin", "https://shop.example")]));
        assert!(is_own_post(&[HOST, ("Sec-Fetch-Site", "none")]));
        for origin in
            ["https://evil.example", "https://shop.example:8443", "https://shop.example.evil", "null", ""]
        {
            assert!(!is_own_post(&[HOST, ("Origin", origin)]), "{origin}");
        }
        for site in ["cross-site", "same-site", ""] {
            assert!(
                !is_own_post(&[HOST, ("Sec-Fetch-Site", site), ("Origin", "https://shop.example")]),
                "{site}"
            );
        }
        let get = TestRequest::get().insert_header(("Sec-Fetch-Site", "cross-site")).to_http_request();
        assert!(is_own(get.method(), get.headers()), "a link to the shop");
    }
}
