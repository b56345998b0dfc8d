use super::*;

/// As a program has that logs in at each call. Each removal was once a walk through all that are left.
#[test]
fn an_owner_may_have_a_hundred_thousand_sessions() {
    let (memory, count) = (Memory::new(), 100_000);
    for number in 0..count {
        create(&memory, &key(number), &owned("robot", 1, HOUR));
    }
    create(&memory, &key("user"), &owned("user", 1, HOUR));
    let living = memory.living("robot", NOW);
    assert!(living.iter().map(|(_, key, _)| key).eq(&(0..count).map(key).collect::<Vec<_>>()));
    let moved = memory.load_now(&key(7), None, NOW).unwrap().revision;
    assert!(memory.rename_now(&key(7), &key("moved"), &moved, &owned("robot", 1, HOUR), None, NOW).is_ok());
    assert_eq!(memory.living("robot", NOW).get(7).map(|(_, key, _)| key), Some(&key("moved")));
    assert_eq!(memory.sweep_all("", usize::MAX, NOW.plus(2 * HOUR)), count + 1);
    assert!(memory.living("robot", NOW).is_empty() && memory.bytes_used() == 0);
}
