//! What each route does to the session, whatever the framework.

use std::time::Duration;

use dewar::error::Error;
use dewar::value::Value;
use dewar::{Login, Session, SessionManager};
use tokio::time::sleep;

use crate::Ask;

const PIECE: &[u8] = &[b'x'; 1024];

/// What a route answers. An error is the framework's to answer.
pub type Answer = Result<Reply, Error>;

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// 200 without a body.
    Nothing,
    /// 200 with a plain text.
    Text(String),
    /// Another status, without a body.
    Status(u16),
}

/// A route whose handler has the session, its manager and the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// A new id and a user's name, as Flask programs do it.
    Login,
    /// Destroys the session.
    Logout,
    /// The user's name.
    WhoAmI,
    /// A login of Dewar's; `by=remember` is remembered.
    SignIn,
    /// A logout with a goodbye.
    SignOut,
    /// A value.
    Get,
    /// Stores a value.
    Set,
    /// Opens at once, writes late.
    Slow,
    /// Opens at once, reads late.
    SlowRead,
    /// Reads a value, waits, and stores another.
    Replace,
    /// Whether there is a key.
    Contains,
    /// Removes a key.
    Remove,
    /// Counts in a key.
    Increment,
    /// Appends to a list, in one of the ways in which programs do it.
    Append,
    /// The items of a list.
    List,
    /// A new id.
    Regenerate,
    /// The number of sessions of the owner. Sessions in cookies cannot be counted.
    Sessions,
    /// Stores a message for the next page.
    Flash,
    /// The messages.
    Flashes,
    /// Stores a value of `n` bytes that cannot be compressed.
    Fill,
    /// Stores a value, then answers with the status `n`.
    Fail,
    /// Ends the session, then answers with the status `n`.
    FailAtLogout,
    /// Saves a value at once, then stores another and answers with the status `n`.
    SaveNow,
}

/// The path of each.
pub const ROUTES: [(&str, Route); 23] = [
    ("/login", Route::Login),
    ("/logout", Route::Logout),
    ("/whoami", Route::WhoAmI),
    ("/sign-in", Route::SignIn),
    ("/sign-out", Route::SignOut),
    ("/get", Route::Get),
    ("/set", Route::Set),
    ("/slow", Route::Slow),
    ("/slowread", Route::SlowRead),
    ("/replace", Route::Replace),
    ("/contains", Route::Contains),
    ("/remove", Route::Remove),
    ("/incr", Route::Increment),
    ("/append", Route::Append),
    ("/list", Route::List),
    ("/regenerate", Route::Regenerate),
    ("/sessions", Route::Sessions),
    ("/flash", Route::Flash),
    ("/flashes", Route::Flashes),
    ("/fill", Route::Fill),
    ("/fail", Route::Fail),
    ("/fail-at-logout", Route::FailAtLogout),
    ("/save-now", Route::SaveNow),
];

impl Route {
    /// Does what the route does.
    ///
    /// # Errors
    /// What Dewar answers by itself, as for a store that fails.
    pub async fn answer(self, session: Session, manager: SessionManager, ask: Ask) -> Answer {
        let reply = match self {
            Self::Login => login(&session, ask),
            Self::Logout => {
                session.destroy();
                Reply::Nothing
            }
            Self::WhoAmI => text(session.get_value("u")),
            Self::SignIn => sign_in(&session, ask),
            Self::SignOut => sign_out(&session),
            Self::Get => text(session.get_value(&ask.k)),
            Self::Set => set(&session, ask),
            Self::Slow => slow(&session, ask).await,
            Self::SlowRead => slow_read(&session, ask).await,
            Self::Replace => replace(&session, ask).await,
            Self::Contains => Reply::Text(session.contains(&ask.k).to_string()),
            Self::Remove => {
                session.remove(&ask.k);
                Reply::Nothing
            }
            Self::Increment => increment(&session, ask),
            Self::Append => append(&session, ask),
            Self::List => list(&session, ask),
            Self::Regenerate => {
                session.regenerate_id();
                Reply::Nothing
            }
            Self::Sessions => Reply::Text(manager.sessions_of(&ask.o, None).await?.len().to_string()),
            Self::Flash => {
                session.flash(ask.v, "info");
                Reply::Nothing
            }
            Self::Flashes => flashes(&session),
            Self::Fill => {
                session.insert_value(ask.k, incompressible(ask.n));
                Reply::Nothing
            }
            Self::Fail => fail(&session, ask),
            Self::FailAtLogout => fail_at_logout(&session, ask),
            Self::SaveNow => save_now(&session, &manager, ask).await?,
        };
        Ok(reply)
    }
}

