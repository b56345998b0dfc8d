//! Every text is a valid key, and all bytes are a valid payload.

use super::super::context::RuleContext;
use super::super::stop::{Step, broken, must};
use crate::{Bytes, Entry, StoreKey, Write, WriteOutcome};

pub(super) async fn payloads_are_any_bytes(context: &RuleContext<'_>) -> Step {
    let all: Vec<u8> = (0..=255).collect();
    for payload in
        [&b""[..], b"\0", b"a\0b\0\0", b"\r\n", b"line\r\nline\n\rEND\r\n", b"\xff\xfe", b" ", &all]
    {
        must_keep(context, payload).await?;
    }
    Ok(())
}

pub(super) async fn payload_of_a_mebibyte(context: &RuleContext<'_>) -> Step {
    let payload: Vec<u8> = (0_u32..1 << 18).flat_map(u32::to_le_bytes).collect();
    must_keep(context, &payload).await
}

async fn must_keep(context: &RuleContext<'_>, payload: &[u8]) -> Step {
    let entry = Entry { payload: Bytes::copy_from_slice(payload), ..context.entry("") };
    let key = context.key();
    let seen = context.create(&key, &entry).await?;
    must_load(context, &key, payload).await?;
    let answer = context.store.write(Write::swap(&key, &seen, &entry), context.now()).await?;
    must(
        matches!(answer, WriteOutcome::Saved(_)),
        format!("swap of {} bytes answered {answer:?}", payload.len()),
    )?;
    must_load(context, &key, payload).await?;
    must(context.remove(&key, None).await?, format!("remove did not find {} bytes", payload.len()))
}

async fn must_load(context: &RuleContext<'_>, key: &StoreKey, payload: &[u8]) -> Step {
    match context.load(key).await? {
        Some(stored) if stored.payload == payload => Ok(()),
        Some(stored) => {
            broken(format!("{} bytes came back as {} other bytes", payload.len(), stored.payload.len()))
        }
        None => broken(format!("{} bytes were not stored", payload.len())),
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

pub(super) async fn keys_are_any_text(context: &RuleContext<'_>) -> Step {
    let unique = context.unique();
    let odd = ODD
        .iter()
        .flat_map(|odd| [format!("{odd}{unique}{odd}"), format!("{unique}{odd}"), format!("{odd}{unique}")]);
    let mut texts: Vec<String> = odd.collect();
    texts.extend([
        unique.clone(),
        format!("{unique}a"),
        format!("{unique}ab"),
        format!("{unique}{}", "k".repeat(512 - unique.len())),
    ]);
    must_be_apart(context, &texts).await
}

pub(super) async fn keys_differ_in_case(context: &RuleContext<'_>) -> Step {
    let unique = context.unique();
    must_be_apart(context, &["Aa", "aA", "aa", "AA", "é", "É"].map(|text| format!("{unique}{text}"))).await
}

pub(super) async fn long_keys_differ_at_the_end(context: &RuleContext<'_>) -> Step {
    let unique = context.unique();
    let long = format!("{unique}{}", "x".repeat(511 - unique.len()));
    must_be_apart(context, &[format!("{long}1"), format!("{long}2"), long.clone()]).await
}

/// Each text is a separate key: a call for one does not affect the others.
async fn must_be_apart(context: &RuleContext<'_>, texts: &[String]) -> Step {
    for text in texts {
        context.create(&StoreKey::new(text), &context.entry(text)).await?;
    }
    for (number, text) in texts.iter().enumerate() {
        for other in texts.iter().skip(number) {
            context.must_hold(&StoreKey::new(other), other).await?;
        }
        let was_there = context.remove(&StoreKey::new(text), None).await?;
        must(was_there, format!("remove did not find the key {text:?}"))?;
        context.must_lack(&StoreKey::new(text)).await?;
    }
    Ok(())
}
