//! What is to be done with a session at the end of its request: one pure table.
//!
//! The first row that fits wins.
//!
//! | the session… | plan |
//! |---|---|
//! | ended, or got a new id, before the request came, and is destroyed | [`EndSuccessor`](Plan::EndSuccessor) |
//! | ended, or got a new id, before the request came | [`Leave`](Plan::Leave) |
//! | was never kept, is empty or destroyed, and the client has nothing to forget | [`Leave`](Plan::Leave) |
//! | was never kept, has data | [`Create`](Plan::Create) |
//! | is destroyed, or was emptied | [`Delete`](Plan::Delete) |
//! | asked for a new id | [`Replace`](Plan::Replace) |
//! | was changed | [`Update`](Plan::Update) |
//! | is unchanged, has data, a refresh is due | [`Refresh`](Plan::Refresh) |
//! | is unchanged | [`Leave`](Plan::Leave) |

/// What is known of a session at the end of its request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    /// It was there when it was opened.
    pub(crate) is_kept: bool,
    /// There is no data.
    pub(crate) is_empty: bool,
    /// The program ended it.
    pub(crate) is_destroyed: bool,
    /// The program changed it, if only to empty it.
    pub(crate) is_modified: bool,
    /// The program asked for a new id.
    pub(crate) wants_new_id: bool,
    /// The client may hold a cookie, valid or not.
    pub(crate) client_may_hold: bool,
    /// Its idle time shall start anew, or it is written in an old way.
    pub(crate) is_refresh_due: bool,
    /// The client came with the id of a session that is no more; whatever cookie it has by now is not ours to touch.
    pub(crate) came_too_late: bool,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Nothing, and no cookie.
    Leave,
    /// Keep it for the first time.
    Create,
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
    match facts {
        _ if facts.came_too_late && facts.is_destroyed => Plan::EndSuccessor,
        _ if facts.came_too_late => Plan::Leave,
        _ if !facts.is_kept && over && !(facts.is_modified && facts.client_may_hold) => Plan::Leave,
        _ if !facts.is_kept && !over => Plan::Create,
        _ if over && (facts.is_modified || facts.is_destroyed) => Plan::Delete,
        _ if facts.wants_new_id => Plan::Replace,
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
        is_empty: true,
        is_destroyed: false,
        is_modified: false,
        wants_new_id: false,
        client_may_hold: false,
        is_refresh_due: false,
        came_too_late: false,
    };
    const KEPT: Facts = Facts { is_kept: true, is_empty: false, client_may_hold: true, ..NEW };

    #[test]
    fn every_row() {
        let rows = [
            ("an anonymous visit", NEW, Plan::Leave),
            ("set and taken out again, no cookie", Facts { is_modified: true, ..NEW }, Plan::Leave),
            (
                "logged out without a session",
                Facts { is_destroyed: true, is_modified: true, ..NEW },
                Plan::Leave,
            ),
            (
                "logged out with a cookie that no longer opens",
                Facts { is_destroyed: true, is_modified: true, client_may_hold: true, ..NEW },
                Plan::Delete,
            ),
            ("first data", Facts { is_empty: false, is_modified: true, ..NEW }, Plan::Create),
            (
                "destroyed",
                Facts { is_destroyed: true, is_modified: true, is_empty: true, ..KEPT },
                Plan::Delete,
            ),
            ("emptied", Facts { is_empty: true, is_modified: true, ..KEPT }, Plan::Delete),
            (
                "destroyed and a new id",
                Facts { is_destroyed: true, wants_new_id: true, ..KEPT },
                Plan::Delete,
            ),
            ("a new id", Facts { wants_new_id: true, is_modified: true, ..KEPT }, Plan::Replace),
            ("changed", Facts { is_modified: true, is_refresh_due: true, ..KEPT }, Plan::Update),
            ("refresh due", Facts { is_refresh_due: true, ..KEPT }, Plan::Refresh),
            (
                "refresh due, but nothing to keep",
                Facts { is_refresh_due: true, is_empty: true, ..KEPT },
                Plan::Leave,
            ),
            ("read only", KEPT, Plan::Leave),
            (
                "data after the end",
                Facts {
                    is_empty: false,
                    is_modified: true,
                    client_may_hold: true,
                    came_too_late: true,
                    ..NEW
                },
                Plan::Leave,
            ),
            (
                "destroyed under an old id",
                Facts { is_destroyed: true, is_modified: true, came_too_late: true, ..NEW },
                Plan::EndSuccessor,
            ),
        ];
        for (name, facts, expected) in rows {
            assert_eq!(plan(facts), expected, "{name}");
        }
    }

    /// All 256 combinations: what can never happen, whatever else is true.
    #[test]
    fn invariants_over_every_combination_of_facts() {
        for bits in 0..1 << 8 {
            let bit = |n: u32| bits & (1 << n) != 0;
            let facts = Facts {
                is_kept: bit(0),
                is_empty: bit(1),
                is_destroyed: bit(2),
                is_modified: bit(3),
                wants_new_id: bit(4),
                client_may_hold: bit(5),
                is_refresh_due: bit(6),
                came_too_late: bit(7),
            };
            let plan = plan(facts);
            if facts.came_too_late {
                let ends = if facts.is_destroyed { Plan::EndSuccessor } else { Plan::Leave };
                assert_eq!(plan, ends, "revived: {facts:?}");
                continue;
            }
            let keeps = matches!(plan, Plan::Create | Plan::Replace | Plan::Update | Plan::Refresh);
            if facts.is_destroyed {
                assert!(!keeps, "a destroyed session was kept: {facts:?}");
                assert!(!facts.is_kept || plan == Plan::Delete, "not ended: {facts:?}");
            }
            if facts.is_modified && !facts.is_empty && !facts.is_destroyed {
                assert!(keeps, "a change lost: {facts:?}");
            }
            match plan {
                Plan::Create => assert!(!facts.is_kept, "created twice: {facts:?}"),
                Plan::Refresh => {
                    assert!(
                        facts.is_kept && !facts.is_modified && !facts.is_empty,
                        "refreshed in vain: {facts:?}"
                    )
                }
                _ => {}
            }
        }
    }
}
