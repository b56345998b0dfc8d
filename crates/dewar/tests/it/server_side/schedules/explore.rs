//! All ways through a run that asks what to do next: depth first, each from its beginning.

/// The choices of one run, in the order in which they were made.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// Which was taken, and of how many.
    choices: Vec<(usize, usize)>,
    made: usize,
}

impl Order {
    /// One of so many: the one of the plan, or where the plan ends the first.
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

    /// The next run: the last choice that can be made otherwise is. `false`: there is none.
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

/// How many ways there are, if all end well; else the first that does not, and why.
pub(super) fn explore(run: impl Fn(Order) -> (Order, Result<(), String>)) -> Result<usize, String> {
    let mut order = Order::default();
    for ways in 1.. {
        let (gone, outcome) = run(order);
        order = gone;
        outcome.map_err(|why| format!("{why}, by the choices {:?}", order.choices))?;
        if !order.advance() {
            return Ok(ways);
        }
    }
    Ok(0)
}

#[test]
fn every_way_is_gone_once() {
    let seen = std::cell::RefCell::new(Vec::new());
    let ways = explore(|mut order| {
        let first = order.choose(2);
        let second = order.choose(first + 1);
        seen.borrow_mut().push((first, second));
        (order, Ok(()))
    });
    assert_eq!((ways, seen.into_inner()), (Ok(3), vec![(0, 0), (1, 0), (1, 1)]));
}
