//! All runs of each combination together.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::Combination;
use super::measure::{Measured, Outcome};
use super::values::Axis;
use crate::report::repeats::Spread;

/// What is measured, by the name that columns, fields and `--y` have for it.
pub const MEASURES: [&str; 6] = ["reach", "found", "queries", "duplicates", "time", "hops"];

/// What came of a sweep.
#[derive(Clone, Debug, Serialize)]
pub struct Results {
    /// The version of the document.
    pub format_version: u32,
    /// The scenario's name.
    pub scenario: String,
    /// The keys that have several values, in their order.
    pub keys: Vec<String>,
    /// Whether every run took place; not when somebody ended the sweep.
    pub complete: bool,
    /// Each combination of values.
    pub combinations: Vec<Row>,
}

/// What came of one combination.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The value of each key.
    pub set: Set,
    /// How many runs took place.
    pub runs: u64,
    /// How many of them passed.
    pub passed: u64,
    /// How many did not.
    pub failed: u64,
    /// How many were not begun, since they might send too many datagrams.
    pub too_large: u64,
    /// Chunks that clients want in each.
    pub wanted: u64,
    /// The measures, in the order of [`MEASURES`].
    #[serde(flatten)]
    pub measures: Measures,
}

/// Keys and their values, in the order of the axes.
#[derive(Clone, Debug)]
pub struct Set {
    keys: Vec<String>,
    /// The values.
    pub values: Combination,
}

impl Serialize for Set {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.keys.iter().zip(&self.values))
    }
}

/// The spread of each measure, in the order of [`MEASURES`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Measures(pub [Spread; MEASURES.len()]);

impl Serialize for Measures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written {
            mean: f64,
            min: f64,
            max: f64,
        }
        let mut map = serializer.serialize_map(Some(MEASURES.len()))?;
        for (name, spread) in MEASURES.iter().zip(&self.0) {
            // Of no runs there is nothing to say.
            let written = (spread.count > 0).then(|| Written {
                mean: spread.mean(),
                min: spread.min,
                max: spread.max,
            });
            map.serialize_entry(field(name), &written)?;
        }
        map.end()
    }
}

/// The name of a measure with its unit, where it has one.
fn field(measure: &str) -> &str {
    match measure {
        "time" => "time_ms",
        other => other,
    }
}

impl Row {
    /// A combination of which nothing is known.
    #[must_use]
    pub fn new(axes: &[Axis], combination: &[String]) -> Self {
        Self {
            set: Set {
                keys: axes.iter().map(|axis| axis.key.clone()).collect(),
                values: combination.to_vec(),
            },
            runs: 0,
            passed: 0,
            failed: 0,
            too_large: 0,
            wanted: 0,
            measures: Measures::default(),
        }
    }

    /// Takes what came of one run.
    pub fn add(&mut self, outcome: &Outcome) {
        let Outcome::Ran(measured) = outcome else {
            self.too_large += 1;
            return;
        };
        self.runs += 1;
        self.passed += u64::from(measured.passed);
        self.failed += u64::from(!measured.passed);
        self.wanted = self.wanted.max(measured.wanted);
        for (spread, value) in self.measures.0.iter_mut().zip(values(measured)) {
            spread.add(value);
        }
    }

    /// The mean of the measure of this name, when there was a run.
    #[must_use]
    pub fn mean(&self, measure: &str) -> Option<f64> {
        let index = MEASURES.iter().position(|name| *name == measure)?;
        let spread = self.measures.0[index];
        (spread.count > 0).then(|| spread.mean())
    }
}

#[expect(clippy::cast_precision_loss, reason = "means of counts")]
fn values(measured: &Measured) -> [f64; MEASURES.len()] {
    [
        measured.reach as f64,
        measured.found as f64,
        measured.queries as f64,
        measured.duplicates as f64,
        measured.time_ms,
        measured.hops as f64,
    ]
}

impl Results {
    /// Whether a check failed in some run.
    #[must_use]
    pub fn any_failed(&self) -> bool {
        self.combinations.iter().any(|row| row.failed > 0)
    }

    /// Whether not a single combination could be run.
    #[must_use]
    pub fn ran_nothing(&self) -> bool {
        self.combinations.iter().all(|row| row.runs == 0)
    }

    /// The results as comma-separated values, with a line of names first.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut header = self.keys.clone();
        header.extend(["runs", "passed", "failed", "too_large", "wanted"].map(str::to_owned));
        for measure in MEASURES {
            let name = field(measure);
            header.extend(["mean", "min", "max"].map(|of| format!("{name}_{of}")));
        }
        let mut lines = vec![header];
        for row in &self.combinations {
            let mut line = row.set.values.clone();
            let counts = [row.runs, row.passed, row.failed, row.too_large, row.wanted];
            line.extend(counts.map(|count| count.to_string()));
            for spread in row.measures.0 {
                let values = [spread.mean(), spread.min, spread.max];
                line.extend(values.map(|value| match spread.count {
                    0 => String::new(),
                    _ => value.to_string(),
                }));
            }
            lines.push(line);
        }
        let lines = lines.iter().map(|line| {
            let cells: Vec<String> = line.iter().map(|cell| quoted(cell)).collect();
            cells.join(",") + "\n"
        });
        lines.collect()
    }
}

/// A cell of CSV: in quotes when it has what would end it.
fn quoted(cell: &str) -> String {
    match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(queries: u64, passed: bool) -> Outcome {
        Outcome::Ran(Measured {
            reach: 5,
            found: 3,
            wanted: 4,
            queries,
            duplicates: 0,
            time_ms: 2.5,
            hops: 3,
            passed,
        })
    }

    #[test]
    fn means_and_what_is_not_known() {
        let axes: [Axis; 1] = ["client.0.chunks=\"1,2\",[3]".parse().unwrap()];
        let mut rows: Vec<Row> = axes[0]
            .values
            .iter()
            .map(|v| Row::new(&axes, std::slice::from_ref(v)))
            .collect();
        rows[0].add(&ran(10, true));
        rows[0].add(&ran(15, false));
        rows[1].add(&Outcome::TooLarge);
        assert_eq!(rows[0].mean("queries"), Some(12.5));
        assert_eq!(rows[1].mean("queries"), None);
        let results = Results {
            format_version: 1,
            scenario: "it".to_owned(),
            keys: vec![axes[0].key.clone()],
            complete: true,
            combinations: rows,
        };
        assert!(results.any_failed());
        assert_eq!(
            results.csv(),
            "client.0.chunks,runs,passed,failed,too_large,wanted,\
             reach_mean,reach_min,reach_max,found_mean,found_min,found_max,\
             queries_mean,queries_min,queries_max,duplicates_mean,duplicates_min,duplicates_max,\
             time_ms_mean,time_ms_min,time_ms_max,hops_mean,hops_min,hops_max\n\
             \"\"\"1,2\"\"\",2,1,1,0,4,5,5,5,3,3,3,12.5,10,15,0,0,0,2.5,2.5,2.5,3,3,3\n\
             [3],0,0,0,1,0,,,,,,,,,,,,,,,,,,\n"
        );
        let json = serde_json::to_value(&results).unwrap();
        assert_eq!(json["combinations"][0]["queries"]["max"], 15.0);
        assert_eq!(json["combinations"][0]["set"]["client.0.chunks"], "\"1,2\"");
        assert_eq!(json["combinations"][1]["queries"], serde_json::Value::Null);
    }
}
