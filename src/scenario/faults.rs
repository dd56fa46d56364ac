//! All that can go wrong in a run, from the tables that say so: resolved when peers, clients and
//! links are.

use std::collections::BTreeSet;
use std::time::Duration;

use toml::Spanned;

use super::conditions::links;
use super::ending::latest_end;
use super::event_tables::WhenText;
use super::events::{Events, told};
use super::file::File;
use super::holdings::Holdings;
use super::problem::Problems;
use super::world::World;
use crate::faults::Faults;
use crate::roster::EndpointId;

/// What can go wrong, and how long datagrams travel: `delay` when the file does not say. What has
/// problems is left out, and they are noted.
pub(super) fn faults(
    file: &File,
    delay: Duration,
    world: &World<'_>,
    holdings: &mut Holdings,
    problems: &mut Problems,
) -> Faults {
    let links = links(
        &file.link_entries,
        file.delay.unwrap_or(delay),
        world,
        problems,
    );
    let named = file.faults.iter();
    let named = named.filter_map(|fault| fault.resolve(world, problems));
    let named = named.collect();
    let mut timeline = Events::new(world, holdings, problems).resolve(&file.events);
    if let Some(churn) = &file.churn {
        let told: BTreeSet<EndpointId> = told(&timeline);
        timeline.extend(churn.resolve(world, &told, problems));
    }
    let faults = Faults {
        links,
        named,
        timeline,
    };
    note_what_is_too_late(file, world, &faults, problems);
    faults
}

/// Notes what begins when every client is done, whatever happens.
fn note_what_is_too_late(file: &File, world: &World<'_>, faults: &Faults, problems: &mut Problems) {
    let events = file.events.iter().filter_map(|event| match &event.when {
        Some(WhenText::At(at)) => Some((at, "the event comes")),
        Some(WhenText::After { .. }) | None => None,
    });
    let since = file.faults.iter().filter_map(|fault| fault.since());
    let since = since.map(|since| (since, "the fault begins"));
    let churn = file.churn.iter().filter_map(|churn| churn.from());
    let churn = churn.map(|from| (from, "the churn begins"));
    let begins: Vec<(&Spanned<Duration>, &str)> = events.chain(since).chain(churn).collect();
    if begins.is_empty() || !world.has_all_clients || !world.knows_peers {
        return;
    }
    let end = latest_end(world, faults);
    for (time, what) in begins {
        if *time.get_ref() > end {
            let shown = humantime::format_duration(end);
            let title = format!("{what} after the end of the run");
            let label = format!("the last client is done after {shown} at the latest");
            let problem = problems.add(time.span(), title, label);
            problem.help("let it come earlier, or let a client `start` later");
        }
    }
}
