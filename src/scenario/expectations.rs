//! `[expect]`: what must come out of the whole run.

use std::collections::BTreeMap;
use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::fault_leaves::Name;
use super::layout::{Key, Kind, Layout};
use super::problem::Problems;
use super::reader::{Reader, Value};
use super::words::{did_you_mean, quoted};
use super::world::World;
use super::{Allowed, ExpectRun};
use crate::rules::CHECK_NAMES;

pub(super) const EXPECT: Layout = Layout {
    what: "`[expect]`",
    keys: &[
        Key::new(
            "most_queries",
            Kind::COUNT,
            "the most QUERYs that may be sent",
        ),
        Key::new(
            "reached_by",
            Kind::ByName(&Kind::Duration),
            "peers that must have heard a search by a time: `{ p5 = \"2s\" }`",
        ),
        Key::new(
            "must_fail",
            Kind::Array(&Kind::Word(|| CHECK_NAMES.to_vec()), 0, None),
            "checks that must have a finding",
        ),
    ],
    rules: &[],
};

/// The `[expect]` of a file.
#[derive(Debug, Default)]
pub(super) struct ExpectTable {
    most_queries: Option<u64>,
    reached_by: Vec<(Name, Duration)>,
    /// Names of checks.
    must_fail: Vec<Spanned<String>>,
}

impl ExpectTable {
    pub(super) fn read(value: Value<'_>, elsewhere: &[&Layout], reader: &mut Reader) -> Self {
        if !value.get_ref().is_table() {
            reader.wrong_type(&value, "`expect`", "one table, `[expect]`");
            return Self::default();
        }
        let Some(mut table) = reader.table(value, "`expect`", &EXPECT) else {
            return Self::default();
        };
        let reached_by = table.take("reached_by");
        let must_fail = table.take("must_fail");
        let expect = Self {
            most_queries: reader.number(&mut table, "most_queries"),
            reached_by: reached_by.map_or_else(Vec::new, |value| reached(value, reader)),
            must_fail: must_fail.map_or_else(Vec::new, |value| checks(value, reader)),
        };
        table.finish(elsewhere, &mut reader.problems);
        expect
    }

    /// What this expects; notes peers that are not there, and checks that `allow` names too.
    pub(super) fn resolve(
        &self,
        allow: &[Spanned<Allowed>],
        world: &World<'_>,
        problems: &mut Problems,
    ) -> ExpectRun {
        for check in &self.must_fail {
            let mut allow = allow.iter();
            let Some(allowed) = allow.find(|a| a.get_ref().to_string() == *check.get_ref()) else {
                continue;
            };
            let source = problems.source().clone();
            let title = format!("{} both must fail and may fail", quoted(check.get_ref()));
            let problem = problems.add(check.span(), title, "must fail");
            problem
                .label(&source, allowed.span(), "may fail")
                .help("keep one of the two");
        }
        let mut reached_by = BTreeMap::new();
        for (name, time) in &self.reached_by {
            reached_by.extend(world.peer(name, problems).map(|peer| (peer, *time)));
        }
        let must_fail = self.must_fail.iter().map(|check| check.get_ref().clone());
        ExpectRun {
            most_queries: self.most_queries,
            reached_by,
            must_fail: must_fail.collect(),
        }
    }
}

/// Reads `{ p5 = "200ms" }`.
fn reached(value: Value<'_>, reader: &mut Reader) -> Vec<(Name, Duration)> {
    if !value.get_ref().is_table() {
        let must = "a table of peers and times, as in { p5 = \"200ms\" }";
        reader.wrong_type(&value, "`reached_by`", must);
        return Vec::new();
    }
    let DeValue::Table(table) = value.into_inner() else {
        return Vec::new();
    };
    let mut reached = Vec::new();
    for (key, value) in table {
        let name = format!("the time of {}", quoted(key.get_ref()));
        let time = reader.duration_in(value, &name);
        let name = Spanned::new(key.span(), key.into_inner().into_owned());
        reached.extend(time.map(|time| (name, time.into_inner())));
    }
    reached
}

/// Reads an array of names of checks.
fn checks(value: Value<'_>, reader: &mut Reader) -> Vec<Spanned<String>> {
    let mut checks = reader.strings(value, "`must_fail`", "an array of checks", "a check");
    checks.retain(|check| {
        let is_known = CHECK_NAMES.contains(&check.get_ref().as_str());
        if !is_known {
            let title = format!("{} is no check", quoted(check.get_ref()));
            let label = "there is no such check";
            let problem = reader.problems.add(check.span(), title, label);
            match did_you_mean(check.get_ref(), CHECK_NAMES.iter().copied()) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help("all checks are told in docs/checks.md"),
            };
        }
        is_known
    });
    checks
}
