//! A run as a capture that any packet analyser reads: pcapng (docs/capture.md), and the dissector
//! that tells Wireshark what is in the datagrams.
//!
//! Each datagram is there once, as the IPv4 packet that it was when it came into the run, with what
//! became of it in a comment. Nothing of the machine is in it: one run gives the same bytes again.
//!
//! Many peers share an IP address, so that a block of names for addresses could not name them. What
//! can is the interface of a packet: each sender has its own.

mod comment;
pub mod dissector;
mod packet;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};
use std::time::Duration;

use pcap_file::pcapng::blocks::PcapNgBlock;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption, InterfaceTsResolution,
};
use pcap_file::pcapng::blocks::opt_common::CommonOption;
use pcap_file::pcapng::blocks::section_header::{SectionHeaderBlock, SectionHeaderOption};
use pcap_file::pcapng::{PcapNgWriteError, PcapNgWriter};
use pcap_file::{DataLink, Endianness};

use crate::event::{EventId, What};
use crate::roster::EndpointId;
use crate::trace::{Journeys, Trace};

/// The program that the capture says to be from.
const APPLICATION: &str = "p2p-sim";
/// The interface of all that came from outside the run.
const OUTSIDE: &str = "outside";
/// The most bytes of a text in pcapng, which gives its length in 16 bits.
const MAX_TEXT: usize = 65_535;
/// How many bytes go into the file at a time.
const BUFFER: usize = 1 << 16;

/// Writes every datagram of `trace` once into `out`, as pcapng: datagram n of
/// [`Journeys`] is frame n + 1. Times are the run's clock, in nanoseconds
/// from the beginning of 1970. Datagrams too long for a packet of IPv4 are cut, and say so.
///
/// # Errors
///
/// Those of `out`, which may have been written to in part.
pub fn write(trace: &Trace, out: &mut dyn Write) -> io::Result<()> {
    let journeys = Journeys::read(&trace.recording, &trace.roster);
    let buffered = BufWriter::with_capacity(BUFFER, out);
    let mut writer =
        PcapNgWriter::with_section_header(buffered, section(trace)).map_err(io_error)?;
    let mut interfaces = BTreeMap::new();
    for (number, sender) in (0..).zip(senders(trace, &journeys)) {
        write_block(&mut writer, interface(trace, sender))?;
        interfaces.insert(sender, number);
    }
    let mut packet = Vec::new();
    for journey in &journeys.datagrams {
        let sent = trace.recording.payload(journey.born);
        let sent = sent.expect("a journey begins with the bytes of a datagram");
        let original_len = packet::put(&mut packet, journey.from, journey.to, sent)?;
        let text = comment::of(trace, journey);
        let time = trace.recording.event(journey.born).time;
        let block = EnhancedPacketBlock {
            interface_id: interfaces[&sender(trace, journey.born)],
            timestamp: Duration::from_nanos(time.as_nanos()),
            original_len,
            data: Cow::Borrowed(&packet),
            options: vec![EnhancedPacketOption::Common(remark(&text))],
        };
        write_block(&mut writer, block)?;
    }
    writer.into_inner().flush()
}

/// What the whole capture is.
fn section(trace: &Trace) -> SectionHeaderBlock<'static> {
    let about = format!(
        "scenario {}, seed {}",
        trace.about.scenario, trace.about.seed
    );
    SectionHeaderBlock {
        // That of the machine is the default, and nothing of it belongs here.
        endianness: Endianness::Little,
        options: vec![
            SectionHeaderOption::Common(CommonOption::Comment(fitting(&about).into_owned().into())),
            SectionHeaderOption::UserApplication(APPLICATION.into()),
        ],
        ..SectionHeaderBlock::default()
    }
}

/// All who sent something, in the order of the roster; last, as `None`, whoever is not of the run.
fn senders(trace: &Trace, journeys: &Journeys) -> impl Iterator<Item = Option<EndpointId>> {
    let datagrams = journeys.datagrams.iter();
    let all: BTreeSet<_> = datagrams
        .map(|journey| sender(trace, journey.born))
        .collect();
    let outside = all.first().filter(|first| first.is_none()).copied();
    all.into_iter().filter(Option::is_some).chain(outside)
}

/// Who sent the datagram of event `born`, if it is one of the run.
fn sender(trace: &Trace, born: EventId) -> Option<EndpointId> {
    match trace.recording.event(trace.recording.origin(born)).what {
        What::Sent { from, .. } => Some(from),
        _ => None,
    }
}

/// What all packets of `sender` share.
fn interface(trace: &Trace, sender: Option<EndpointId>) -> InterfaceDescriptionBlock<'_> {
    let (name, description) = match sender.map(|sender| trace.roster.entry(sender)) {
        Some(entry) => {
            let role = entry.role.name();
            (entry.name, format!("{role} at {}", entry.address))
        }
        None => (OUTSIDE, "all that is not of the run".to_owned()),
    };
    InterfaceDescriptionBlock {
        // Packets that begin with their IP header. Not RAW: libpcap reads it in the first interface
        // alone, since its number in files is another than the one that libpcap has for it.
        linktype: DataLink::IPV4,
        snaplen: packet::MAX_LEN,
        options: vec![
            InterfaceDescriptionOption::IfName(fitting(name)),
            InterfaceDescriptionOption::IfDescription(description.into()),
            InterfaceDescriptionOption::IfTsResol(InterfaceTsResolution::NANO),
        ],
    }
}

fn remark(text: &str) -> CommonOption<'_> {
    CommonOption::Comment(fitting(text))
}

/// As much of `text` as pcapng has room for; what is cut ends in dots.
fn fitting(text: &str) -> Cow<'_, str> {
    const DOTS: &str = "...";
    if text.len() <= MAX_TEXT {
        return Cow::Borrowed(text);
    }
    let end = text.floor_char_boundary(MAX_TEXT - DOTS.len());
    Cow::Owned(format!("{}{DOTS}", &text[..end]))
}

fn write_block<'a, W: Write>(
    writer: &mut PcapNgWriter<W>,
    block: impl PcapNgBlock<'a>,
) -> io::Result<()> {
    writer.write_pcapng_block(block).map_err(io_error)?;
    Ok(())
}

/// The error of the file itself, where it is one: its kind tells a full disk from a closed pipe.
fn io_error(error: PcapNgWriteError) -> io::Error {
    match error {
        PcapNgWriteError::Io(error) => error,
        other => io::Error::other(other),
    }
}

#[cfg(test)]
mod tests;
