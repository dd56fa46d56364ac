//! What is written is what is read.

use std::io::{self, Write};

use p2p_sim::driver::Cast;
use p2p_sim::trace;
use serde_json::Value;

use super::{kept, kept_of, made, read, written};
use crate::support::stage::{all_shipped, play, shipped};

#[test]
fn every_shipped_scenario_comes_back_as_it_was() {
    for name in all_shipped() {
        let trace = kept_of(&name);
        let file = written(&trace);
        assert!(
            read(&file).unwrap_or_else(|e| panic!("{name}: {e}")) == trace,
            "{name}"
        );
        assert_eq!(written(&kept_of(&name)), file, "{name}: the same each time");
    }
}

#[test]
fn all_that_can_happen_comes_back_as_it_was() {
    let trace = made::with_all();
    let read = read(&written(&trace)).unwrap();
    for (id, event) in trace.recording.iter() {
        assert_eq!(read.recording.event(id), event);
    }
    assert_eq!(read, trace);
}

#[test]
fn findings_come_back_as_they_were() {
    let mut scenario = shipped("mesh", 70);
    let nowhere = scenario.clients[1].expect.keys().next().copied().unwrap();
    scenario.clients[1]
        .expect
        .insert(nowhere, p2p_sim::scenario::Expect::Missing);
    let trace = kept(play(&scenario, Cast::of(&scenario)));
    assert!(!trace.findings.is_empty());
    assert_eq!(read(&written(&trace)).unwrap(), trace);
}

#[test]
fn a_description_may_be_as_long_as_its_scenario_likes() {
    let mut trace = kept_of("line");
    trace.about.description = "long ".repeat(300_000);
    assert!(read(&written(&trace)).expect("a trace") == trace);
}

#[test]
fn each_line_is_an_object_that_begins_with_its_kind() {
    let file = written(&made::with_all());
    let file = std::str::from_utf8(&file).unwrap();
    assert!(file.ends_with("}\n"));
    for line in file.lines() {
        assert!(line.starts_with("{\"kind\":\""), "{line}");
        let object: Value = serde_json::from_str(line).unwrap();
        for (key, value) in object.as_object().unwrap() {
            // What says nothing is left out.
            assert!(
                !value.is_null() && *value != false && (*value != "" || key == "bytes"),
                "{key} in {line}"
            );
            assert!(key != "cause" || value.is_u64());
        }
    }
}

#[test]
fn fields_that_a_later_program_adds_are_ignored_as_are_blank_lines() {
    let trace = made::with_all();
    let file = String::from_utf8(written(&trace)).unwrap();
    let file = file.replace("{\"kind\"", "{ \"new\": [{\"event\": \"x\"}], \"kind\"");
    let file = file.replace('\n', "\r\n\n");
    assert_eq!(read(file.as_bytes()).unwrap(), trace);
}

/// Takes so many bytes and no more, as a disk does.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        match taken {
            0 if !bytes.is_empty() => Err(io::ErrorKind::StorageFull.into()),
            taken => Ok(taken),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_cannot_be_written_is_told() {
    let trace = kept_of("course/hubs");
    let length = written(&trace).len();
    assert!(length > 150_000, "more than is gathered at a time");
    for room in [0, 140_000, length - 1] {
        let error = trace::write(&trace, &mut Full(room)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
    assert!(trace::write(&trace, &mut Full(length)).is_ok());
}
