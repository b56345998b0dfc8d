//! Tokens that were not made for this program, this cookie, this format.

use dewar::codec::TaggedJson;
use dewar::random::Random;
use dewar::settings::CookieFormat;
use dewar::signing::{FlaskSerializer, Sealer, SerializerOptions, UrlSafeTimedSerializer, base64_encode};
use dewar::value::Map;
use dewar::{ClientSide, CookiePolicy, SessionManager};

use super::app::{NOW, SECRET, app, ask, at, both, cookie_of, flask, keys, sealed, seen, who, whoami};

/// With this cookie name, so that only the token decides.
fn named(name: &str, settings: ClientSide) -> ClientSide {
    ClientSide { cookie: CookiePolicy { name: name.into(), ..settings.cookie.clone() }, ..settings }
}

fn value(cookie: &str) -> &str {
    cookie.split_once('=').unwrap().1
}

#[tokio::test]
async fn nothing_but_the_configured_format_is_read() {
    let (sealed, flask) = (named("sid", sealed()), named("sid", flask()));
    let (sealed_cookie, flask_cookie) = (cookie_of(&sealed).await, cookie_of(&flask).await);
    let unsigned = format!("sid={}", base64_encode(br#"{"user":"zoe"}"#));
    let plain = r#"sid={"user":"zoe"}"#.to_owned();
    for (settings, own) in [(&sealed, &sealed_cookie), (&flask, &flask_cookie)] {
        assert_eq!(who(settings, own).await, "zoe");
        for cookie in
            [&sealed_cookie, &flask_cookie, &unsigned, &plain].into_iter().filter(|cookie| *cookie != own)
        {
            assert_eq!(who(settings, cookie).await, "", "{cookie} to {:?}", settings.format);
        }
    }
}

#[tokio::test]
async fn reading_a_second_format_reads_no_third() {
    let manager = |settings| SessionManager::client_side(settings).unwrap();
    let until = NOW.plus(std::time::Duration::from_secs(86_400));
    let both = manager(named("sid", sealed())).migrating_from(manager(named("sid", flask())), until);
    let user = async |cookie: &str| {
        let session = both.open([cookie.as_bytes()]).await.unwrap();
        session.get::<String>("user").unwrap()
    };
    let flask_cookie = cookie_of(&named("sid", flask())).await;
    assert_eq!(user(&flask_cookie).await.as_deref(), Some("zoe"));
    assert_eq!(user(&cookie_of(&named("sid", sealed())).await).await.as_deref(), Some("zoe"));
    let unsigned = format!("sid={}", base64_encode(br#"{"user":"zoe"}"#));
    assert_eq!(user(&unsigned).await, None);
    let cut = flask_cookie.rsplit_once('.').unwrap().0;
    assert_eq!(user(cut).await, None);
}

/// Whatever is wrong with a cookie, the client sees what it sees without one.
#[tokio::test]
async fn every_failure_gives_the_same_response() {
    for settings in both() {
        let good = cookie_of(&settings).await;
        let name = settings.cookie.name.as_str();
        let app = app(settings.clone(), whoami());
        assert_eq!(ask(app.clone(), &[&good]).await.body(), "zoe");
        let anonymous = ask(app.clone(), &[&format!("{name}=")]).await;
        for (what, token) in failures(&settings, value(&good)).await {
            let response = ask(app.clone(), &[&format!("{name}={token}")]).await;
            assert_eq!(seen(&response), seen(&anonymous), "{what}");
        }
    }
}

async fn failures(settings: &ClientSide, good: &str) -> Vec<(&'static str, String)> {
    let altered = |at: usize| {
        let other = if good.as_bytes()[at] == b'A' { "B" } else { "A" };
        format!("{}{other}{}", &good[..at], &good[at + 1..])
    };
    let future = cookie_of(&at(settings, dewar::clock::UnixTime::from_seconds(NOW.seconds() + 3_600))).await;
    let old =
        cookie_of(&at(settings, dewar::clock::UnixTime::from_seconds(NOW.seconds() - 40 * 86_400))).await;
    let unknown_key =
        ClientSide { keys: keys("another one of at least thirty-two bytes"), ..settings.clone() };
    let mut failures = vec![
        ("no base64", "!!!!".repeat(20)),
        ("the first letter changed", altered(0)),
        ("a letter of the payload changed", altered(24)),
        ("a letter of the signature changed", altered(good.len() - 5)),
        ("cut short", good[..good.len() - 1].into()),
        ("longer", format!("{good}A")),
        ("of an unknown key", value(&cookie_of(&unknown_key).await).into()),
        ("from the future", value(&future).into()),
        ("over", value(&old).into()),
        ("longer than any cookie", "A".repeat(10_000)),
    ];
    failures.extend(match settings.format {
        CookieFormat::Sealed => sealed_nonsense(&settings.cookie.name),
        _ => signed_nonsense(),
    });
    failures
}

/// Sealed with our key, but with contents that we never write.
fn sealed_nonsense(name: &str) -> Vec<(&'static str, String)> {
    let sealer = Sealer::new(&keys(SECRET), "session", name).unwrap();
    let contents: [(&str, &[u8]); 4] = [
        ("nothing", b""),
        ("no payload", b"\x00\x01"),
        ("no MessagePack", b"\x00\x00\x00\xc1"),
        ("no map", b"\x00\x00\x00\x01"),
    ];
    contents.map(|(what, payload)| (what, sealer.seal(payload, &Random::system()).unwrap())).into()
}

/// Signed with our key, but with contents that Flask never writes. (Flask itself answers most of them with 500.)
fn signed_nonsense() -> Vec<(&'static str, String)> {
    let keys = keys(SECRET);
    let options = SerializerOptions::flask();
    let signer = dewar::signing::TimestampSigner::new(&keys, options.signer, options.timestamps).unwrap();
    let payloads = [
        ("no JSON", base64_encode(b"{")),
        ("no map", base64_encode(b"[1]")),
        ("no base64 within", "!!".into()),
        ("no zlib", format!(".{}", base64_encode(b"not deflated"))),
        ("nothing", String::new()),
        ("a wrong tag", base64_encode(br#"{"a":{" u":"no uuid"}}"#)),
    ];
    payloads
        .map(|(what, payload)| (what, String::from_utf8(signer.sign(payload.as_bytes(), NOW)).unwrap()))
        .into()
}

#[tokio::test]
async fn a_sealed_token_is_bound_to_its_cookie_and_its_purpose() {
    let sealed = sealed();
    let cookie = cookie_of(&sealed).await;
    for name in ["__Host-session2", "__Host-admin", "__Secure-session", "session"] {
        let other = named(name, sealed.clone());
        assert_eq!(who(&other, &format!("{name}={}", value(&cookie))).await, "", "{name}");
    }
    // An empty session of the purpose is read; the same bytes for another are not.
    for (purpose, is_read) in [("session", true), ("csrf", false), ("Session", false), ("", false)] {
        let sealer = Sealer::new(&keys(SECRET), purpose, "__Host-session").unwrap();
        let token = sealer.seal(&empty_session(), &Random::system()).unwrap();
        let page = axum::routing::any(|session: dewar::Session| async move { session.is_new().to_string() });
        let response = ask(app(sealed.clone(), page), &[&format!("__Host-session={token}")]).await;
        assert_eq!(response.body(), &(!is_read).to_string(), "{purpose}");
    }
}

/// No flags, the seconds from 2024-01-01 to `NOW` as LEB128, refreshed at once, an empty map.
fn empty_session() -> Vec<u8> {
    let mut seconds = NOW.seconds() - 1_704_067_200;
    let mut payload = vec![0];
    while seconds >= 0x80 {
        payload.push((seconds & 0x7f) as u8 | 0x80);
        seconds >>= 7;
    }
    payload.extend([seconds as u8, 0, 0x80]);
    payload
}

#[tokio::test]
async fn a_signed_token_of_another_purpose_is_no_session() {
    let data = Map::from([("user", "zoe")]);
    for (salt, expected) in
        [("cookie-session", "zoe"), ("activate-account", ""), ("itsdangerous", ""), ("", "")]
    {
        let mut options = SerializerOptions::flask();
        options.signer.salt = salt.into();
        let serializer: FlaskSerializer =
            UrlSafeTimedSerializer::new(&keys(SECRET), TaggedJson::default(), options).unwrap();
        let token = serializer.dump_map(&data, NOW).unwrap();
        assert_eq!(who(&flask(), &format!("session={token}")).await, expected, "{salt:?}");
    }
}

#[tokio::test]
async fn a_sealed_cookie_shows_nothing_and_is_never_twice_the_same() {
    let sealed = sealed();
    let (first, second) = (cookie_of(&sealed).await, cookie_of(&sealed).await);
    assert_ne!(first, second);
    let bytes = dewar::signing::base64_decode(value(&first).as_bytes()).unwrap();
    assert!(!bytes.windows(3).any(|window| window == b"zoe"));
}
