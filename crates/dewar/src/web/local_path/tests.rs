//! What leads elsewhere, and what stays on this site.

use super::*;

/// What has led elsewhere in one browser, proxy or framework or another.
const ATTACKS: &[&str] = &[
    "",
    "evil.example",
    "https://evil.example",
    "https:/evil.example",
    "https:evil.example",
    "HTTPS://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "@evil.example",
    ":80",
    "?next=/",
    "#/",
    "./",
    "../",
    " /",
    "\t/",
    "\n/",
    "\0/",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "//user@evil.example",
    "//evil.example:443/",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "\\evil.example",
    "/\\/evil.example",
    "/a\\b",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "/\t\\evil.example",
    "/a\r\nSet-Cookie: x=1",
    "/\u{0}/evil.example",
    "/ /evil.example",
    "/a b",
    "/\u{a0}/evil.example",
    "/caf\u{e9}",
    "/\u{2028}",
    "/\u{ff0f}evil.example",
    "/\u{3002}",
    "/%2F/evil.example",
    "/%2Fevil.example",
    "/%2fevil.example",
    "/%252Fevil.example",
    "/%25252Fevil.example",
    "/a%2F%2Fb",
    "/%5Cevil.example",
    "/%5cevil.example",
    "/%255Cevil.example",
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%0D%0ASet-Cookie:x=1",
    "/%00/evil.example",
    "/%250a/evil.example",
    "/%7f",
    "/..//evil.example",
    "/../evil.example",
    "/./evil.example",
    "/.//evil.example",
    "/a/..//evil.example",
    "/%2e%2e/evil.example",
    "/%2e/%2fevil.example",
    "/.%2e/evil.example",
    "/%252e%252e/",
    "/a/..",
    "/.",
    "/..?next=/",
    "/a/../#x",
    "/\"onmouseover=alert(1)",
    "/<script>",
    "/>",
    "/?\"",
    "/?a=\tb",
    "/?a=b\n",
    "/#\n",
    "/?\\",
    "/%25252525252525252Fevil.example",
];

const LOCAL: &[&str] = &[
    "/",
    "/orders",
    "/orders/",
    "/orders?page=2&sort=-date",
    "/a/b/c#part",
    "/?q=https://evil.example",
    "/?q=a%0Ab%20%22",
    "/?q=//x/../y",
    "/#//evil.example",
    "/caf%C3%A9",
    "/a%20b",
    "/100%",
    "/%zz",
    "/%",
    "/%2",
    "/~zoe/.well-known/...",
    "/a;b=c,d(e)'f!*",
    "/@zoe",
    "/a:80",
    "/files/a%2Fb",
    "/?a[]=1|2",
    "/%25",
    "/50%25-off",
    "/.hidden",
    "/..a",
    "/a..",
];

#[test]
fn no_attack_leads_elsewhere() {
    for attack in ATTACKS {
        assert_eq!(LocalPath::parse(attack), None, "{attack:?}");
    }
    assert_eq!(LocalPath::parse(&format!("/{}", "a".repeat(2048))), None);
}

#[test]
fn paths_of_this_site_are_taken_as_they_are() {
    for path in LOCAL {
        assert_eq!(LocalPath::parse(path).map(|path| path.to_string()).as_deref(), Some(*path), "{path:?}");
    }
    assert!(LocalPath::parse(&format!("/{}", "a".repeat(2047))).is_some());
}

#[test]
fn deserialized_an_attack_becomes_the_root() {
    let read = |text: &str| serde_json::from_value::<LocalPath>(text.into()).unwrap();
    for attack in ATTACKS {
        assert_eq!(read(attack), LocalPath::default(), "{attack:?}");
    }
    assert_eq!(read("/orders").as_str(), "/orders");
    assert!(serde_json::from_value::<LocalPath>(1.into()).is_err());
}

#[test]
fn the_next_in_a_query_is_read_back_and_an_attack_is_the_root() {
    for path in LOCAL {
        let page = LocalPath::parse(path).unwrap().as_next_of("/login?lang=de");
        assert_eq!(LocalPath::next_in(page.split_once('?').unwrap().1).as_str(), *path);
    }
    for attack in ATTACKS {
        let plain = LocalPath(attack.to_string()).as_next_of("");
        for query in [plain.trim_start_matches('?'), &format!("next={attack}")] {
            assert_eq!(
                LocalPath::next_in(query.split(['&', '#']).next().unwrap()),
                LocalPath::default(),
                "{query:?}"
            );
        }
    }
    let next = |query: &str| LocalPath::next_in(query).to_string();
    assert_eq!(next("next=/a&next=/b"), "/a");
    assert_eq!(
        ["", "next", "next=", "xnext=/a", "next=/%", "next=/%FF", "next=/a+b"].map(next),
        ["/", "/", "/", "/", "/%", "/", "/"]
    );
}

#[test]
fn a_path_is_the_next_of_a_login_page() {
    let path = LocalPath::parse("/a%20b?c=d&e=%26#f").unwrap();
    assert_eq!(path.as_next_of("/login"), "/login?next=/a%2520b%3Fc%3Dd%26e%3D%2526%23f");
    assert_eq!(path.as_next_of("/login?lang=de"), "/login?lang=de&next=/a%2520b%3Fc%3Dd%26e%3D%2526%23f");
    assert_eq!(LocalPath::default().as_next_of("/login#form?"), "/login?next=/#form?");
}
