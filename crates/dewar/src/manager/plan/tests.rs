use super::CookieStep::{Leave, Remove, RemoveInAnyCase, Set, SetIfExpiryChanges};
use super::*;

const NEW: Facts = Facts {
    is_in_cookie: false,
    sets_cookie_after_each_change: false,
    is_stored: false,
    is_unreadable: false,
    is_empty: true,
    is_destroyed: false,
    is_final: false,
    is_modified: false,
    new_id: None,
    only_rotates_id: false,
    keeps_its_owner: false,
    needs_stamp: false,
    client_may_have_cookie: false,
    is_refresh_due: false,
    is_outdated: false,
    is_response_sent: false,
    refuses_if_ended: false,
    id_status: IdStatus::InUse,
};
const STORED: Facts = Facts { is_stored: true, is_empty: false, client_may_have_cookie: true, ..NEW };
const DESTROYED: Facts =
    Facts { is_destroyed: true, is_final: true, is_empty: true, is_modified: true, ..NEW };
const FILLED: Facts = Facts { is_empty: false, is_modified: true, client_may_have_cookie: true, ..NEW };
const LOGIN: Facts = Facts { new_id: Some(NewId::Begin), ..FILLED };
const BEGUN: StoreStep = StoreStep::Rename { begins: true, continues: false };
const ROTATED: StoreStep = StoreStep::Rename { begins: false, continues: true };

fn steps_of(facts: Facts) -> (StoreStep, CookieStep) {
    let Plan { store, cookie, .. } = plan(facts).unwrap();
    (store, cookie)
}

#[test]
fn every_row() {
    let rows = [
        ("an anonymous visit", NEW, (StoreStep::Leave, Leave)),
        ("set and taken out again, no cookie", Facts { is_modified: true, ..NEW }, (StoreStep::Leave, Leave)),
        ("logged out without a session", DESTROYED, (StoreStep::Leave, Leave)),
        (
            "logged out with a cookie that no longer opens",
            Facts { client_may_have_cookie: true, ..DESTROYED },
            (StoreStep::Leave, Remove),
        ),
        ("first data", Facts { is_empty: false, is_modified: true, ..NEW }, (StoreStep::Create, Set)),
        ("a first login", LOGIN, (StoreStep::Create, Set)),
        ("destroyed", Facts { is_stored: true, ..DESTROYED }, (StoreStep::End, RemoveInAnyCase)),
        (
            "emptied key by key",
            Facts { is_empty: true, is_modified: true, ..STORED },
            (StoreStep::Update, SetIfExpiryChanges),
        ),
        (
            "cleared",
            Facts { is_empty: true, is_modified: true, is_final: true, ..STORED },
            (StoreStep::End, RemoveInAnyCase),
        ),
        (
            "destroyed and a new id",
            Facts { is_destroyed: true, is_final: true, new_id: Some(NewId::Begin), ..STORED },
            (StoreStep::End, RemoveInAnyCase),
        ),
        ("a login", Facts { is_stored: true, ..LOGIN }, (BEGUN, Set)),
        (
            "a login of the same person",
            Facts { is_stored: true, keeps_its_owner: true, ..LOGIN },
            (StoreStep::Rename { begins: true, continues: true }, Set),
        ),
        ("a new id", Facts { new_id: Some(NewId::Rotate), is_modified: true, ..STORED }, (ROTATED, Set)),
        (
            "changed",
            Facts { is_modified: true, is_refresh_due: true, ..STORED },
            (StoreStep::Update, SetIfExpiryChanges),
        ),
        ("refresh due", Facts { is_refresh_due: true, ..STORED }, (StoreStep::Leave, SetIfExpiryChanges)),
        ("outdated", Facts { is_outdated: true, ..STORED }, (StoreStep::Update, SetIfExpiryChanges)),
        (
            "refresh due, but nothing to store",
            Facts { is_refresh_due: true, is_empty: true, ..STORED },
            (StoreStep::Leave, Leave),
        ),
        ("read only", STORED, (StoreStep::Leave, Leave)),
        (
            "a new id for nothing, in place of what cannot be read",
            Facts { is_empty: true, is_unreadable: true, ..LOGIN },
            (StoreStep::Leave, Leave),
        ),
        (
            "logged out of what cannot be read",
            Facts { is_unreadable: true, client_may_have_cookie: true, ..DESTROYED },
            (StoreStep::End, RemoveInAnyCase),
        ),
    ];
    for (name, facts, expected) in rows {
        assert_eq!(steps_of(facts), expected, "{name}");
    }
}