fn login(session: &Session, ask: Ask) -> Reply {
    session.regenerate_id();
    session.insert_value("u", ask.u.as_str());
    if !ask.o.is_empty() {
        session.set_owner(ask.o);
    }
    Reply::Text(ask.u)
}

fn sign_in(session: &Session, ask: Ask) -> Reply {
    session.log_in(Login::new(ask.o).remember_me(ask.by == "remember").device("a browser", "here"));
    session.insert_value("u", ask.u.as_str());
    Reply::Text(ask.u)
}

fn sign_out(session: &Session) -> Reply {
    session.log_out();
    session.flash("Goodbye", "info");
    Reply::Nothing
}

fn set(session: &Session, ask: Ask) -> Reply {
    session.insert_value(ask.k, ask.v.as_str());
    Reply::Text(ask.v)
}

async fn slow(session: &Session, ask: Ask) -> Reply {
    sleep(Duration::from_millis(ask.ms)).await;
    set(session, ask)
}

async fn slow_read(session: &Session, ask: Ask) -> Reply {
    sleep(Duration::from_millis(ask.ms)).await;
    text(session.get_value("u"))
}

/// Answers with the value before.
async fn replace(session: &Session, ask: Ask) -> Reply {
    let before = session.get_value(&ask.k);
    sleep(Duration::from_millis(ask.ms)).await;
    session.insert_value(ask.k, ask.v);
    text(before)
}

fn increment(session: &Session, ask: Ask) -> Reply {
    let counted = session.update(ask.k.as_str(), |count: Option<i64>| count.unwrap_or(0).saturating_add(1));
    counted.map_or(Reply::Status(409), |count| Reply::Text(count.to_string()))
}

fn append(session: &Session, ask: Ask) -> Reply {
    let Ask { k, v, by, .. } = ask;
    let appended = match by.as_str() {
        "modify" => session.modify(k, move |list: &mut Vec<String>| list.push(v.clone())),
        "edit" => session.edit(|data| {
            if let Some(Value::List(list)) = data.get_mut(&k) {
                list.push(v.into());
            } else {
                data.insert(k, Value::List(vec![v.into()]));
            }
            Ok(())
        }),
        _ => session.get::<Vec<String>>(&k).and_then(|list| {
            let list: Vec<String> = list.unwrap_or_default().into_iter().chain([v]).collect();
            session.insert(k, list)
        }),
    };
    appended.map_or(Reply::Status(409), |()| Reply::Nothing)
}

fn list(session: &Session, ask: Ask) -> Reply {
    Reply::Text(session.get::<Vec<String>>(&ask.k).ok().flatten().unwrap_or_default().join(" "))
}

fn flashes(session: &Session) -> Reply {
    let messages = session.flashes();
    Reply::Text(messages.iter().map(|message| message.text()).collect::<Vec<_>>().join(" "))
}

fn fail(session: &Session, ask: Ask) -> Reply {
    session.insert_value(ask.k, ask.v);
    status(ask.n)
}

fn fail_at_logout(session: &Session, ask: Ask) -> Reply {
    session.log_out();
    status(ask.n)
}

async fn save_now(session: &Session, manager: &SessionManager, ask: Ask) -> Answer {
    session.insert_value(ask.k.as_str(), "saved");
    manager.save_now(session).await?;
    session.insert_value(ask.k, ask.v);
    Ok(status(ask.n))
}

/// Letters without a pattern: a cookie that is compressed becomes as long.
fn incompressible(letters: usize) -> String {
    let mut state = 1_u32;
    let letter = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'0' + (state >> 24) as u8 % 75)
    };
    std::iter::repeat_with(letter).take(letters).collect()
}

fn status(number: usize) -> Reply {
    Reply::Status(number.try_into().unwrap_or(500))
}

fn text(value: Option<Value>) -> Reply {
    Reply::Text(match value {
        Some(Value::Str(text)) => text.to_string(),
        Some(Value::Int(number)) => number.to_string(),
        _ => String::new(),
    })
}

/// Counts while the response is sent. Returns whether that could be saved.
pub(crate) async fn save_late(session: &Session, manager: &SessionManager, ask: Ask) -> String {
    let counted = increment(session, ask);
    match (counted, manager.save_now(session).await) {
        (Reply::Text(count), Ok(())) => count,
        (_, Err(error)) => format!("{:?}", error.kind()),
        _ => "not a number".to_owned(),
    }
}

/// This many bytes, a kilobyte at a time.
pub(crate) fn pieces(bytes: usize) -> impl Iterator<Item = &'static [u8]> {
    (0..bytes.div_ceil(PIECE.len())).map(move |piece| {
        let rest = bytes - piece * PIECE.len();
        PIECE.get(..rest).unwrap_or(PIECE)
    })
}
