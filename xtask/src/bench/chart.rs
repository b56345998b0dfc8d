//! The figures as the measurements write them: a line each, with tabs.

use crate::shell::Result;

/// A section of the measurements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) name: String,
    /// What is measured.
    pub(super) about: String,
    /// Where and with what.
    pub(super) machine: String,
    pub(super) charts: Vec<Chart>,
}

/// Bars under a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) unit: String,
    pub(super) notes: Vec<String>,
    pub(super) bars: Vec<Bar>,
}

/// A figure, as text: it is shown as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) who: String,
    pub(super) value: String,
    pub(super) notes: Vec<String>,
}

/// Reads the file of a run.
pub(super) fn read(text: &str) -> Result<Vec<Section>> {
    let (mut machine, mut sections) = (String::new(), Vec::<Section>::new());
    for line in text.lines() {
        let words: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let last = sections.last_mut();
        match (words.as_slice(), last) {
            ([kind, name], _) if kind == "machine" => machine = name.clone(),
            ([kind, name, about], _) if kind == "section" => sections.push(Section {
                name: name.clone(),
                about: about.clone(),
                machine: machine.clone(),
                charts: Vec::new(),
            }),
            ([kind, title, unit, notes @ ..], Some(section)) if kind == "chart" => {
                section.charts.push(Chart {
                    title: title.clone(),
                    unit: unit.clone(),
                    notes: notes.to_vec(),
                    bars: Vec::new(),
                })
            }
            ([kind, who, value, notes @ ..], Some(Section { charts, .. })) if kind == "bar" => {
                let bar = Bar { who: who.clone(), value: value.clone(), notes: notes.to_vec() };
                charts.last_mut().ok_or("a bar before any chart")?.bars.push(bar);
            }
            _ => return Err(format!("no figure: {line}")),
        }
    }
    Ok(sections)
}
