//! What the program remembers of a visitor: a struct, whose fields are keys of the session.

use std::time::SystemTime;

use dewar::clock::UnixTime;
use dewar::session::SessionData;
use dewar::value::{ConvertError, Map, Value};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(crate) struct Visitor {
    pub(crate) visits: u32,
    pub(crate) first_seen: UnixTime,
    pub(crate) theme: Theme,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Theme {
    Light,
    Dark,
}

/// What a field is in a session that lacks it: in a new one, and in one that was stored before the field was added.
impl Default for Visitor {
    fn default() -> Self {
        Self { visits: 0, first_seen: SystemTime::now().into(), theme: Theme::Light }
    }
}

impl SessionData for Visitor {
    const VERSION: u32 = 1;

    /// Version 0 of this program had a field `dark: bool` in place of `theme`. Defaults cannot express that, so it is converted here.
    fn upgrade(data: &mut Map, from: u32) -> Result<(), ConvertError> {
        if from < 1
            && let Some(dark) = data.remove("dark")
        {
            data.insert("theme", if dark == Value::Bool(true) { "dark" } else { "light" });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use dewar::session::Typed;
    use dewar::store::Memory;
    use dewar::{ServerSide, SessionManager};

    use super::*;

    #[tokio::test]
    async fn sessions_of_the_old_version_are_upgraded() {
        let manager = SessionManager::server_side(ServerSide::new("typed", Memory::new())).unwrap();
        let session = manager.open([]).await.unwrap();
        session.insert_value("dark", true);
        session.insert_value("visits", 7);
        let visitor = Typed::<Visitor>::new(session).get().unwrap();
        assert_eq!((visitor.theme, visitor.visits), (Theme::Dark, 7));
    }
}
