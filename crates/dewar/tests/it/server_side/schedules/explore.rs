//! Explores every path through a run that makes choices: depth first, each path from the beginning.

/// The choices of one run, in the order in which they were made.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The number that was taken, and the number of alternatives.
    choices: Vec<(usize, usize)>,
    made: usize,
}

impl Order {
    /// Chooses one of `of` alternatives: the planned one, or the first if the plan ends here.
    pub(super) fn choose(&mut self, of: usize) -> usize {
        assert!(of > 0);
        if self.made == self.choices.len() {
            self.choices.push((0, of));
        }
        let (taken, planned) = self.choices[self.made];
        assert_eq!(planned, of, "a run must depend on its choices alone");
        self.made += 1;
        taken
    }

    /// Plans the next run: the last choice that has another alternative takes it. `false`: all were tried.
    fn advance(&mut self) -> bool {
        self.made = 0;
        while let Some((taken, of)) = self.choices.pop() {
            if taken + 1 < of {
                self.choices.push((taken + 1, of));
                return true;
            }
        }
        false
    }
}

/// The number of paths if all succeed; otherwise why the first one fails.
pub(super) fn explore(run: impl Fn(Order) -> (Order, Result<(), String>)) -> Result<usize, String> {
    let mut order = Order::default();
    for paths in 1.. {
        let (taken, outcome) = run(order);
        order = taken;
        outcome.map_err(|why| format!("{why}, by the choices {:?}", order.choices))?;
        if !order.advance() {
            return Ok(paths);
        }
    }
    Ok(0)
}

#[test]
fn every_path_is_taken_once() {
    let seen = std::cell::RefCell::new(Vec::new());
    let paths = explore(|mut order| {
        let first = order.choose(2);
        let second = order.choose(first + 1);
        seen.borrow_mut().push((first, second));
        (order, Ok(()))
    });
    assert_eq!((paths, seen.into_inner()), (Ok(3), vec![(0, 0), (1, 0), (1, 1)]));
}
