//! The measured part of the guide's page: a heading for each section, a table for each chart. Its bars are text, which shows in rustdoc, in a
//! terminal and on a phone.

use super::chart::{Bar, Chart, Section};
use crate::shell::Result;

/// The page, from the root of the project.
pub(crate) const PAGE: &str = "crates/dewar/src/guide/cost.md";

/// Where the measurements list their sections.
pub(crate) const SECTIONS: &str = "bench/src/sections.rs";

const BEGIN: &str = "<!-- Written by `cargo xtask bench --write`. -->\n";
const END: &str = "<!-- The end of what was written. -->\n";
/// How many characters the longest bar has.
const WIDTH: f64 = 8.0;

/// The sections that the page shows, in its order: those that the list says have charts.
pub(super) fn charted(list: &str) -> Vec<&str> {
    let sections = list.split("Section {").filter(|section| section.contains("measure: Charts("));
    sections.filter_map(|section| section.split("name: \"").nth(1)?.split('"').next()).collect()
}

/// The page with these sections in place of the older ones of the same names; the others stay.
pub(super) fn with(page: &str, list: &str, new: Vec<Section>) -> Result<String> {
    let (before, measured, after) = parts(page)?;
    let mut sections = parse(measured)?;
    sections.retain(|old| new.iter().all(|new| new.name != old.name));
    sections.extend(new);
    let order = charted(list);
    sections.sort_by_key(|section| order.iter().position(|name| *name == section.name));
    Ok(format!("{before}{BEGIN}{}{END}{after}", render(&sections)))
}

/// What the page has that the command would not write.
pub(crate) fn faults(page: &str, list: &str) -> Result {
    let (_, measured, _) = parts(page)?;
    let sections = parse(measured)?;
    let names: Vec<&str> = sections.iter().map(|section| section.name.as_str()).collect();
    let charted = charted(list);
    if names != charted {
        return Err(format!("it has {}, and not {}", names.join(", "), charted.join(", ")));
    }
    if let Some(empty) =
        sections.iter().find(|section| section.charts.iter().all(|chart| chart.bars.is_empty()))
    {
        return Err(format!("{} has no figures", empty.name));
    }
    let written = render(&sections);
    match written.lines().zip(measured.lines()).find(|(written, found)| written != found) {
        Some((written, found)) => Err(format!("the command writes {written:?}, and not {found:?}")),
        None if written != measured => Err("the command writes other empty lines".to_owned()),
        None => Ok(()),
    }
}

fn parts(page: &str) -> Result<(&str, &str, &str)> {
    let (before, rest) = page.split_once(BEGIN).ok_or_else(|| format!("there is no line {BEGIN}"))?;
    let (measured, after) = rest.split_once(END).ok_or_else(|| format!("there is no line {END}"))?;
    Ok((before, measured, after))
}

fn render(sections: &[Section]) -> String {
    let mut text = String::new();
    for Section { name, about, machine, charts } in sections {
        text.push_str(&format!("\n## {about}\n\n`cargo xtask bench {name}` on {machine}.\n\n"));
        charts.iter().for_each(|chart| text.push_str(&table(chart)));
    }
    text
}

fn table(Chart { title, unit, notes, bars }: &Chart) -> String {
    let row = |first: &str, second: String, notes: &[String]| {
        let notes: String = notes.iter().map(|note| format!(" {note} |")).collect();
        format!("| {first} | {second} |{notes}\n")
    };
    let longest = bars.iter().map(Bar::length).fold(0.0, f64::max);
    let mut text = row(title, unit.clone(), notes);
    text.push_str(&format!("|---|---|{}\n", "---:|".repeat(notes.len())));
    for bar in bars {
        text.push_str(&row(
            &bar.who,
            format!("{} {}", blocks(bar.length() / longest), grouped(&bar.value)),
            &bar.notes,
        ));
    }
    text.push('\n');
    text
}

impl Bar {
    fn length(&self) -> f64 {
        self.value.parse().unwrap_or_default()
    }
}

/// A bar of this part of the width, in eighths of a character; never none.
fn blocks(part: f64) -> String {
    let eighths = ((part * WIDTH * 8.0).round() as usize).max(1);
    let last = [None, Some('▏'), Some('▎'), Some('▍'), Some('▌'), Some('▋'), Some('▊'), Some('▉')];
    let last = last.get(eighths % 8).copied().flatten();
    "█".repeat(eighths / 8).chars().chain(last).collect()
}

/// With a comma before each three digits.
fn grouped(number: &str) -> String {
    let digits = number.find('.').unwrap_or(number.len());
    let comma = |(at, digit): (usize, char)| {
        let is_due = at > 0 && at < digits && (digits - at).is_multiple_of(3);
        is_due.then_some(',').into_iter().chain([digit])
    };
    number.char_indices().flat_map(comma).collect()
}

