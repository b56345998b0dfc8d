//! `dewar cookie`.

use crate::command::{Run, TempFile, dewar, run, run_with};

const SECRET: &str = "dev-secret";
/// `{"a": 1}` of Flask 3.1 with this secret.
const COOKIE: &str = "eyJhIjoxfQ.ZeB58A.XllnqMhItg8yP9H5gQM1OF57c_U";
const SIGNED_AT: &str = "1709210096";
/// A secret that may seal.
const STRONG: &str = "7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5";

/// `dewar cookie ACTION --secret-file … ARGS` at the time of signing.
fn with_secret(action: &str, secret: &str, args: &[&str]) -> Run {
    let file = TempFile::of(secret);
    let run = run_with(
        dewar().args(["cookie", action, "--secret-file", file.path()]).args(args).args(["--now", SIGNED_AT]),
        "",
    );
    assert!(!run.out.contains(secret) && !run.err.contains(secret), "the secret is shown: {run:?}");
    run
}

#[test]
fn decode_needs_no_secret() {
    let decoded = run(&["cookie", "decode", COOKIE]);
    assert_eq!(decoded.code, Some(0));
    for text in
        ["Flask session", "2024-02-29 12:34:56 UTC", "2024-03-31 12:34:56 UTC", "not checked", "\"a\": 1"]
    {
        assert!(decoded.out.contains(text), "{text} in {}", decoded.out);
    }
    assert!(!decoded.out.contains('\x1b'), "colours in a pipe");
}

#[test]
fn decode_reads_every_way_to_write_a_cookie() {
    let header = format!("Cookie: theme=dark; session={COOKIE}; a=b");
    let set_cookie = format!("Set-Cookie: session={COOKIE}; HttpOnly; Path=/");
    let pair = format!("session={COOKIE}");
    for text in [COOKIE, &pair, &header, &set_cookie] {
        let decoded = run_with(dewar().args(["cookie", "decode", "--json"]), text);
        assert_eq!((decoded.code, decoded.json()["data"]["a"].as_i64()), (Some(0), Some(1)), "{text}");
    }
}

#[test]
fn decode_as_json() {
    let json = run(&["cookie", "decode", "--json", "--now", SIGNED_AT, "--lifetime", "60", COOKIE]).json();
    assert_eq!(json["kind"], "flask");
    assert_eq!(json["verdict"], "not-checked");
    assert_eq!(json["bytes"], 45);
    assert_eq!(json["written_at"]["unix"], 1_709_210_096);
    assert_eq!(json["expires_at"]["unix"], 1_709_210_156);
    assert_eq!(json["age_seconds"], 0);
    assert_eq!(json["data"], serde_json::json!({ "a": 1 }));
}

#[test]
fn decode_of_what_is_no_session() {
    let unknown = run(&["cookie", "decode", "dark"]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.out.contains("not a session cookie of a known kind"), "{}", unknown.out);
    let id = "7QmDk3bBVxkzUw0YpJ3b1n5cK8rT2sLq9ZfHgE4aXYU";
    let found = run(&["cookie", "explain", id]);
    assert!(found.out.contains("id of a session in a store") && !found.out.contains(id), "{}", found.out);
}

#[test]
fn usage_errors_end_with_2() {
    assert_eq!(run(&["cookie", "decode", ""]).code, Some(2));
    assert_eq!(run(&["cookie", "decode", "a=1; b=2"]).code, Some(2));
    assert_eq!(run(&["cookie", "verify", COOKIE]).code, Some(2));
    assert_eq!(run(&["cookie", "verify", "--secret", SECRET, COOKIE]).code, Some(2));
    assert_eq!(run(&["cookie", "verify", "--secret-file", "/nowhere/at/all", COOKIE]).code, Some(2));
    assert_eq!(run(&[]).code, Some(2));
    let needs_secret = run(&["cookie", "verify", COOKIE]);
    assert!(needs_secret.err.contains("--secret-file"), "{}", needs_secret.err);
}

#[test]
fn verify_says_yes_or_no() {
    let good = with_secret("verify", SECRET, &[COOKIE]);
    assert_eq!((good.code, good.out.as_str()), (Some(0), "valid\n"));
    assert_eq!(with_secret("verify", "dev-secret\n", &[COOKIE]).code, Some(0));

    let bad = with_secret("verify", "other-secret", &[COOKIE]);
    assert_eq!(bad.code, Some(1));
    assert!(bad.out.starts_with("not valid: the signature does not match"), "{}", bad.out);
    assert_eq!(with_secret("verify", SECRET, &["--salt", "other", COOKIE]).code, Some(1));
    assert_eq!(with_secret("verify", SECRET, &[&COOKIE.replace("eyJh", "eyJi")]).code, Some(1));
}

