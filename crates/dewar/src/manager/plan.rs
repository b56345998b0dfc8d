//! What is to be done with a session at the end of its request: one pure table.
//!
//! The first row that fits wins.
//!
//! | the session… | plan |
//! |---|---|
//! | came with an id that is no more, is destroyed or cleared, and empty | [`EndSuccessor`](Plan::EndSuccessor) |
//! | came with an id that is no more, begins, has data | [`Begin`](Plan::Begin) |
//! | came with an id that is no more since a moment ago, and was cleared | [`EndSuccessor`](Plan::EndSuccessor) |
//! | came with an id that is no more since a moment ago, or has no data | [`Leave`](Plan::Leave) |
//! | cannot be read, and is neither destroyed, cleared nor filled | [`Leave`](Plan::Leave) |
//! | was never kept, is empty or destroyed, and the client has nothing to forget | [`Leave`](Plan::Leave) |
//! | was never kept, has data | [`Create`](Plan::Create) |
//! | is destroyed, or was emptied | [`Delete`](Plan::Delete) |
//! | asked for a new id | [`Replace`](Plan::Replace) |
//! | was changed | [`Update`](Plan::Update) |
//! | is unchanged, has data, a refresh is due | [`Refresh`](Plan::Refresh) |
//! | is unchanged | [`Leave`](Plan::Leave) |

use crate::session::NewId;

/// What is known of a session at the end of its request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    /// It was there when it was opened.
    pub(crate) is_kept: bool,
    /// It was there, but cannot be read: what the program has is an empty one.
    pub(crate) is_unreadable: bool,
    /// There is no data.
    pub(crate) is_empty: bool,
    /// The program ended it.
    pub(crate) is_destroyed: bool,
    /// The program ended it, or forgot all its data, whatever others put in meanwhile.
    pub(crate) is_final: bool,
    /// The program changed it, if only to empty it.
    pub(crate) is_modified: bool,
    /// The program asked for a new id.
    pub(crate) new_id: Option<NewId>,
    /// The client may hold a cookie, valid or not.
    pub(crate) client_may_hold: bool,
    /// Its idle time shall start anew, or it is written in an old way.
    pub(crate) is_refresh_due: bool,
    /// Whether the client came with the id of a session that is no more; whatever cookie it has by now is not ours to touch.
    pub(crate) arrival: Arrival,
}

/// Whether the id that a request came with was still that of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// It was, or the client came with none.
    InTime,
    /// Not since a moment ago: the request was under way then.
    InFlight,
    /// Not since some time, but it is still known what became of the session.
    Late,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Nothing, and no cookie.
    Leave,
    /// Keep it for the first time.
    Create,
    /// Keep it for the first time, with the data of the session that took the place of the one that the client means, if it may have them.
    Begin,
    /// End it, and have the client forget its cookie.
    Delete,
    /// End the session that took its place, and leave the cookie alone.
    EndSuccessor,
    /// Keep it under a new id.
    Replace,
    /// Keep its changes.
    Update,
    /// Move its end.
    Refresh,
}