#[test]
fn every_row_of_a_session_in_its_cookie() {
    let cookie = |facts: Facts| Facts { is_in_cookie: true, sets_cookie_after_each_change: true, ..facts };
    let rows = [
        ("an anonymous visit", NEW, (StoreStep::Leave, Leave)),
        ("first data", Facts { is_empty: false, is_modified: true, ..NEW }, (StoreStep::Leave, Set)),
        ("a first login", LOGIN, (StoreStep::Leave, Set)),
        ("a login that must be stamped", Facts { needs_stamp: true, ..LOGIN }, (StoreStep::Stamp, Set)),
        ("destroyed", Facts { is_stored: true, ..DESTROYED }, (StoreStep::Leave, Remove)),
        ("emptied", Facts { is_empty: true, is_modified: true, ..STORED }, (StoreStep::Leave, Remove)),
        ("changed", Facts { is_modified: true, ..STORED }, (StoreStep::Leave, Set)),
        ("refresh due", Facts { is_refresh_due: true, ..STORED }, (StoreStep::Leave, Set)),
        ("read only", STORED, (StoreStep::Leave, Leave)),
    ];
    for (name, facts, expected) in rows {
        assert_eq!(steps_of(cookie(facts)), expected, "{name}");
    }
}

#[test]
fn every_row_of_an_ended_id() {
    let rotated = Facts { new_id: Some(NewId::Rotate), ..NEW };
    let (end, drop) = ((StoreStep::End, Leave), (StoreStep::Drop, Leave));
    let (begin, create) = ((StoreStep::Begin, Set), (StoreStep::Create, Set));
    let rows = [
        ("a look", NEW, [(StoreStep::Leave, Leave); 2]),
        ("a logout", DESTROYED, [end; 2]),
        ("cleared", Facts { is_final: true, is_modified: true, ..NEW }, [end; 2]),
        ("a login", LOGIN, [begin; 2]),
        ("cleared, then a login", Facts { is_final: true, ..LOGIN }, [begin; 2]),
        ("a login without data", Facts { is_empty: true, ..LOGIN }, [drop; 2]),
        ("made permanent, nothing in it", Facts { is_empty: true, ..FILLED }, [drop; 2]),
        ("cleared, then a message", Facts { is_final: true, ..FILLED }, [end, create]),
        ("a write", FILLED, [drop, create]),
        ("a renewal", rotated, [(StoreStep::Leave, Leave); 2]),
        ("a write and a renewal", Facts { new_id: Some(NewId::Rotate), ..FILLED }, [drop, create]),
    ];
    for (name, facts, expected) in rows {
        let plans =
            [IdStatus::JustEnded, IdStatus::Ended].map(|id_status| steps_of(Facts { id_status, ..facts }));
        assert_eq!(plans, expected, "{name}");
    }
}

#[test]
fn what_needs_a_cookie_comes_too_late_after_the_response() {
    let sent = |facts| plan(Facts { is_response_sent: true, ..facts });
    for facts in [FILLED, LOGIN, Facts { is_stored: true, ..LOGIN }] {
        assert_eq!(sent(facts), Err(ResponseWasSent), "{facts:?}");
    }
    for facts in [NEW, STORED, Facts { is_modified: true, ..STORED }, Facts { is_stored: true, ..DESTROYED }]
    {
        assert!(sent(facts).is_ok(), "{facts:?}");
        assert_eq!(sent(Facts { is_in_cookie: true, ..facts }), Err(ResponseWasSent), "{facts:?}");
    }
}

fn all() -> impl Iterator<Item = Facts> {
    let id_statuses = [IdStatus::InUse, IdStatus::JustEnded, IdStatus::Ended];
    let ids = [None, Some(NewId::Begin), Some(NewId::Rotate)];
    let both = id_statuses.into_iter().flat_map(move |id_status| ids.map(|new_id| (id_status, new_id)));
    let all = both.flat_map(|(id_status, new_id)| {
        (0..1 << 16).map(move |bits| {
            let bit = |n: u32| bits & (1 << n) != 0;
            Facts {
                is_in_cookie: bit(0),
                sets_cookie_after_each_change: bit(1),
                is_stored: bit(2),
                is_unreadable: bit(3),
                is_empty: bit(4),
                is_destroyed: bit(5),
                is_final: bit(6),
                is_modified: bit(7),
                new_id,
                only_rotates_id: bit(8),
                keeps_its_owner: bit(9),
                needs_stamp: bit(10),
                client_may_have_cookie: bit(11),
                is_refresh_due: bit(12),
                is_outdated: bit(13),
                is_response_sent: bit(14),
                refuses_if_ended: bit(15),
                id_status,
            }
        })
    });
    all.filter(is_possible)
}

/// A cookie has no id and is set after each change; a stored session is neither unreadable nor under an ended id; a destroyed one is final.
fn is_possible(facts: &Facts) -> bool {
    let has_ended_id = facts.id_status != IdStatus::InUse;
    let has_id = has_ended_id || facts.is_unreadable;
    let is_consistent = facts.is_final || !facts.is_destroyed;
    is_consistent
        && !(facts.is_in_cookie && (has_id || !facts.sets_cookie_after_each_change))
        && !(facts.is_stored && has_id)
}

/// The possible outcomes after the plan's store step succeeded.
fn told(plan: &Plan) -> [Result<CookieStep, Refused>; 4] {
    [false, true]
        .map(|changes_expiry| Outcome::Stored { changes_expiry })
        .into_iter()
        .chain([Outcome::Removed, Outcome::EndedMeanwhile])
        .map(|outcome| plan.cookie_after(outcome))
        .collect::<Vec<_>>()
        .try_into()
        .unwrap()
}