#[test]
fn verify_takes_the_secret_from_the_environment_and_from_fallbacks() {
    for variable in ["SECRET_KEY", "FLASK_SECRET_KEY"] {
        let run =
            run_with(dewar().env(variable, SECRET).args(["cookie", "verify", "--now", SIGNED_AT]), COOKIE);
        assert_eq!(run.code, Some(0), "{variable}");
    }
    let (older, oldest) = (TempFile::of("another-old-one"), TempFile::of(SECRET));
    let args = ["--fallback-file", older.path(), "--fallback-file", oldest.path(), "--json", COOKIE];
    let run = with_secret("verify", STRONG, &args);
    assert_eq!((run.code, &run.json()["key_is_old"]), (Some(0), &true.into()));
}

#[test]
fn verify_knows_the_time() {
    let at = |seconds: i64| {
        let file = TempFile::of(SECRET);
        run(&["cookie", "verify", "--secret-file", file.path(), "--now", &seconds.to_string(), COOKIE]).code
    };
    assert_eq!(at(1_709_210_096 + 2_678_400), Some(0), "31 days are allowed");
    assert_eq!(at(1_709_210_096 + 2_678_401), Some(1));
    assert_eq!(at(1_709_210_095), Some(1), "from the future");
}

#[test]
fn sign_writes_what_flask_writes() {
    let file = TempFile::of(SECRET);
    let sign = |json: &str, args: &[&str]| {
        let command = &mut dewar();
        run_with(
            command.args(["cookie", "sign", "--secret-file", file.path(), "--now", SIGNED_AT]).args(args),
            json,
        )
    };
    let signed = sign(r#"{"a": 1}"#, &[]);
    assert_eq!((signed.code, signed.out.trim_end()), (Some(0), COOKIE));
    assert!(signed.err.contains("can be forged"), "a published secret: {}", signed.err);
    assert_eq!(sign(r#"{"a": 1}"#, &["--json"]).json()["cookie"], COOKIE);
    for json in ["", "[1]", "{\"a\":", "nonsense"] {
        assert_eq!(sign(json, &[]).code, Some(2), "{json}");
    }
}

#[test]
fn sign_and_verify_agree_on_tags() {
    let file = TempFile::of(STRONG);
    let json = r#"{"pair":{" t":[1,{" b":"AAE="}]},"when":{" d":"Thu, 29 Feb 2024 12:34:56 GMT"}}"#;
    let signed = run_with(dewar().args(["cookie", "sign", "--secret-file", file.path()]), json);
    assert_eq!((signed.code, signed.err.as_str()), (Some(0), ""));
    let explained =
        run_with(dewar().args(["cookie", "explain", "--json", "--secret-file", file.path()]), &signed.out);
    assert_eq!(explained.code, Some(0));
    assert_eq!(explained.json()["data"], serde_json::from_str::<serde_json::Value>(json).unwrap());
}

/// Each trouble, and a word of the advice against it.
#[test]
fn explain_tells_what_to_do() {
    let cases: [(&str, String, &[&str], &str); 9] = [
        ("wrong key", COOKIE.into(), &[], "--fallback-file"),
        (SECRET, COOKIE.into(), &["--lifetime", "60"], "valid"),
        (SECRET, COOKIE.replace("c_U", "c_"), &[], "26 of 27 characters"),
        (SECRET, COOKIE.into(), &["--salt", "x"], "--salt"),
        (SECRET, format!("\"{COOKIE}\""), &[], "in quotes"),
        (SECRET, COOKIE.replace('.', "%2E"), &[], "percent-encoded"),
        (SECRET, COOKIE.replace("c_U", "c_V"), &[], "Flask would accept it"),
        ("'dev-secret'", COOKIE.into(), &[], "had no quotes around it"),
        (" dev-secret ", COOKIE.into(), &[], "had no white space around it"),
    ];
    for (secret, cookie, args, word) in cases {
        let explained = with_secret("explain", secret, &[args, &[&cookie]].concat());
        assert!(explained.out.contains(word), "{word} in {explained:?}");
    }
    let file = TempFile::of(SECRET);
    let at = |now: &str, args: &[&str], cookie: &str| {
        run_with(
            dewar().args(["cookie", "explain", "--secret-file", file.path(), "--now", now]).args(args),
            cookie,
        )
    };
    assert!(at("1809210096", &[], COOKIE).out.contains("it has expired"));
    assert!(at("1709210000", &[], COOKIE).out.contains("compare the clocks"));
    let payload_only = at(SIGNED_AT, &[], "eyJhIjoxfQ");
    assert!(payload_only.out.contains("cut short") && payload_only.code == Some(1));
}

/// A cookie of itsdangerous 0.24 counts its seconds from 2011.
#[test]
fn explain_knows_the_old_epoch() {
    let file = TempFile::of(SECRET);
    let signed_at = (1_709_210_096 - 1_293_840_000).to_string();
    let old = run_with(
        dewar().args(["cookie", "sign", "--secret-file", file.path(), "--now", &signed_at]),
        r#"{"a": 1}"#,
    );
    let plain = with_secret("explain", SECRET, &[old.out.trim_end()]);
    assert_eq!(plain.code, Some(1));
    assert!(plain.out.contains("--legacy-epoch"), "{}", plain.out);
    let legacy = with_secret("explain", SECRET, &["--legacy-epoch", old.out.trim_end()]);
    assert_eq!(legacy.code, Some(0), "{legacy:?}");
    assert!(legacy.out.contains("2024-02-29 12:34:56 UTC"), "{}", legacy.out);
}

#[test]
fn explain_without_a_secret_only_reads() {
    let explained = run(&["cookie", "explain", COOKIE]);
    assert_eq!(explained.code, Some(0));
    assert!(explained.out.contains("not checked") && explained.out.contains("\"a\": 1"), "{}", explained.out);
}

/// Sealed by the library, for it has no command.
fn sealed(name: &str) -> String {
    sealed_with(name, |_| ())
}

fn sealed_with(name: &str, handle: impl FnOnce(&dewar::Session)) -> String {
    use std::future::Future as _;
    use std::task::{Context, Poll, Waker};

    use dewar::clock::{Clock, UnixTime};
    use dewar::{ClientSide, CookiePolicy, SecretKeys, SessionManager};

    let keys = SecretKeys::new(STRONG).unwrap();
    let manager = SessionManager::client_side(ClientSide {
        cookie: CookiePolicy { name: name.into(), ..CookiePolicy::default() },
        clock: Clock::fixed(UnixTime::from_seconds(1_709_210_096)),
        ..ClientSide::new(keys)
    })
    .unwrap();
    let make = async {
        let session = manager.open([]).await.unwrap();
        session.insert_value("user", "zoe");
        handle(&session);
        manager.save(&session).await.unwrap().set_cookie().unwrap().to_owned()
    };
    match std::pin::pin!(make).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(line) => line,
        Poll::Pending => panic!("a client-side session waits for nothing"),
    }
}

#[test]
fn a_sealed_cookie_opens_with_its_key_and_its_name_only() {
    let line = sealed("__Host-session");
    let value = line.split(['=', ';']).nth(1).unwrap();
    assert!(value.len() > 43);

    let decoded = run(&["cookie", "decode", value]);
    assert_eq!(decoded.code, Some(2));
    assert!(decoded.out.contains("Dewar session") && decoded.err.contains("--secret-file"), "{decoded:?}");

    let explained = with_secret("explain", STRONG, &["--json", value]);
    assert_eq!((explained.code, &explained.json()["data"]["user"]), (Some(0), &"zoe".into()));
    assert_eq!(explained.json()["expires_at"]["unix"], 1_709_210_096 + 3600);
    assert_eq!(with_secret("verify", STRONG, &[&format!("Set-Cookie: {line}")]).code, Some(0));

    let misnamed = with_secret("explain", STRONG, &["--cookie-name", "session", value]);
    assert_eq!(misnamed.code, Some(1));
    assert!(misnamed.out.contains("--cookie-name"), "{}", misnamed.out);
    let other_key = with_secret("verify", &STRONG.replace('7', "8"), &[value]);
    assert_eq!(other_key.code, Some(1));
    assert_eq!(with_secret("verify", SECRET, &[value]).code, Some(1), "too short a key to seal with");
    let file = TempFile::of(STRONG);
    let late = run(&["cookie", "explain", "--secret-file", file.path(), "--now", "1709213696", value]);
    assert!(late.code == Some(1) && late.out.contains("it has expired"), "{late:?}");
}

/// The lifetime of its own counts, not that of all sessions.
#[test]
fn a_remembered_session_is_explained_by_its_own_lifetime() {
    let remember = |session: &dewar::Session| session.log_in(dewar::Login::new("user:42").remember_me(true));
    let line = sealed_with("__Host-session", remember);
    let value = line.split(['=', ';']).nth(1).unwrap();
    let file = TempFile::of(STRONG);
    let at = |now: &str, more: &[&str]| {
        let args = ["cookie", "explain", "--secret-file", file.path(), "--now", now];
        run(&[&args, more, &[value]].concat())
    };
    let explained = at("1711715696", &["--lifetime", "60"]);
    assert_eq!(explained.code, Some(0), "29 days later: {explained:?}");
    assert!(explained.out.contains("30 days after its last use, 365 days in all"), "{}", explained.out);
    let json = at("1711715696", &["--json"]).json();
    assert_eq!(json["expires_at"]["unix"], 1_709_210_096 + 30 * 86_400);
    assert_eq!(json["own_lifetime"]["absolute_seconds"], 365 * 86_400);
    assert_eq!(at("1711802096", &[]).code, Some(1), "30 days later");
}
