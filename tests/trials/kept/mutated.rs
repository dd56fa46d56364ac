//! Bytes that somebody spoiled: reading never panics, and what it takes can be followed everywhere.

use std::panic::catch_unwind;

use p2p_sim::trace::Journeys;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::{kept_of, made, read, written};

/// What is put where something was: digits above all, as they are references.
const SPOILED: &[u8] = b"0123456789999\"\\{}[]:,-.eaf \n\x00\xff";

fn spoil(file: &mut Vec<u8>, luck: &mut ChaCha8Rng) {
    for _ in 0..luck.random_range(1..4) {
        let place = luck.random_range(0..file.len());
        let lines = || {
            let ends = file.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
            ends.map(|(end, _)| end + 1).collect::<Vec<_>>()
        };
        match luck.random_range(0..6) {
            0 => {
                file.remove(place);
            }
            1 => file.insert(place, SPOILED[luck.random_range(0..SPOILED.len())]),
            2 => {
                // A line comes again, or somewhere else, or is left out.
                let ends = lines();
                let [one, other] = [0; 2].map(|_| luck.random_range(1..ends.len()));
                let line = file[ends[one - 1]..ends[one]].to_vec();
                file.splice(ends[other]..ends[other], line);
            }
            3 => {
                let ends = lines();
                let line = luck.random_range(1..ends.len());
                file.drain(ends[line - 1]..ends[line]);
            }
            4 => {
                // Digits are changed to digits: what comes out is still a line.
                let digits = file.iter_mut().filter(|byte| byte.is_ascii_digit());
                let mut digits: Vec<&mut u8> = digits.collect();
                let place = luck.random_range(0..digits.len());
                *digits[place] = b'0' + luck.random_range(0..10);
            }
            _ => file[place] = SPOILED[luck.random_range(0..SPOILED.len())],
        }
    }
}

#[test]
fn what_is_read_of_spoiled_bytes_can_be_followed_everywhere() {
    let mut luck = ChaCha8Rng::seed_from_u64(4);
    let mut taken = 0;
    for trace in [
        made::with_all(),
        kept_of("edge/alone"),
        kept_of("faults/lost-query"),
    ] {
        let file = written(&trace);
        for _ in 0..200 {
            let mut spoiled = file.clone();
            spoil(&mut spoiled, &mut luck);
            let shown = String::from_utf8_lossy(&spoiled).into_owned();
            let followed = catch_unwind(|| {
                let Ok(trace) = read(&spoiled) else { return 0 };
                let _life_by_life = Journeys::read(&trace.recording, &trace.roster);
                for (id, _) in trace.recording.iter() {
                    let _line = trace.recording.line(id, &trace.roster);
                    let _bytes = trace.recording.arrived(id);
                    let _from = trace.recording.sender(id, &trace.roster);
                }
                for finding in &trace.findings {
                    let _name = finding.who.map(|who| trace.roster.name(who));
                    let _line = finding
                        .event
                        .map(|event| trace.recording.line(event, &trace.roster));
                }
                let again = read(&written(&trace));
                assert_eq!(again.expect("what was read can be written and read"), trace);
                1
            });
            taken += followed.unwrap_or_else(|_| panic!("{shown}"));
        }
    }
    assert!(taken > 50, "only {taken} were taken: spoiled too much");
}

#[test]
fn copies_of_copies_without_end_are_followed() {
    let trace = made::with_all();
    let file = String::from_utf8(written(&trace)).unwrap();
    let mut file: String = file
        .lines()
        .take_while(|line| !line.contains("finding"))
        .fold(String::new(), |all, line| all + line + "\n");
    let first = trace.recording.len();
    let sent = trace
        .recording
        .iter()
        .find(|(_, event)| matches!(event.what, p2p_sim::event::What::Sent { .. }));
    let mut datagram = sent.unwrap().0.0 as usize;
    for event in first..first + 100_000 {
        file += &format!(
            "{{\"kind\":\"duplicated\",\"event\":{event},\"time_ns\":0,\"datagram\":{datagram}}}\n"
        );
        datagram = event;
    }
    let read = read(file.as_bytes()).unwrap();
    let (last, _) = read.recording.iter().next_back().unwrap();
    assert!(read.recording.arrived(last).is_some());
    let journeys = Journeys::read(&read.recording, &read.roster);
    assert!(journeys.datagrams.len() > 100_000);
}
