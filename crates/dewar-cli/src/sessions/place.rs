//! The store, opened, and whose sessions in it.

use std::sync::Arc;
use std::time::Duration;

use dewar::admin::SessionAdmin;
use dewar::config::Config;
use dewar::lifetime::{Lifetime, Refresh, Timeouts};
use dewar::store::Store;
use dewar::{ServerSide, SessionManager};
use dewar_stores::guard::GuardOptions;
use dewar_stores::{Engine, flask_settings};

use super::trouble::Trouble;
use crate::args::{Place, Program};
use crate::cmd::random_secret;

/// A store, opened, with the sessions of one program.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) admin: SessionAdmin,
    pub(super) engine: &'static Engine,
    pub(super) is_flask: bool,
}

/// The prefix of the settings that are given to the library.
const PREFIX: &str = "FLASK";

/// Opens the store of the URL in the arguments, or in the environment.
pub(super) async fn open(place: &Place) -> Result<Opened, Trouble> {
    open_url(&url(place.url.as_deref(), "DEWAR_STORE")?, &place.program).await
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

pub(super) async fn open_url(url: &str, program: &Program) -> Result<Opened, Trouble> {
    let engine = Engine::from_url(url)?;
    if !engine.is_persistent() {
        return Err(Trouble::arguments(
            "memory: holds the sessions of one process, which no other can reach",
        ));
    }
    let settings = if program.flask { of_flask(url, program).await? } else { own(url, program).await? };
    let settings = ServerSide { lifetime: lifetime(program), longest_lifetime: ENDLESS, ..settings };
    Ok(Opened { admin: SessionAdmin::new(settings)?, engine, is_flask: program.flask })
}

async fn own(url: &str, program: &Program) -> Result<ServerSide, Trouble> {
    let name = program.name.clone().or_else(|| std::env::var("DEWAR_NAME").ok());
    let name = name.filter(|name| !name.is_empty()).ok_or_else(|| {
        Trouble::arguments(
            "name the program with --name: the name that it passes to ServerSide::new, or its setting DEWAR_NAME (or use --flask)",
        )
    })?;
    let settings = |store: Arc<dyn Store>| ServerSide::new(name.clone(), store);
    // A wrong name is told before the store is opened.
    SessionManager::server_side(settings(Arc::new(dewar::store::Memory::new())))?;
    Ok(settings(dewar_stores::open_with(url, patient()).await?))
}

/// The settings of a Flask program. Its secret is not needed: no cookie is read here.
async fn of_flask(url: &str, program: &Program) -> Result<ServerSide, Trouble> {
    let given = program.settings.iter().map(|setting| {
        let named = setting.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        named.ok_or_else(|| Trouble::arguments("write a setting as --set NAME=VALUE"))
    });
    let given = given.collect::<Result<Vec<_>, _>>()?;
    let secret = random_secret().map_err(Trouble::arguments)?;
    let place = flask_settings(url)?.map(|(name, value)| (name.to_owned(), value));
    let all = [("SECRET_KEY".to_owned(), secret)].into_iter().chain(place).chain(given);
    let config = Config::from_vars(PREFIX, all.map(|(name, value)| (format!("{PREFIX}_{name}"), value)))?;
    Ok(config.server_side(dewar_stores::from_config_with(&config, patient()).await?)?)
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
