use super::*;

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn a_sweep_finds_all_that_is_over_and_nothing_else() {
    let memory = Memory::new();
    // Expiries spread over a month, in random order.
    let life = |number: u64| Duration::from_secs(number * 7_919 % 2_592_000);
    for number in 0..20_000 {
        create(&memory, &key(number), &entry(1, life(number)));
    }
    let mut there = memory.entries();
    for day in [0, 1, 2, 9, 29, 31] {
        let now = NOW.plus(Duration::from_secs(day * 86_400));
        let swept = memory.sweep_all("", usize::MAX, now.plus(Duration::from_secs(9)));
        there -= swept;
        assert_eq!(memory.entries(), there);
        for number in 0..20_000 {
            let is_alive = NOW.plus(life(number)) > now.plus(Duration::from_secs(9));
            let is_there = memory.load_now(&key(number), None, NOW).is_some();
            let is_over = NOW.plus(life(number)) <= now;
            assert!(if is_alive { is_there } else { !is_over || !is_there || life(number).is_zero() });
        }
    }
    assert_eq!(memory.sweep_all("", usize::MAX, NOW.plus(Duration::from_secs(40 * 86_400))), there);
    assert_eq!((memory.entries(), memory.bytes_used()), (0, 0));
}

#[test]
fn a_sweep_goes_around() {
    let memory = Memory::new();
    for number in 0..1000 {
        create(&memory, &key(number), &entry(1, Duration::ZERO));
    }
    let later = NOW.plus(MINUTE);
    let (mut swept, mut sweeps) = (0, 0);
    while swept < 1000 {
        let some = memory.sweep_all("", 7, later);
        assert!(some > 0 && some <= 7);
        (swept, sweeps) = (swept + some, sweeps + 1);
    }
    assert!(sweeps <= 1000 / 7 + 2, "{sweeps} sweeps");
}

#[test]
fn writes_sweep_as_they_go() {
    let memory = Memory::new();
    for number in 0..10_000 {
        create(&memory, &key(number), &entry(1, MINUTE));
    }
    let later = NOW.plus(2 * MINUTE);
    for number in 10_000..20_000 {
        let entry = Entry::new("", Some(later.plus(HOUR)));
        assert!(memory.create_now(&key(number), &entry, later).is_ok());
    }
    assert_eq!(memory.entries(), 10_000);
}

#[test]
fn what_was_touched_or_swapped_is_spared() {
    let memory = Memory::new();
    let (touched, swapped, owned_late) = (key("touched"), key("swapped"), key("owned"));
    create(&memory, &touched, &entry(1, MINUTE));
    let seen = create(&memory, &swapped, &entry(1, MINUTE));
    let seen_owned = create(&memory, &owned_late, &entry(1, MINUTE));
    assert!(memory.touch_now(&touched, NOW.plus(HOUR), NOW));
    assert!(memory.swap_now(&swapped, &seen, &entry(1, HOUR), NOW).is_ok());
    assert!(memory.swap_now(&owned_late, &seen_owned, &owned("somebody", 1, HOUR), NOW).is_ok());
    assert_eq!(memory.sweep_all("", usize::MAX, NOW.plus(HOUR / 2)), 0);
    assert_eq!(memory.sweep_all("", usize::MAX, NOW.plus(2 * HOUR)), 3);
}

#[test]
fn a_clock_that_ran_far_ahead_does_no_lasting_harm() {
    let memory = Memory::new();
    // So many that each shard has some.
    for number in 100..2_100 {
        let owner = (number % 2 == 0).then(|| number.to_string());
        create(&memory, &key(number), &Entry { owner, ..entry(1, HOUR) });
    }
    assert_eq!(memory.sweep_all("", usize::MAX, UnixTime::from_millis(i64::MAX)), 2_000);
    create(&memory, &key(1), &entry(1, MINUTE));
    create(&memory, &key(2), &entry(1, 1000 * HOUR));
    create(&memory, &key(3), &Entry::new("", None));
    assert_eq!(memory.sweep_all("", 9, NOW.plus(HOUR)), 1);
    assert_eq!(memory.sweep_all("", 9, NOW.plus(2000 * HOUR)), 1);
    assert!(is_there(&memory, &key(3)));
}

#[test]
fn a_sweep_of_one_program_leaves_what_another_one_has() {
    let memory = Memory::new();
    for number in 0..3000 {
        let name = ["ours", "theirs"][number % 2];
        create(&memory, &key(format!("{name}:{number}")), &entry(1, Duration::ZERO));
    }
    let later = NOW.plus(MINUTE);
    assert_eq!(memory.sweep_all("ours:", 1000, later), 1000);
    assert_eq!(memory.sweep_all("ours:", usize::MAX, later), 500);
    assert_eq!((memory.sweep_all("ours:", usize::MAX, later), memory.entries()), (0, 1500));
    assert_eq!(memory.sweep_all("theirs:", usize::MAX, later), 1500);
}
