//! The rules, by subject.

mod absence;
mod clocks;
mod contents;
mod creating;
mod dropping;
mod listing;
mod owning;
mod racing;
mod removing;
mod renaming;
mod swapping;
mod sweeping;
mod touching;

use super::run::Rule;

macro_rules! rules {
    ($($subject:ident: $($rule:ident)*;)*) => {
        &[$($((stringify!($rule), |context| Box::pin($subject::$rule(context)))),*),*]
    };
}

pub(super) const ALL: &[(&str, Rule)] = rules! {
    absence: absent_loads_as_none expired_is_absent_for_load expired_is_absent_for_create expired_is_absent_for_swap
        expired_is_absent_for_rename expired_is_absent_under_the_new_key expired_is_absent_for_touch expired_is_absent_for_remove
        created_expired_is_absent;
    clocks: ends_to_the_millisecond without_an_end_it_stays swap_sets_the_end clocks_may_differ;
    creating: create_never_overwrites creates_at_once_have_one_winner created_revision_can_be_swapped;
    swapping: swap_replaces_what_was_seen loaded_revision_can_be_swapped swap_on_stale_changes_nothing
        conflict_brings_what_is_there swap_on_absent_makes_nothing swap_on_removed_revives_nothing
        swap_to_expired_removes_what_was_seen created_anew_is_the_same_only_if_its_revision_is;
    renaming: rename_moves rename_leaves_the_tombstone rename_of_absent_makes_nothing rename_of_stale_changes_nothing
        rename_never_overwrites renames_at_once_have_one_winner;
    touching: touch_of_absent_makes_nothing touch_moves_the_end touch_keeps_the_revision load_with_touch_moves_the_end
        load_with_touch_keeps_the_revision load_without_touch_moves_nothing touch_not_due_moves_nothing
        load_without_expiry_finds_the_same;
    removing: remove_tells_whether_it_was_there remove_leaves_the_tombstone remove_of_absent_leaves_no_tombstone
        tombstone_has_an_end_of_its_own tombstone_is_an_entry;
    racing: swaps_at_once_have_one_winner increments_are_not_lost readers_see_whole_payloads;
    contents: payloads_are_any_bytes payload_of_a_mebibyte keys_are_any_text keys_differ_in_case long_keys_differ_at_the_end;
    dropping: dropped_load_harms_nobody dropped_create_harms_nobody dropped_swap_harms_nobody dropped_rename_harms_nobody
        dropped_touch_harms_nobody dropped_remove_harms_nobody;
    sweeping: sweep_removes_expired sweep_spares_what_has_not_expired sweep_respects_at_most;
    listing: list_shows_what_is_stored list_hides_expired list_keeps_to_the_prefix;
    owning: owners_list_in_order rename_keeps_the_place swap_changes_the_owner owners_forget_what_is_gone
        remove_all_but_one trim_oldest trim_newest trims_at_once_leave_at_most;
};
