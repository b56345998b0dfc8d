//! Owners of sessions, some of which were migrated.

use std::sync::Arc;

use dewar::clock::Clock;
use dewar::settings::Revocation;
use dewar::store::Memory;
use dewar::{ClientSide, Session};

use super::jar::{Jar, login};
use super::kinds::{Kind, NOW, UNTIL, client_side, keys};

fn login_as_owner(session: &Session) {
    login(session);
    session.set_owner("user:42");
}

async fn owned(manager: &dewar::SessionManager) -> Jar {
    let mut jar = Jar::default();
    jar.visit(manager, login_as_owner).await.unwrap();
    jar
}

#[tokio::test]
async fn a_session_keeps_its_owner() {
    for kinds in super::moves() {
        let (previous, present) = super::pair(kinds);
        let mut jar = owned(&previous).await;
        let owner = async |jar: &mut Jar| {
            jar.visit(&present, |s| s.owner().map(|owner| owner.to_string())).await.unwrap()
        };
        // A sealed cookie stores the owner beside the data, Flask's cookie among them.
        assert_eq!(owner(&mut jar).await.as_deref(), Some("user:42"), "{kinds:?}");
        assert_eq!(owner(&mut jar).await.as_deref(), Some("user:42"), "{kinds:?}");
    }
}

#[tokio::test]
async fn the_list_of_devices_and_log_out_everywhere_know_both_stores() {
    for from in [Kind::Native, Kind::FlaskSession] {
        let previous = from.manager(NOW);
        let present = Kind::Native.manager(NOW).migrating_from(previous.clone(), UNTIL);
        let (mut phone, mut laptop, mut tablet) =
            (owned(&previous).await, owned(&previous).await, owned(&previous).await);
        assert_eq!(laptop.user(&present).await.as_deref(), Some("zoe"));
        let list = present.sessions_of("user:42", None).await.unwrap();
        assert_eq!(list.len(), 3, "{from:?}: one has moved, two have not");

        // From a session that this request moves, and that goes on.
        let here = present.open([tablet.header().as_bytes()]).await.unwrap();
        present.end_sessions_of("user:42", Some(&here)).await.unwrap();
        tablet.receive(present.save(&here).await.unwrap().set_cookies());
        assert_eq!(tablet.user(&present).await.as_deref(), Some("zoe"), "{from:?}");
        for jar in [&mut phone, &mut laptop] {
            assert_eq!(jar.user(&present).await, None, "{from:?}");
        }
        let list = present.sessions_of("user:42", None).await.unwrap();
        assert_eq!(list.len(), 1, "{from:?}");
        assert!(present.end_session("user:42", &list[0].handle).await.unwrap());
        assert_eq!(tablet.user(&present).await, None, "{from:?}");

        let mut phone = owned(&previous).await;
        let list = present.sessions_of("user:42", None).await.unwrap();
        assert!(present.end_session("user:42", &list[0].handle).await.unwrap(), "it has not moved yet");
        assert_eq!(phone.user(&present).await, None, "{from:?}");
    }
}

/// A session from before "log out everywhere" has ended, although it is moved later.
#[tokio::test]
async fn an_epoch_reaches_sessions_that_have_not_moved() {
    for from in [Kind::Flask, Kind::FlaskSession, Kind::Native] {
        let previous = from.manager(NOW);
        let revocation = Some(Revocation::new("shop", Arc::new(Memory::new())));
        let settings = ClientSide { revocation, clock: Clock::fixed(NOW), ..ClientSide::new(keys()) };
        let present = client_side(settings).migrating_from(previous.clone(), UNTIL);
        let (mut phone, mut laptop) = (owned(&previous).await, owned(&previous).await);
        assert_eq!(phone.user(&present).await.as_deref(), Some("zoe"), "{from:?}");
        present.end_sessions_of("user:42", None).await.unwrap();
        assert_eq!((phone.user(&present).await, laptop.user(&present).await), (None, None), "{from:?}");
    }
}
