//! How cost grows: with the keys of a session, with the number of sessions, and with the requests of one session at once.

mod at_once;
mod keys;
mod sessions;

/// What one operation costs at each size, and how often it is more than at the size before.
struct Line {
    who: String,
    nanoseconds: Vec<u64>,
}

pub(crate) fn measure() -> Result<(), String> {
    keys::print();
    sessions::print()?;
    at_once::print()
}

fn heading(work: &str, sizes: &[usize]) {
    print!("\n{work:<44}");
    sizes.iter().for_each(|size| print!(" {size:>10}       "));
    println!();
}

impl Line {
    fn print(&self) {
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
