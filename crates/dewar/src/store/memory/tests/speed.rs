use std::time::Instant;

use super::*;
use crate::store::Swapped;

/// `cargo test --release -p dewar --lib memory::tests::speed -- --ignored --nocapture`
#[test]
#[ignore = "measures: run it in a release build"]
fn calls_per_second() {
    println!(
        "{:>9} {:>12} {:>12} {:>12} {:>12} {:>12}",
        "entries", "create/s", "load/s", "touch/s", "swap/s", "sweep/s"
    );
    for count in [1_000_u64, 10_000, 100_000, 1_000_000] {
        let memory = Memory::with_budget(4 << 30);
        let keys: Vec<_> = (0..count).map(|number| key(format!("session:{number:035}"))).collect();
        let entry = entry(200, HOUR);
        let created = rate(count, |at| drop(create(&memory, &keys[at], &entry)));
        // In no order, as requests come.
        let stride = |at: usize| at * 7_919 % keys.len();
        let calls = count.max(1_000_000);
        let loaded = rate(calls, |at| assert!(is_there(&memory, &keys[stride(at)])));
        let later = NOW.plus(2 * HOUR);
        let touched = rate(calls, |at| assert!(memory.touch_now(&keys[stride(at)], later, NOW)));
        let swapped = rate(calls, |at| {
            let key = &keys[stride(at)];
            let seen = memory.load_now(key, None, NOW).unwrap().revision;
            assert!(matches!(memory.swap_now(key, &seen, &entry, NOW), Ok(Swapped::Swapped(_))));
        });
        let start = Instant::now();
        assert_eq!(memory.sweep_all(usize::MAX, NOW.plus(3 * HOUR)) as u64, count);
        let swept = per_second(count, start);
        println!("{count:>9} {created:>12.0} {loaded:>12.0} {touched:>12.0} {swapped:>12.0} {swept:>12.0}");
    }
}

/// The same thousand are swept from among ever more that live.
#[test]
#[ignore = "measures: run it in a release build"]
fn a_sweep_costs_what_is_over() {
    for living in [0, 1_000, 100_000, 1_000_000] {
        let memory = Memory::with_budget(4 << 30);
        for number in 0..living {
            create(&memory, &key(number), &entry(10, HOUR + Duration::from_secs(number % 86_400)));
        }
        for number in 0..1000 {
            create(&memory, &key(format!("over {number}")), &entry(10, Duration::ZERO));
        }
        let start = Instant::now();
        let swept = memory.sweep_all(usize::MAX, NOW.plus(Duration::from_secs(60)));
        println!("1000 ({swept}) among {living:>7}: {:?}", start.elapsed());
    }
}

fn rate(calls: u64, mut call: impl FnMut(usize)) -> f64 {
    let start = Instant::now();
    for at in 0..calls as usize {
        call(at % usize::try_from(calls).unwrap());
    }
    per_second(calls, start)
}

fn per_second(calls: u64, start: Instant) -> f64 {
    calls as f64 / start.elapsed().as_secs_f64()
}
