//! `dewar cookie`.

use std::error::Error;
use std::time::Duration;

use dewar::Lifetime;
use dewar::clock::{Clock, UnixTime};
use dewar::codec::{Codec as _, TaggedJson};
use dewar::signing::{FlaskSerializer, SerializerOptions, secret};
use serde_json::json;

use super::{Finding, look};
use crate::args::{Check, Cookie, Look, Sign};
use crate::diagnosis::{Kind, Question, Report, Verdict, Written, examine};
use crate::output::{self, Paint, Text};
use crate::secrets::{self, InputError, Secrets};

pub(crate) fn run(command: Cookie) -> Result<Finding, Box<dyn Error>> {
    match command {
        Cookie::Decode(args) => decode(&args),
        Cookie::Verify(args) => verify(&args),
        Cookie::Explain(args) => explain(&args),
        Cookie::Sign(args) => sign(&args),
    }
}

fn decode(args: &Look) -> Result<Finding, Box<dyn Error>> {
    let report = examine(&question(args, &cookie(args)?));
    show(&report, args, Detail::Facts);
    if report.kind == Kind::Sealed {
        return Err(
            "a sealed cookie can only be read with its secret key: use `dewar cookie explain --secret-file FILE`"
                .into(),
        );
    }
    Ok(finding(&report))
}

fn verify(args: &Check) -> Result<Finding, Box<dyn Error>> {
    let secrets = Secrets::find(&args.keys)?.ok_or(InputError::NoSecret)?;
    let report = checked(args, Some(&secrets))?;
    show(&report, &args.look, Detail::Verdict);
    Ok(finding(&report))
}

fn explain(args: &Check) -> Result<Finding, Box<dyn Error>> {
    let secrets = Secrets::find(&args.keys)?;
    let report = checked(args, secrets.as_ref())?;
    show(&report, &args.look, Detail::All);
    Ok(finding(&report))
}

fn checked(args: &Check, secrets: Option<&Secrets>) -> Result<Report, Box<dyn Error>> {
    let cookie = cookie(&args.look)?;
    let question = Question {
        secrets,
        salt: args.keys.salt.as_deref(),
        legacy_epoch: args.legacy_epoch,
        ..question(&args.look, &cookie)
    };
    Ok(examine(&question))
}

fn cookie(args: &Look) -> Result<Written, Box<dyn Error>> {
    let text = match args.cookie.as_deref() {
        None | Some("-") => String::from_utf8_lossy(&secrets::read_stdin()?).into_owned(),
        Some(text) => text.to_owned(),
    };
    let mut cookie = Written::read(&text, args.cookie_name.as_deref())?;
    cookie.name = cookie.name.or_else(|| args.cookie_name.clone());
    Ok(cookie)
}

fn question<'q>(args: &Look, cookie: &'q Written) -> Question<'q> {
    let lifetime = args.lifetime.map(|seconds| Lifetime {
        idle: Some(Duration::from_secs(seconds.into())),
        absolute: None,
        ..Lifetime::default()
    });
    Question { cookie, secrets: None, lifetime, salt: None, legacy_epoch: false, now: now(args.now) }
}

fn now(given: Option<i64>) -> UnixTime {
    given.map_or_else(|| Clock::system().now(), UnixTime::from_seconds)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    Verdict,
    Facts,
    All,
}

fn show(report: &Report, args: &Look, detail: Detail) {
    let paint = Paint::for_stdout();
    output::line(match (detail, report.verdict) {
        _ if args.json => Text::json(&serde_json::to_string_pretty(report).unwrap_or_default()),
        (Detail::Verdict, Verdict::Valid) => paint.good("valid"),
        (Detail::Verdict, _) => {
            let reason = format!(": {}", report.reason.as_deref().unwrap_or_default());
            paint.bad("not valid").and(&reason.into())
        }
        _ => look::text(report, detail == Detail::All, paint),
    });
}

fn finding(report: &Report) -> Finding {
    if report.is_good() { Finding::Good } else { Finding::Bad }
}

fn sign(args: &Sign) -> Result<Finding, Box<dyn Error>> {
    let secrets = Secrets::find(&args.keys)?.ok_or(InputError::NoSecret)?;
    if let Some(weak) = secrets.iter().next().and_then(|newest| secret::check(newest).err()) {
        output::note(&format!("the cookie can be forged: {weak}"));
    }
    let json = secrets::read_stdin()?;
    let data = TaggedJson::default().decode(&json)?;
    let mut options = SerializerOptions::flask();
    if let Some(salt) = &args.keys.salt {
        options.signer.salt = salt.as_bytes().to_vec();
    }
    let serializer = FlaskSerializer::new(secrets.keys(), TaggedJson::default(), options)?;
    let cookie = serializer.dump_map(&data, now(args.now))?;
    output::line(if args.json {
        json!({ "cookie": cookie, "bytes": cookie.len() }).to_string()
    } else {
        cookie
    });
    Ok(Finding::Good)
}