pub(crate) fn plan(facts: Facts) -> Plan {
    let over = facts.is_empty || facts.is_destroyed;
    let is_late = facts.arrival != Arrival::InTime;
    let begins = facts.new_id == Some(NewId::Begin);
    match facts {
        _ if is_late && facts.is_final && over => Plan::EndSuccessor,
        _ if is_late && begins && !over => Plan::Begin,
        _ if facts.arrival == Arrival::InFlight && facts.is_final => Plan::EndSuccessor,
        _ if facts.arrival == Arrival::InFlight || (is_late && over) => Plan::Leave,
        _ if facts.is_unreadable && over && !facts.is_final && !facts.is_destroyed => Plan::Leave,
        _ if !facts.is_kept && over && !(facts.is_modified && facts.client_may_hold) => Plan::Leave,
        _ if !facts.is_kept && !over => Plan::Create,
        _ if over && (facts.is_modified || facts.is_destroyed) => Plan::Delete,
        _ if facts.new_id.is_some() => Plan::Replace,
        _ if facts.is_modified => Plan::Update,
        _ if facts.is_refresh_due && !over => Plan::Refresh,
        _ => Plan::Leave,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: Facts = Facts {
        is_kept: false,
        is_unreadable: false,
        is_empty: true,
        is_destroyed: false,
        is_final: false,
        is_modified: false,
        new_id: None,
        client_may_hold: false,
        is_refresh_due: false,
        arrival: Arrival::InTime,
    };
    const KEPT: Facts = Facts { is_kept: true, is_empty: false, client_may_hold: true, ..NEW };
    const DESTROYED: Facts =
        Facts { is_destroyed: true, is_final: true, is_empty: true, is_modified: true, ..NEW };
    const FILLED: Facts = Facts { is_empty: false, is_modified: true, client_may_hold: true, ..NEW };
    const LOGIN: Facts = Facts { new_id: Some(NewId::Begin), ..FILLED };

    #[test]
    fn every_row() {
        let rows = [
            ("an anonymous visit", NEW, Plan::Leave),
            ("set and taken out again, no cookie", Facts { is_modified: true, ..NEW }, Plan::Leave),
            ("logged out without a session", DESTROYED, Plan::Leave),
            (
                "logged out with a cookie that no longer opens",
                Facts { client_may_hold: true, ..DESTROYED },
                Plan::Delete,
            ),
            ("first data", Facts { is_empty: false, is_modified: true, ..NEW }, Plan::Create),
            ("a first login", LOGIN, Plan::Create),
            ("destroyed", Facts { is_kept: true, ..DESTROYED }, Plan::Delete),
            ("emptied", Facts { is_empty: true, is_modified: true, ..KEPT }, Plan::Delete),
            (
                "destroyed and a new id",
                Facts { is_destroyed: true, new_id: Some(NewId::Begin), ..KEPT },
                Plan::Delete,
            ),
            ("a login", Facts { is_kept: true, ..LOGIN }, Plan::Replace),
            ("a new id", Facts { new_id: Some(NewId::Rotate), is_modified: true, ..KEPT }, Plan::Replace),
            ("changed", Facts { is_modified: true, is_refresh_due: true, ..KEPT }, Plan::Update),
            ("refresh due", Facts { is_refresh_due: true, ..KEPT }, Plan::Refresh),
            (
                "refresh due, but nothing to keep",
                Facts { is_refresh_due: true, is_empty: true, ..KEPT },
                Plan::Leave,
            ),
            ("read only", KEPT, Plan::Leave),
            (
                "a new id for nothing, in place of what cannot be read",
                Facts { is_empty: true, is_unreadable: true, ..LOGIN },
                Plan::Leave,
            ),
            (
                "logged out of what cannot be read",
                Facts { is_unreadable: true, client_may_hold: true, ..DESTROYED },
                Plan::Delete,
            ),
        ];
        for (name, facts, expected) in rows {
            assert_eq!(plan(facts), expected, "{name}");
        }
    }

    #[test]
    fn every_row_of_an_id_that_is_no_more() {
        let rotated = Facts { new_id: Some(NewId::Rotate), ..NEW };
        let rows = [
            ("a look", NEW, [Plan::Leave; 2]),
            ("a logout", DESTROYED, [Plan::EndSuccessor; 2]),
            ("cleared", Facts { is_final: true, is_modified: true, ..NEW }, [Plan::EndSuccessor; 2]),
            ("a login", LOGIN, [Plan::Begin; 2]),
            ("cleared, then a login", Facts { is_final: true, ..LOGIN }, [Plan::Begin; 2]),
            ("a login without data", Facts { is_empty: true, ..LOGIN }, [Plan::Leave; 2]),
            ("made permanent, nothing in it", Facts { is_empty: true, ..FILLED }, [Plan::Leave; 2]),
            (
                "cleared, then a message",
                Facts { is_final: true, ..FILLED },
                [Plan::EndSuccessor, Plan::Create],
            ),
            ("a write", FILLED, [Plan::Leave, Plan::Create]),
            ("a renewal", rotated, [Plan::Leave; 2]),
            (
                "a write and a renewal",
                Facts { new_id: Some(NewId::Rotate), ..FILLED },
                [Plan::Leave, Plan::Create],
            ),
        ];
        for (name, facts, expected) in rows {
            let plans = [Arrival::InFlight, Arrival::Late].map(|arrival| plan(Facts { arrival, ..facts }));
            assert_eq!(plans, expected, "{name}");
        }
    }

    fn all() -> impl Iterator<Item = Facts> {
        let arrivals = [Arrival::InTime, Arrival::InFlight, Arrival::Late];
        let ids = [None, Some(NewId::Begin), Some(NewId::Rotate)];
        let both = arrivals.into_iter().flat_map(move |arrival| ids.map(|new_id| (arrival, new_id)));
        both.flat_map(|(arrival, new_id)| {
            (0..1 << 8).map(move |bits| {
                let bit = |n: u32| bits & (1 << n) != 0;
                Facts {
                    is_kept: bit(0),
                    is_empty: bit(1),
                    is_destroyed: bit(2),
                    is_final: bit(3),
                    is_modified: bit(4),
                    new_id,
                    client_may_hold: bit(5),
                    is_refresh_due: bit(6),
                    is_unreadable: bit(7),
                    arrival,
                }
            })
        })
    }

    /// All 2,304 combinations: what can never happen, whatever else is true.
    #[test]
    fn invariants_over_every_combination_of_facts() {
        for facts in all() {
            let plan = plan(facts);
            let keeps =
                matches!(plan, Plan::Create | Plan::Begin | Plan::Replace | Plan::Update | Plan::Refresh);
            if facts.is_destroyed {
                assert!(!keeps, "a destroyed session was kept: {facts:?}");
                assert!(
                    facts.arrival != Arrival::InTime || !facts.is_kept || plan == Plan::Delete,
                    "{facts:?}"
                );
            }
            let begins = facts.new_id == Some(NewId::Begin);
            let is_dropped = facts.arrival == Arrival::InFlight && !begins;
            if facts.is_modified && !facts.is_empty && !facts.is_destroyed {
                assert_eq!(keeps, !is_dropped, "a change lost, or one in flight kept: {facts:?}");
            }
            if begins && !facts.is_empty && !facts.is_destroyed {
                assert!(matches!(plan, Plan::Create | Plan::Begin | Plan::Replace), "no new id: {facts:?}");
            }
            match plan {
                Plan::Create => assert!(!facts.is_kept, "created twice: {facts:?}"),
                Plan::Begin => assert!(begins, "begun without being asked to: {facts:?}"),
                Plan::EndSuccessor => assert!(facts.is_final && facts.arrival != Arrival::InTime),
                Plan::Refresh => {
                    assert!(facts.is_kept && !facts.is_modified && !facts.is_empty, "in vain: {facts:?}");
                }
                _ => {}
            }
        }
    }
}
