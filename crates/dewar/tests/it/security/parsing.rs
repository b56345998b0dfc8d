//! The cookies of a request.

use super::app::{app, ask, ask_in_bytes, both, cookie_of, who, whoami};

#[tokio::test]
async fn the_session_is_found_however_the_cookies_are_split() {
    for settings in both() {
        let cookie = cookie_of(&settings).await;
        let splits: [&[&str]; 7] = [
            &[&format!("a=1; {cookie}; b=2")],
            &[&format!("a=1;{cookie};b=2")],
            &["a=1", &cookie, "b=2"],
            &[&format!("a=1; {cookie}"), "b=2"],
            &["a=1", &format!("{cookie}; b=2")],
            &["", &cookie, ""],
            &[&format!(";; {cookie} ;;")],
        ];
        for split in splits {
            let response = ask(app(settings.clone(), whoami()), split).await;
            assert_eq!(response.body(), "zoe", "{split:?}");
        }
    }
}

#[tokio::test]
async fn only_the_exact_name_is_ours() {
    for settings in both() {
        let cookie = cookie_of(&settings).await;
        let (name, value) = cookie.split_once('=').unwrap();
        let upper = name.to_uppercase();
        let lookalikes = [
            upper.as_str(),
            &format!("={name}"),
            &format!("%{:x}{}", name.as_bytes()[0], &name[1..]),
            &format!("${name}"),
            &format!("\u{2000}{name}"),
            &format!("{name}\u{a0}"),
            &format!("{name}."),
            &format!("{name}[a]"),
            &format!("$Version=1, {name}"),
            &format!("\"{name}\""),
        ];
        for lookalike in lookalikes {
            assert_eq!(who(&settings, &format!("{lookalike}={value}")).await, "", "{lookalike}");
        }
        assert_eq!(who(&settings, &format!("a=\"; {cookie}; b=\"")).await, "zoe", "quotes swallow no `;`");
    }
}

/// Another site of the domain may set cookies of our name before ours.
#[tokio::test]
async fn the_first_of_eight_that_opens_is_the_session() {
    for settings in both() {
        let cookie = cookie_of(&settings).await;
        let name = settings.cookie.name.clone();
        for (count, ours, expected) in [
            (2, 1, "zoe"),
            (8, 7, "zoe"),
            (9, 0, "zoe"),
            (9, 7, "zoe"),
            (9, 8, ""),
            (500, 7, "zoe"),
            (500, 499, ""),
        ] {
            let forged = format!("{name}=forged");
            let mut pairs = vec![forged.as_str(); count];
            pairs[ours] = &cookie;
            assert_eq!(
                who(&settings, &pairs.join("; ")).await,
                expected,
                "{count} in one header, ours is {ours}"
            );
            let response = ask(app(settings.clone(), whoami()), &pairs).await;
            assert_eq!(response.body(), expected, "{count} headers, ours is {ours}");
        }
    }
}

#[tokio::test]
async fn of_two_sessions_the_first_counts() {
    for settings in both() {
        let zoe = cookie_of(&settings).await;
        let alex =
            axum::routing::any(|session: dewar::Session| async move { session.insert_value("user", "alex") });
        let alex = super::app::pair(&ask(app(settings.clone(), alex), &[]).await).unwrap();
        assert_eq!(who(&settings, &format!("{zoe}; {alex}")).await, "zoe");
        assert_eq!(who(&settings, &format!("{alex}; {zoe}")).await, "alex");
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_do_not_hide_the_session() {
    for settings in both() {
        let cookie = cookie_of(&settings).await;
        let in_one = [b"a=\xff; ", cookie.as_bytes(), b"; \xfe=\x80"].concat();
        let requests: [&[&[u8]]; 3] =
            [&[&in_one], &[b"a=\xff", cookie.as_bytes()], &[cookie.as_bytes(), b"\xff\xfe"]];
        for request in requests {
            let response = ask_in_bytes(app(settings.clone(), whoami()), request).await;
            assert_eq!(response.body(), "zoe", "{request:?}");
        }
        let broken = [cookie.as_bytes(), b"\xff"].concat();
        assert_eq!(ask_in_bytes(app(settings, whoami()), &[&broken]).await.body(), "");
    }
}
