//! The store, opened, and whose sessions in it.

use std::time::Duration;

use dewar::admin::SessionAdmin;
use dewar::lifetime::{Lifetime, Refresh, Timeouts};
use dewar::store::Memory;
use dewar::{ServerSide, SessionManager};
use dewar_stores::guard::GuardOptions;
use dewar_stores::{Engine, OpenOptions};

use super::flask;
use super::trouble::Trouble;
use crate::args::{Place, Program};
use crate::output::without_login;

/// A store, opened, with the sessions of one program.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) admin: SessionAdmin,
    pub(super) engine: &'static Engine,
    pub(super) is_flask: bool,
    /// How the program is named in the arguments, for messages.
    pub(super) program: String,
}

/// What to do with a store that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    Create,
    Refuse,
}

/// Opens the store of the URL in the arguments, or in the environment, which must exist.
pub(super) async fn open(place: &Place) -> Result<Opened, Trouble> {
    open_url(&url(place.url.as_deref(), "DEWAR_STORE")?, &place.program, Missing::Refuse).await
}

/// The URL, or the one in this variable.
pub(super) fn url(given: Option<&str>, variable: &str) -> Result<String, Trouble> {
    let from_environment = || std::env::var(variable).ok();
    let url = given.map(str::to_owned).or_else(from_environment).filter(|url| !url.is_empty());
    url.ok_or_else(|| {
        Trouble::arguments(format!(
            "name the store: give its URL, or set {variable} in the environment (`dewar help sessions` lists the forms of URLs)"
        ))
    })
}

pub(super) async fn open_url(url: &str, program: &Program, missing: Missing) -> Result<Opened, Trouble> {
    let engine = engine(url)?;
    let options = OpenOptions { guard: patient(), create: missing == Missing::Create };
    let settings = if program.flask {
        let config = flask::config(url, &program.settings)?;
        config.server_side(dewar_stores::from_config_with(&config, options).await?)?
    } else {
        let name = name(program)?;
        ServerSide::new(name, dewar_stores::open_with(url, options).await?)
    };
    opened(settings, engine, program)
}

/// What the store would be like if it were created.
pub(super) fn not_created(url: &str, program: &Program) -> Result<Opened, Trouble> {
    let settings = if program.flask {
        flask::config(url, &program.settings)?.server_side(Memory::new())?
    } else {
        ServerSide::new(name(program)?, Memory::new())
    };
    opened(settings, engine(url)?, program)
}

fn engine(url: &str) -> Result<&'static Engine, Trouble> {
    let engine = Engine::from_url(url)?;
    if engine.is_persistent() {
        return Ok(engine);
    }
    Err(Trouble::arguments("memory: holds the sessions of one process, which no other can reach"))
}

fn opened(settings: ServerSide, engine: &'static Engine, program: &Program) -> Result<Opened, Trouble> {
    let settings = ServerSide { lifetime: lifetime(program), longest_lifetime: ENDLESS, ..settings };
    Ok(Opened {
        admin: SessionAdmin::new(settings)?,
        engine,
        is_flask: program.flask,
        program: described(program),
    })
}

/// The program's name. A wrong one is told before a store is opened.
fn name(program: &Program) -> Result<String, Trouble> {
    let name = program.name.clone().or_else(|| std::env::var("DEWAR_NAME").ok());
    let name = name.filter(|name| !name.is_empty()).ok_or_else(|| {
        Trouble::arguments(
            "name the program with --name: the name that it passes to ServerSide::new, or its setting DEWAR_NAME (or use --flask)",
        )
    })?;
    let checked = SessionManager::server_side(ServerSide::new(name.clone(), Memory::new()));
    // The error repeats the name, which may be a URL in the wrong place.
    checked.map_err(|error| Trouble::arguments(without_login(&error.to_string())))?;
    Ok(name)
}

fn described(program: &Program) -> String {
    match &program.name {
        _ if program.flask => "the key prefix of the Flask program".to_owned(),
        Some(name) => format!("the name {name}"),
        None => "the name in DEWAR_NAME".to_owned(),
    }
}

const ENDLESS: Timeouts = Timeouts { idle: None, absolute: None };

/// What the program's limits are is not known here, except the idle limit if it is given: the store says when a session expires.
fn lifetime(program: &Program) -> Lifetime {
    Lifetime {
        idle: program.idle_limit.map(|limit| limit.0),
        absolute: None,
        refresh: Refresh::WhenDue,
        ..Lifetime::default()
    }
}

/// An operator waits for a slow store rather than begin again.
fn patient() -> GuardOptions {
    GuardOptions {
        deadline: Duration::from_secs(5),
        long_deadline: Duration::from_secs(60),
        breaker: None,
        ..GuardOptions::default()
    }
}
