//! `dewar secret`.

use std::collections::HashSet;

use crate::command::{TempFile, dewar, run, run_with};

#[test]
fn a_new_secret_is_256_bits_of_text_and_good() {
    let secrets: HashSet<String> = (0..5).map(|_| run(&["secret", "new"]).out).collect();
    assert_eq!(secrets.len(), 5);
    for secret in secrets {
        assert_eq!(secret.trim_end().len(), 43);
        assert!(secret.trim_end().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        let checked = run_with(dewar().args(["secret", "check"]), &secret);
        assert_eq!((checked.code, checked.out.trim_end()), (Some(0), "the secret is good"));
    }
}

#[test]
fn a_new_secret_as_a_line_of_a_file() {
    let toml = run(&["secret", "new", "--toml"]).out;
    assert!(toml.starts_with("SECRET_KEY = \"") && toml.ends_with("\"\n") && toml.len() == 59, "{toml}");
    let env = run(&["secret", "new", "--env"]).out;
    assert!(env.starts_with("SECRET_KEY=") && env.len() == 55, "{env}");
    assert_eq!(run(&["secret", "new", "--env", "--toml"]).code, Some(2));
}

#[test]
fn a_bad_secret_is_told_why_and_never_shown() {
    for (secret, word) in
        [("", "empty"), ("dev", "public"), ("q8#fK2", "16 bytes"), ("abababababababababababab", "pattern")]
    {
        let file = TempFile::of(secret);
        for checked in
            [run(&["secret", "check", file.path()]), run_with(dewar().args(["secret", "check"]), secret)]
        {
            assert_eq!(checked.code, Some(1));
            assert!(checked.out.contains(word), "{checked:?}");
            assert!(
                secret.is_empty() || ![&checked.out, &checked.err].iter().any(|text| text.contains(secret))
            );
        }
        let json = run(&["secret", "check", "--json", file.path()]).json();
        assert_eq!(json["good"], false);
        assert!(json["reason"].as_str().unwrap().contains(word));
    }
}

#[test]
fn a_file_that_is_not_there() {
    let checked = run(&["secret", "check", "/nowhere/at/all"]);
    assert_eq!((checked.code, checked.out.as_str()), (Some(2), ""));
    assert!(checked.err.starts_with("dewar: cannot read /nowhere/at/all: "), "{}", checked.err);
}
