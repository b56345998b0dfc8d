//! Any text is a key, any bytes are a payload.

use super::super::bench::Bench;
use super::super::stop::{Step, broken, must};
use crate::{Bytes, Entry, StoreKey, Write, Written};

pub(super) async fn payloads_are_any_bytes(bench: &Bench<'_>) -> Step {
    let all: Vec<u8> = (0..=255).collect();
    for payload in
        [&b""[..], b"\0", b"a\0b\0\0", b"\r\n", b"line\r\nline\n\rEND\r\n", b"\xff\xfe", b" ", &all]
    {
        must_keep(bench, payload).await?;
    }
    Ok(())
}

pub(super) async fn payload_of_a_mebibyte(bench: &Bench<'_>) -> Step {
    let payload: Vec<u8> = (0_u32..1 << 18).flat_map(u32::to_le_bytes).collect();
    must_keep(bench, &payload).await
}

async fn must_keep(bench: &Bench<'_>, payload: &[u8]) -> Step {
    let entry = Entry { payload: Bytes::copy_from_slice(payload), ..bench.entry("") };
    let key = bench.key();
    let seen = bench.create(&key, &entry).await?;
    must_load(bench, &key, payload).await?;
    let answer = bench.store.write(Write::swap(&key, &seen, &entry), bench.now()).await?;
    must(
        matches!(answer, Written::Saved(_)),
        format!("swap of {} bytes answered {answer:?}", payload.len()),
    )?;
    must_load(bench, &key, payload).await?;
    must(bench.remove(&key, None).await?, format!("remove lacked {} bytes", payload.len()))
}

async fn must_load(bench: &Bench<'_>, key: &StoreKey, payload: &[u8]) -> Step {
    match bench.load(key).await? {
        Some(stored) if stored.payload == payload => Ok(()),
        Some(stored) => {
            broken(format!("{} bytes came back as other {}", payload.len(), stored.payload.len()))
        }
        None => broken(format!("{} bytes were not there", payload.len())),
    }
}

const ODD: [&str; 22] = [
    " ",
    "'",
    "\"",
    "\\",
    "../../etc/passwd",
    "/",
    "..",
    "; DROP TABLE sessions; --",
    "%",
    "_",
    "%00",
    "\0",
    "\n",
    "\r\n",
    "*",
    "?",
    "[a-z]",
    "{a,b}",
    "é",
    "e\u{301}",
    "🍪",
    ":",
];

pub(super) async fn keys_are_any_text(bench: &Bench<'_>) -> Step {
    let mark = bench.mark();
    let odd = ODD
        .iter()
        .flat_map(|odd| [format!("{odd}{mark}{odd}"), format!("{mark}{odd}"), format!("{odd}{mark}")]);
    let mut texts: Vec<String> = odd.collect();
    texts.extend([
        mark.clone(),
        format!("{mark}a"),
        format!("{mark}ab"),
        format!("{mark}{}", "k".repeat(512 - mark.len())),
    ]);
    must_be_apart(bench, &texts).await
}

pub(super) async fn keys_differ_in_case(bench: &Bench<'_>) -> Step {
    let mark = bench.mark();
    must_be_apart(bench, &["Aa", "aA", "aa", "AA", "é", "É"].map(|text| format!("{mark}{text}"))).await
}

pub(super) async fn long_keys_differ_at_the_end(bench: &Bench<'_>) -> Step {
    let mark = bench.mark();
    let long = format!("{mark}{}", "x".repeat(511 - mark.len()));
    must_be_apart(bench, &[format!("{long}1"), format!("{long}2"), long.clone()]).await
}

/// Each text is a key of its own: what is done to one does nothing to the others.
async fn must_be_apart(bench: &Bench<'_>, texts: &[String]) -> Step {
    for text in texts {
        bench.create(&StoreKey::new(text), &bench.entry(text)).await?;
    }
    for (number, text) in texts.iter().enumerate() {
        for other in texts.iter().skip(number) {
            bench.must_hold(&StoreKey::new(other), other).await?;
        }
        let was_there = bench.remove(&StoreKey::new(text), None).await?;
        must(was_there, format!("remove did not find the key {text:?}"))?;
        bench.must_lack(&StoreKey::new(text)).await?;
    }
    Ok(())
}
