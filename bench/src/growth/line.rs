//! A line of a table: a column for each size, and how many times more it is than the one before.

/// What one operation costs at each size, and how often it is more than at the size before.
pub(super) struct Line {
    pub(super) who: String,
    pub(super) nanoseconds: Vec<u64>,
}

pub(super) fn heading(work: &str, sizes: &[usize]) {
    print!("\n{work:<44}");
    sizes.iter().for_each(|size| print!(" {size:>10}       "));
    println!();
}

impl Line {
    pub(super) fn print(&self) {
        print!("  {:<42}", self.who);
        let mut before = None;
        for nanoseconds in &self.nanoseconds {
            let ratio = before.map(|before: u64| *nanoseconds as f64 / before.max(1) as f64);
            print!(" {nanoseconds:>10} {:>6}", ratio.map(|ratio| format!("×{ratio:.1}")).unwrap_or_default());
            before = Some(*nanoseconds);
        }
        println!();
    }
}
