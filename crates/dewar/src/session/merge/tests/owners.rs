//! Sessions to which another request gave a different owner.

use super::{TIMES, number, open_of, present};
use crate::lifetime::Lifetimes;
use crate::session::conflict::{OnConflict, Rebased};
use crate::session::{Layout, Origin, Session, State, StoredSession};
use crate::value::{Map, Value};

type Handler = fn(&Session);

fn of(owner: Option<&str>, data: &Map) -> StoredSession {
    StoredSession { owner: owner.map(Into::into), ..present(data.clone()) }
}

/// The layout of Flask-Session's records.
const FLASK: Layout = Layout::InData { permanent_key: "_permanent", owner_key: "_owner", is_pinned: true };

fn with_layout(layout: Layout, present: StoredSession) -> Session {
    let origin = Origin { times: Some(TIMES), ..Origin::default() };
    Session::new(State::new(present.with_layout(layout), layout, Lifetimes::default(), origin))
}

#[test]
fn nothing_is_merged_into_a_session_that_belongs_to_somebody_else_by_now() {
    let (zoe, ann) = (Some("zoe"), Some("ann"));
    for layout in [Layout::Separate, FLASK] {
        for (found, set, now, is_merged) in [
            (None, None, None, true),
            (zoe, None, zoe, true),
            (None, None, zoe, false),
            (zoe, None, ann, false),
            (zoe, None, None, false),
            // This request sets an owner. Another one may have set the same owner in the meantime, or none.
            (None, Some(zoe), None, true),
            (None, Some(zoe), zoe, true),
            (None, Some(zoe), ann, false),
            (zoe, Some(ann), zoe, true),
            (zoe, Some(ann), ann, true),
            (zoe, Some(ann), None, false),
            (zoe, Some(None), zoe, true),
            (zoe, Some(None), None, true),
            (zoe, Some(None), ann, false),
        ] {
            let case = format!("{layout:?}: of {found:?}, {set:?} sets it, {now:?} by now");
            let session = with_layout(layout, of(found, &number(1)));
            match set {
                Some(Some(owner)) => session.set_owner(owner),
                Some(None) => session.clear_owner(),
                None => {}
            }
            session.insert_value("k", 1);
            let theirs = of(now, &number(7)).with_layout(layout);
            let rebased = session.rebase(theirs, OnConflict::LaterWins).unwrap();
            assert_eq!(rebased != Rebased::OwnerChanged, is_merged, "{case}");
            assert_eq!(session.get_value("n"), Some(if is_merged { 7 } else { 1 }.into()), "{case}");
            let owner = session.owner().map(|owner| owner.to_string());
            assert_eq!(owner.as_deref(), set.unwrap_or(found), "{case}");
            if is_merged {
                // From now on changes are relative to that.
                let again = session.rebase(of(now, &number(8)).with_layout(layout), OnConflict::LaterWins);
                assert_ne!(again.unwrap(), Rebased::OwnerChanged, "{case}");
                let other =
                    session.rebase(of(Some("eve"), &number(9)).with_layout(layout), OnConflict::LaterWins);
                assert_eq!(other.unwrap(), Rebased::OwnerChanged, "{case}");
            }
        }
    }
}

#[test]
fn what_was_cleared_or_not_changed_has_nothing_to_protect() {
    let handlers: [(Handler, Option<Value>); 2] = [
        (
            |s| {
                s.clear();
                s.insert_value("k", 1);
            },
            None,
        ),
        (|_| (), Some(7.into())),
    ];
    for (handler, n) in handlers {
        let session = open_of(of(None, &number(1)));
        handler(&session);
        let rebased = session.rebase(of(Some("zoe"), &number(7)), OnConflict::LaterWins).unwrap();
        assert_ne!(rebased, Rebased::OwnerChanged);
        assert_eq!(session.get_value("n"), n);
    }
}
