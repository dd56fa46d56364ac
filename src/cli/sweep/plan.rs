//! What a sweep does before it runs anything: makes all combinations, and refuses them all when one
//! is no scenario.

use super::SweepArgs;
use crate::cli::failure::Failure;
use crate::cli::progress::{Progress, Unit};
use crate::cli::run::plan::reading;
use crate::oracle::Count;
use crate::scenario::{Rejected, Scenario};
use crate::sweep::edit::{EditError, edited};
use crate::sweep::values::Axis;
use crate::sweep::{self, Combination};

/// The most runs of a sweep.
const MOST_RUNS: u128 = 1_000_000;
/// Combinations that are no scenario, of which all problems are told.
const MOST_TOLD: usize = 3;

/// A sweep that can be run.
pub(super) struct Planned {
    pub(super) axes: Vec<Axis>,
    /// The scenario as it is in its file.
    pub(super) text: String,
    pub(super) name: String,
    /// Each combination with the seed of its first run.
    pub(super) combinations: Vec<(Combination, u64)>,
}

/// Why a combination is no scenario.
pub(super) enum Unfit {
    Edit(EditError),
    Rejected(Box<Rejected>),
}

/// What a file expects it expects of its own values; with others the oracle alone knows.
fn without_expectations(mut scenario: Scenario) -> Scenario {
    for client in &mut scenario.clients {
        client.expect.clear();
        client.most_queries = None;
        client.done_by = None;
    }
    scenario.expect.most_queries = None;
    scenario.expect.reached_by.clear();
    scenario
}

/// Makes and checks all combinations.
pub(super) fn plan(args: &SweepArgs, progress: &Progress) -> Result<Planned, Failure> {
    let axes = args.axes();
    for (index, axis) in axes.iter().enumerate() {
        if axes[..index].iter().any(|other| other.key == axis.key) {
            let failure = Failure::usage(format!("`{}` has values twice", axis.key));
            return Err(failure.hint("write all of them at one place, with commas between"));
        }
    }
    let count = sweep::count(&axes).saturating_mul(u128::from(args.repeat));
    if count > MOST_RUNS {
        let failure = Failure::usage(format!(
            "these are {} runs; a sweep has {} at most",
            Count::exact(count),
            Count::exact(MOST_RUNS)
        ));
        return Err(failure.hint("leave out some values, or lower --repeat"));
    }
    let text = Scenario::text_of(&args.scenario)
        .map_err(|rejected| Failure::drawn(rejected.coloured()))?;
    let mut planned = Planned {
        axes,
        text,
        name: String::new(),
        combinations: Vec::new(),
    };
    let mut refused = Vec::new();
    let mut refusals = 0_usize;
    let all = u64::try_from(sweep::count(&planned.axes)).ok();
    let count = progress.count(reading(&args.scenario), Unit::Things("combinations"), all);
    for combination in sweep::combinations(&planned.axes) {
        match planned.fit(args, &combination) {
            Ok(scenario) => {
                planned.name = scenario.name;
                planned.combinations.push((combination, scenario.seed));
            }
            Err(failure) => {
                let said = failure.to_string();
                // A key that can't be set can't be in all combinations: that is told once.
                if !refused.contains(&said) {
                    refusals += 1;
                    if refusals <= MOST_TOLD {
                        refused.push(said);
                    }
                }
            }
        }
        count.add(1);
    }
    if refused.is_empty() {
        return Ok(planned);
    }
    if refusals > MOST_TOLD {
        let more = refusals - MOST_TOLD;
        refused.push(format!("{more} more combinations are no scenarios"));
    }
    Err(Failure::drawn(refused.join("\n\n")))
}

impl Planned {
    /// The scenario of `combination`, with `seed` instead of its own if there is one.
    pub(super) fn scenario(
        &self,
        args: &SweepArgs,
        combination: &[String],
        seed: Option<u64>,
    ) -> Result<Scenario, Unfit> {
        let text = edited(&self.text, &self.axes, combination);
        // Whoever reads scenarios says best what is wrong with a file that is no TOML.
        let text = match text {
            Err(EditError::NotToml) => self.text.clone(),
            text => text.map_err(Unfit::Edit)?,
        };
        let scenario = Scenario::read(&args.scenario, text, args.net, seed);
        scenario.map(without_expectations).map_err(Unfit::Rejected)
    }

    /// What is wrong with `combination`, said as for a scenario, below a line with its values.
    pub(super) fn refusal(&self, combination: &[String], unfit: Unfit) -> Failure {
        let named = sweep::named(&self.axes, combination);
        match unfit {
            Unfit::Edit(error) => Failure::usage(error.to_string()),
            Unfit::Rejected(rejected) => {
                Failure::drawn(format!("with {named}:\n{}", rejected.coloured()))
            }
        }
    }

    /// The scenario of `combination`, if it can be run in lockstep with all its seeds.
    fn fit(&self, args: &SweepArgs, combination: &[String]) -> Result<Scenario, Failure> {
        let scenario = self.scenario(args, combination, None);
        let scenario = scenario.map_err(|unfit| self.refusal(combination, unfit))?;
        if let Some(outside) = scenario.outside.first() {
            return Err(Failure::drawn(outside.problem.coloured()));
        }
        let last = u64::from(args.repeat) - 1;
        match scenario.seed.checked_add(last) {
            Some(_) => Ok(scenario),
            None => {
                let failure =
                    Failure::usage(format!("there is no seed {} + {last}", scenario.seed));
                Err(failure.hint(format!("seeds end at {}", u64::MAX)))
            }
        }
    }
}
