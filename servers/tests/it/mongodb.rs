//! A replica set of MongoDB.

use dewar_servers::MongoReplicaSet;

#[test]
fn another_member_takes_the_place_of_the_primary() {
    let Some(mut set) = MongoReplicaSet::for_test() else { return };
    let first = set.wait_for_primary().unwrap();
    set.members_mut()[first].kill();
    let second = set.wait_for_primary().unwrap();
    assert_ne!(first, second);
    set.members_mut()[first].restart().unwrap();
    set.wait_for_members().unwrap();
    set.step_down().unwrap();
    assert_ne!(set.wait_for_primary().unwrap(), second);
}
