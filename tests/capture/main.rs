//! Captures: read back, by a reader of pcapng and by tshark with the dissector, and compared field
//! by field with the trace that they were made of.

#![cfg(test)]

mod datagram;
mod documentation;
mod expected;
mod handmade;
mod runs;
mod tshark;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use p2p_sim::capture;
use p2p_sim::roster::{FIRST_PORT, PORTS};
use p2p_sim::scenario::Net;
use p2p_sim::trace::Trace;
use pcap_file::DataLink;
use pcap_file::pcapng::PcapNgReader;
use pcap_file::pcapng::blocks::Block;
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketOption;
use pcap_file::pcapng::blocks::interface_description::InterfaceDescriptionOption as Option_;
use pcap_file::pcapng::blocks::opt_common::CommonOption;
use pcap_file::pcapng::blocks::section_header::SectionHeaderOption;

use expected::Frame;

/// Loss, copies, damage, delays, peers that are not there, the reliable flood, and none of it.
const SCENARIOS: [&str; 10] = [
    "mesh.toml",
    "course/loss-and-repeats.toml",
    "course/reliable-flood.toml",
    "edge/absent-neighbour.toml",
    "edge/many-ids.toml",
    "faults/corrupted-answer.toml",
    "faults/crash-forgets.toml",
    "faults/duplicated-query.toml",
    "faults/jitter-and-reordering.toml",
    "faults/one-way-cut.toml",
];

fn captured(trace: &Trace) -> Vec<u8> {
    let mut bytes = Vec::new();
    capture::write(trace, &mut bytes, &mut |_| ()).unwrap();
    bytes
}

fn dissector() -> String {
    capture::dissector::script(FIRST_PORT..=FIRST_PORT + (PORTS - 1))
}

/// Every trace that is looked at, with a name.
fn traces() -> Vec<(String, Trace)> {
    let shipped = SCENARIOS.map(|name| (name.to_owned(), runs::of(name, Some(Net(151)))));
    let mut all = shipped.to_vec();
    all.push(("made by hand".to_owned(), handmade::trace()));
    all
}

#[test]
fn a_reader_of_pcapng_finds_what_the_trace_says() {
    for (name, trace) in traces() {
        let bytes = captured(&trace);
        let mut reader = PcapNgReader::new(&bytes[..]).unwrap();
        let about = format!(
            "scenario {}, seed {}",
            trace.about.scenario, trace.about.seed
        );
        assert_eq!(
            reader.section().options,
            [
                SectionHeaderOption::Common(CommonOption::Comment(about.into())),
                SectionHeaderOption::UserApplication("p2p-sim".into()),
            ]
        );
        let (mut interfaces, mut read) = (Vec::new(), Vec::new());
        while let Some(block) = reader.next_block() {
            match block.unwrap().0 {
                Block::InterfaceDescription(block) => {
                    // What libpcap, and so tcpdump, reads in every interface; RAW it does not.
                    assert_eq!(block.linktype, DataLink::IPV4);
                    assert_eq!(block.ts_resolution().to_u8(), 9);
                    interfaces.push(match &block.options[..2] {
                        [Option_::IfName(name), Option_::IfDescription(about)] => {
                            (name.to_string(), about.to_string())
                        }
                        other => panic!("{name}: {other:?}"),
                    });
                }
                Block::EnhancedPacket(block) => {
                    let [EnhancedPacketOption::Common(CommonOption::Comment(comment))] =
                        &block.options[..]
                    else {
                        panic!("{name}: {:?}", block.options);
                    };
                    let (interface, description) = &interfaces[block.interface_id as usize];
                    let (from, to, payload) = datagram::unpacked(&block.data);
                    read.push(Frame {
                        nanos: block.timestamp.as_nanos(),
                        interface: interface.clone(),
                        description: description.clone(),
                        comment: comment.to_string(),
                        original_len: block.original_len as usize,
                        from,
                        to,
                        payload: payload.to_vec(),
                    });
                }
                other => panic!("{name}: {other:?}"),
            }
        }
        let expected = expected::frames(&trace);
        assert!(expected.len() > 3, "{name} has only {}", expected.len());
        for (number, (read, expected)) in read.iter().zip(&expected).enumerate() {
            assert_eq!(read, expected, "{name}, frame {}", number + 1);
        }
        assert_eq!(read.len(), expected.len(), "{name}");
        assert!(bytes == captured(&trace), "{name} gave other bytes again");
    }
}

#[test]
fn how_many_frames_there_are_is_told_while_they_are_made() {
    let mut all = traces();
    let many = runs::of("generated/power-law.toml", None);
    all.push(("power-law".to_owned(), many.clone()));
    for (name, trace) in all {
        let frames = expected::frames(&trace).len();
        assert_eq!(capture::frames(&trace), frames as u64, "{name}");
    }
    let mut told = Vec::new();
    let mut framed = |frames| told.push(frames);
    capture::write(&many, &mut Vec::new(), &mut framed).unwrap();
    assert!(told.len() > 1 && told.is_sorted(), "{told:?}");
    let last = told.pop().unwrap_or_default();
    let frames = capture::frames(&many);
    assert!(last <= frames && last > frames / 2, "{last} of {frames}");
}

#[test]
fn each_kind_of_life_is_among_what_is_looked_at() {
    let mut seen = BTreeMap::from(
        [
            "from outside the run",
            "too long for a packet",
            "copy made by the link",
            "damaged on the way",
            "held back for",
            "duplicate: ",
            "lost: loss",
            "lost: fault 2",
            "lost: nobody-there",
            "lost: in the kernel",
            "left the run",
            "in flight when the run ended",
        ]
        .map(|words| (words, 0)),
    );
    for (_, trace) in traces() {
        for frame in expected::frames(&trace) {
            for (words, count) in &mut seen {
                *count += usize::from(frame.comment.contains(words));
            }
        }
    }
    assert!(seen.values().all(|count| *count > 0), "{seen:?}");
}

#[test]
fn the_shipped_dissector_is_what_the_program_makes() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/p2p-sim.lua");
    let shipped = std::fs::read_to_string(shipped).unwrap_or_default();
    assert!(
        shipped == dissector(),
        "docs/p2p-sim.lua is old: cargo run -- dissector > docs/p2p-sim.lua"
    );
    let printed = Command::new(env!("CARGO_BIN_EXE_p2p-sim"))
        .arg("dissector")
        .output()
        .unwrap();
    assert!(printed.status.success());
    assert!(printed.stdout == shipped.as_bytes());
}

#[test]
fn tshark_finds_what_the_trace_says() {
    if !tshark::is_there() {
        return;
    }
    for (name, trace) in traces() {
        let expected = expected::frames(&trace);
        let read = tshark::rows(&captured(&trace), &dissector());
        for (index, (row, frame)) in read.iter().zip(&expected).enumerate() {
            let place = format!("{name}, frame {}: {}", index + 1, frame.comment);
            let said = datagram::read(&frame.payload);
            for (field, value) in tshark::row(index + 1, frame, &said) {
                assert_eq!(row[&field], value, "{field} of {place}");
            }
        }
        assert_eq!(read.len(), expected.len(), "{name}");
    }
}
