//! Golden cases that say something else than they should: each is a failure with a name, and none makes the test panic.

use serde_json::{Value as Json, json};

use super::{Case, Outcome, cases, outcome};

/// Changes that a case may have suffered, at each of its places.
const DAMAGES: [fn(&Json) -> Json; 9] = [
    |_| Json::Null,
    |_| json!([]),
    |_| json!({}),
    |_| json!(-1),
    |_| json!(u64::MAX),
    |_| json!(1e300),
    |_| json!("\u{e9};=\"x"),
    |value| json!([value]),
    |value| json!({ "$py": value }),
];

/// So many places of a case are damaged, one after the other.
const MOST_PLACES: usize = 30;

/// The shortest case of every kind.
#[test]
fn a_damaged_case_is_reported_and_never_a_panic() {
    let mut kinds = std::collections::BTreeMap::new();
    for case in cases() {
        let len = case.given.to_string().len() + case.expected.to_string().len();
        let shortest = kinds.entry(case.kind.clone()).or_insert_with(|| (len, case_of(&case)));
        if len < shortest.0 {
            *shortest = (len, case_of(&case));
        }
    }
    let (mut run, mut failed) = (0, 0);
    for (_, case) in kinds.values() {
        for damaged in damaged(case) {
            run += 1;
            failed += usize::from(matches!(outcome(&damaged), Outcome::Failed(_)));
        }
    }
    assert!(run > 2000 && failed > run / 4, "{failed} of {run}");
}

#[test]
fn what_the_test_does_not_know_is_a_failure_with_its_name() {
    let flow = cases().into_iter().find(|case| case.kind == "client_flow").unwrap();
    let kind = Case { kind: "teapot_flow".to_owned(), ..case_of(&flow) };
    let mut operation = case_of(&flow);
    operation.given["steps"][0]["ops"] = json!([["brew", "tea"]]);
    for (case, name) in [(kind, "teapot_flow"), (operation, "brew")] {
        assert!(matches!(outcome(&case), Outcome::Failed(why) if why.contains(name)), "{name}");
    }
}

fn case_of(case: &Case) -> Case {
    let Case { id, kind, given, expected } = case;
    Case { id: id.clone(), kind: kind.clone(), given: given.clone(), expected: expected.clone() }
}

fn damaged(case: &Case) -> impl Iterator<Item = Case> {
    let whole = json!({ "in": case.given, "out": case.expected });
    let mut places = Vec::new();
    walk(&whole, &mut String::new(), &mut places);
    let (id, kind) = (case.id.clone(), case.kind.clone());
    let places: Vec<String> = places.iter().step_by(places.len().div_ceil(MOST_PLACES)).cloned().collect();
    places.into_iter().flat_map(move |place| {
        let (whole, id, kind) = (whole.clone(), id.clone(), kind.clone());
        DAMAGES.iter().map(move |damage| {
            let mut whole = whole.clone();
            let value = whole.pointer_mut(&place).unwrap();
            *value = damage(value);
            let [given, expected] = ["in", "out"].map(|half| whole[half].clone());
            Case { id: id.clone(), kind: kind.clone(), given, expected }
        })
    })
}

/// The places of a document, as JSON pointers.
fn walk(value: &Json, here: &mut String, places: &mut Vec<String>) {
    places.push(here.clone());
    let children: Vec<(String, &Json)> = match value {
        Json::Array(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        Json::Object(fields) => {
            let escaped = |name: &String| name.replace('~', "~0").replace('/', "~1");
            fields.iter().map(|(name, field)| (escaped(name), field)).collect()
        }
        _ => Vec::new(),
    };
    for (name, child) in children {
        let len = here.len();
        here.push('/');
        here.push_str(&name);
        walk(child, here, places);
        here.truncate(len);
    }
}