/// All 589,824 combinations, except contradictory ones: what must never happen in the store.
#[test]
fn invariants_of_the_store_step() {
    for facts in all() {
        let Ok(plan) = plan(facts) else { continue };
        let stores = matches!(plan.store, StoreStep::Update) || plan.gives_new_id();
        let has_ended_id = facts.id_status != IdStatus::InUse;
        if facts.is_destroyed {
            assert!(!stores, "a destroyed session was stored: {facts:?}");
            let ends = !facts.is_stored || has_ended_id || facts.is_in_cookie || plan.store == StoreStep::End;
            assert!(ends, "a logout that ends nothing: {facts:?}");
        }
        let begins = facts.new_id == Some(NewId::Begin);
        let has_data = !facts.is_empty && !facts.is_destroyed;
        let is_dropped = facts.id_status == IdStatus::JustEnded && !begins;
        if facts.is_modified && has_data && !facts.is_in_cookie {
            assert_eq!(stores, !is_dropped, "a change lost, or one in flight stored: {facts:?}");
        }
        if begins && has_data && !facts.is_in_cookie {
            assert!(plan.gives_new_id(), "a login without a new id: {facts:?}");
        }
        match plan.store {
            StoreStep::Create => assert!(!facts.is_stored && has_data, "created twice: {facts:?}"),
            StoreStep::Begin => assert!(begins && has_ended_id, "begun without a request for it: {facts:?}"),
            StoreStep::Rename { .. } => assert!(facts.is_stored && facts.new_id.is_some(), "{facts:?}"),
            StoreStep::Update => assert!(facts.is_stored, "something unseen was written over: {facts:?}"),
            StoreStep::Drop => assert!(has_ended_id && facts.is_modified, "dropped for nothing: {facts:?}"),
            StoreStep::Stamp => assert!(facts.is_in_cookie && facts.needs_stamp, "{facts:?}"),
            StoreStep::End => {
                let is_asked_for = facts.is_final || facts.is_destroyed || facts.is_unreadable;
                assert!(is_asked_for, "ended unasked: {facts:?}");
            }
            StoreStep::Leave => {}
        }
        assert!(
            !facts.is_in_cookie || matches!(plan.store, StoreStep::Leave | StoreStep::Stamp),
            "{facts:?}"
        );
    }
}

/// The same combinations: what must never happen to the cookie, regardless of the outcome.
#[test]
fn invariants_of_the_cookie_step() {
    for facts in all() {
        let Ok(plan) = plan(facts) else {
            assert!(facts.is_response_sent, "{facts:?}");
            continue;
        };
        let [stored, expiry_changes, removed, ended] = told(&plan);
        let has_ended_id = facts.id_status != IdStatus::InUse;
        if plan.gives_new_id() {
            assert_eq!((stored, expiry_changes), (Ok(Set), Ok(Set)), "a new id is not sent: {facts:?}");
        } else if has_ended_id {
            assert_eq!(
                [stored, expiry_changes, removed],
                [Ok(Leave); 3],
                "the cookie of another session: {facts:?}"
            );
        }
        if plan.asks_store() && !has_ended_id {
            assert_eq!(removed, Ok(Remove), "a removed session's cookie stays: {facts:?}");
        }
        let is_untouched = !facts.is_modified && !facts.is_destroyed && facts.new_id.is_none();
        if is_untouched && facts.is_stored && !facts.is_refresh_due && !facts.is_outdated {
            assert_eq!((plan.store, plan.cookie), (StoreStep::Leave, Leave), "{facts:?}");
        }
        let sets_in_vain = !plan.asks_store() && stored == Ok(Set) && !facts.is_in_cookie;
        assert!(!sets_in_vain, "the client has this cookie already: {facts:?}");
        let is_refused = facts.refuses_if_ended && !facts.only_rotates_id && !plan.is_best_effort;
        assert_eq!(ended, if is_refused { Err(Refused) } else { Ok(Leave) }, "{facts:?}");
        if plan.removes_cookie_if_it_fails() {
            assert!(facts.is_final && !has_ended_id, "a cookie that nobody ended: {facts:?}");
        }
        if facts.is_final && facts.is_stored && facts.id_status == IdStatus::InUse && plan.asks_store() {
            assert!(
                plan.removes_cookie_if_it_fails(),
                "logged out, and the browser keeps the cookie: {facts:?}"
            );
        }
        if plan.cookie == RemoveInAnyCase {
            assert!(plan.store == StoreStep::End && !has_ended_id, "{facts:?}");
        }
        if plan.is_best_effort {
            assert!(is_untouched && facts.is_stored, "what was asked for may not be skipped: {facts:?}");
            assert!(
                matches!(plan.store, StoreStep::Leave | StoreStep::Update | StoreStep::Stamp),
                "{facts:?}"
            );
        }
        if facts.is_modified && facts.is_in_cookie && facts.is_stored {
            assert_ne!(plan.cookie, Leave, "a change that is not sent is lost: {facts:?}");
        }
    }
}