fn parse(measured: &str) -> Result<Vec<Section>> {
    let mut sections = Vec::<Section>::new();
    for line in measured.lines().filter(|line| !line.is_empty() && !line.starts_with("|---")) {
        let section = sections.last_mut();
        if let Some(about) = line.strip_prefix("## ") {
            let (name, machine) = (String::new(), String::new());
            sections.push(Section { name, about: about.to_owned(), machine, charts: Vec::new() });
        } else if let Some(command) = line.strip_prefix("`cargo xtask bench ") {
            let (name, machine) = command.split_once("` on ").ok_or_else(|| format!("no machine: {line}"))?;
            let section = section.ok_or("a machine before any section")?;
            (section.name, section.machine) = (name.to_owned(), machine.trim_end_matches('.').to_owned());
        } else if let Some((section, row)) = section.zip(line.strip_prefix("| ")) {
            add(&mut section.charts, row).ok_or_else(|| format!("no figure: {line}"))?;
        } else {
            return Err(format!("the command does not write {line:?}"));
        }
    }
    Ok(sections)
}

/// A row: of a chart if it has a bar, or else the first of another chart.
fn add(charts: &mut Vec<Chart>, row: &str) -> Option<()> {
    let cells: Vec<&str> = row.strip_suffix(" |")?.split(" | ").collect();
    let (first, second, notes) = match cells.as_slice() {
        [first, second, notes @ ..] => ((*first).to_owned(), *second, notes),
        _ => return None,
    };
    let notes: Vec<String> = notes.iter().map(|note| (*note).to_owned()).collect();
    if second.starts_with(['█', '▉', '▊', '▋', '▌', '▍', '▎', '▏']) {
        let (_, value) = second.split_once(' ')?;
        let value = value.replace(',', "");
        charts.last_mut()?.bars.push(Bar { who: first, value, notes });
    } else {
        charts.push(Chart { title: first, unit: second.to_owned(), notes, bars: Vec::new() });
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::chart::read;
    use super::*;

    const LIST: &str = "enum Measure { Charts(fn()) }\n\
        Section { name: \"cookies\", group: \"http\", measure: Tables(cookies) },\n\
        Section { name: \"first\", group: \"http\", measure: Charts(first) },\n\
        Section { name: \"second\", group: \"http\", measure: Charts(second) },\n";
    const RUN: &str = "machine\tA machine (2 cores), rustc 1.90.0\n\
        section\tfirst\taxum over loopback\n\
        chart\tsession read\trequests/s\tp99\n\
        bar\taxum alone\t45200\t2 ms\n\
        bar\tdewar\t22600\t4 ms\n\
        chart\tmemory\tMiB\n\
        bar\tdewar\t3.10\n";

    fn page() -> String {
        with(&format!("# Measured\n\n{BEGIN}{END}\nMore.\n"), LIST, read(RUN).unwrap()).unwrap()
    }

    #[test]
    fn a_bar_is_as_long_as_its_figure() {
        let page = page();
        for line in [
            "## axum over loopback\n\n`cargo xtask bench first` on A machine (2 cores), rustc 1.90.0.\n",
            "| session read | requests/s | p99 |\n|---|---|---:|\n| axum alone | ████████ 45,200 | 2 ms |\n",
            "| dewar | ████ 22,600 | 4 ms |\n",
            "| memory | MiB |\n|---|---|\n| dewar | ████████ 3.10 |\n",
        ] {
            assert!(page.contains(line), "{line} in {page}");
        }
        assert!(page.starts_with("# Measured\n") && page.ends_with("\nMore.\n"));
    }

    #[test]
    fn what_is_not_measured_again_stays() {
        let again = RUN.replace("\tfirst", "\tsecond").replace("axum over loopback", "Others");
        let both = with(&page(), LIST, read(&again).unwrap()).unwrap();
        assert_eq!(with(&both, LIST, read(RUN).unwrap()).unwrap(), both);
        assert!(both.find("## axum over loopback") < both.find("## Others"));
        assert_eq!(both.matches("## ").count(), 2);
    }

    #[test]
    fn what_was_written_by_hand_is_a_fault() {
        let second = RUN.replace("\tfirst", "\tsecond");
        let all = with(&page(), LIST, read(&second).unwrap()).unwrap();
        assert_eq!(faults(&all, LIST), Ok(()));
        for (written, by_hand) in [
            ("████ 22,600", "█████ 22,600"),
            ("████ 22,600", "████ 22600"),
            ("| dewar |", "dewar"),
            ("## axum over loopback", "## Over loopback\n\nMore."),
            ("bench second`", "bench third`"),
            (BEGIN, ""),
            (END, ""),
        ] {
            assert!(all.contains(written), "{written}");
            assert!(faults(&all.replacen(written, by_hand, 1), LIST).is_err(), "{by_hand}");
        }
        assert!(faults(&page(), LIST).is_err(), "sections are missing");
        assert!(faults(&format!("{BEGIN}{END}"), LIST).is_err(), "there are no figures");
    }

    #[test]
    fn no_bar_is_invisible() {
        assert_eq!([blocks(0.0), blocks(0.5), blocks(0.51), blocks(1.0)], ["▏", "████", "████▏", "████████"]);
        assert_eq!(
            ["1", "123", "1234", "1234567", "12345.6"].map(grouped),
            ["1", "123", "1,234", "1,234,567", "12,345.6"]
        );
    }
}
