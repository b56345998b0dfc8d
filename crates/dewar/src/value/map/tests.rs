use proptest::prelude::*;

use super::*;

#[test]
fn order_is_that_of_first_insertion() {
    let mut map = Map::from([("b", 1), ("a", 2), ("c", 3)]);
    map.insert("b", 9);
    map.remove("a");
    let entries: Vec<_> = map.iter().map(|(key, value)| (key.to_string(), value.clone())).collect();
    assert_eq!(entries, [("b".into(), Value::Int(9)), ("c".into(), Value::Int(3))]);
}

#[test]
fn a_value_stays_small() {
    assert_eq!((size_of::<Map>(), size_of::<Value>()), (24, 32));
}

#[test]
fn keys_that_are_not_text_keep_their_places() {
    let pairs = |names: &[&str]| {
        let key = |name: &&str| name.parse::<i64>().map_or_else(|_| Value::from(*name), Value::Int);
        names.iter().map(|name| (key(name), Value::Null)).collect::<Vec<_>>()
    };
    let mut map = Map::from_pairs(pairs(&["1", "b", "2", "a", "b"]));
    assert_eq!((map.len(), map.iter().len(), map.get("1")), (4, 2, None));
    map.insert("c", Value::Null);
    map.remove("b");
    map.insert("b", Value::Null);
    assert_eq!(map.pairs(), Some(pairs(&["1", "2", "a", "c", "b"]).as_slice()));
    assert_eq!(map.keys().map(Text::to_string).collect::<Vec<_>>(), ["a", "c", "b"]);
    *map.get_mut("a").unwrap() = 7.into();
    assert_eq!(map.get_text(&"a".into()), Some(&Value::Int(7)));
    assert_ne!(map, map.clone().into_iter().collect(), "the others count");
    for key in ["a", "b", "c"] {
        map.remove_text(&key.into());
    }
    assert!(!map.is_empty() && map.iter().next().is_none());
    map.clear();
    assert_eq!(map, Map::new());
}

#[test]
fn a_struct_stays_one_whatever_is_changed() {
    let mut map = Map::from([("a", 1), ("b", 2)]).into_struct();
    *map.get_mut("a").unwrap() = 7.into();
    *map.get_text_mut(&"b".into()).unwrap() = 8.into();
    assert_eq!(map.insert("a", 9), Some(7.into()));
    for number in 0..40 {
        assert!(map.is_struct() && map.clone().is_struct());
        map.insert(number.to_string(), number);
    }
    for number in 0..40 {
        assert_eq!(map.remove(&number.to_string()), Some(number.into()));
        assert!(map.is_struct() && map.clone().is_struct());
    }
    assert_eq!(map.remove_text(&"a".into()), Some(9.into()));
    assert_eq!((map.len(), map.get("b"), map.get_text(&"a".into())), (1, Some(&8.into()), None));
    map.clear();
    assert!(map.is_struct() && map.is_empty());
}

proptest! {
    /// Few, many, and the way from one to the other.
    #[test]
    fn as_an_index_map_does(
        steps in proptest::collection::vec((0..40_u8, any::<bool>()), 0..120),
        is_struct in any::<bool>(),
    ) {
        let (mut ours, mut model) = (Map::new(), IndexMap::<Text, Value>::new());
        if is_struct {
            ours = ours.into_struct();
        }
        for (number, (key, keep)) in (0_i64..).zip(steps) {
            let key = Text::from(key.to_string());
            if keep {
                prop_assert_eq!(ours.insert(key.clone(), number), model.insert(key.clone(), number.into()));
            } else {
                prop_assert_eq!(ours.remove_text(&key), model.shift_remove(&key));
            }
            prop_assert_eq!(ours.get_text(&key), model.get(&key));
            prop_assert_eq!(ours.get_mut(key.as_str().unwrap()), model.get_mut(&key));
        }
        prop_assert!(ours.iter().eq(model.iter()) && ours.iter().rev().eq(model.iter().rev()));
        prop_assert_eq!(ours.iter().len(), model.len());
        let reversed: Map = ours.clone().into_iter().rev().collect();
        prop_assert_eq!(&reversed, &ours);
        prop_assert!(ours.clone().into_iter().eq(model));
    }
}
