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
mod frame;
mod packet;

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::mpsc::sync_channel;
use std::thread;

use pcap_file::pcapng::blocks::PcapNgBlock;
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption, InterfaceTsResolution,
};
use pcap_file::pcapng::blocks::opt_common::CommonOption;
use pcap_file::pcapng::blocks::section_header::{SectionHeaderBlock, SectionHeaderOption};
use pcap_file::pcapng::{PcapNgWriteError, PcapNgWriter};
use pcap_file::{DataLink, Endianness};

use crate::behind::{self, Behind};
use crate::event::What;
use crate::roster::EndpointId;
use crate::trace::{Journey, Journeys, Trace};
use frame::Frame;
use packet::Sums;

/// The program that the capture says to be from.
const APPLICATION: &str = "p2p-sim";
/// The interface of all that came from outside the run.
const OUTSIDE: &str = "outside";
/// How many blocks of journeys may wait for their frames.
const WAITING: usize = 16;
/// After so many frames it is told how many there are.
const TELL_EACH: u64 = 256;
/// The most bytes of a text in pcapng, which gives its length in 16 bits.
const MAX_TEXT: usize = 65_535;

/// Writes every datagram of `trace` once into `out`, as pcapng: datagram n of
/// [`Journeys`] is frame n + 1. Times are the run's clock, in nanoseconds
/// from the beginning of 1970. What is told of a datagram after its end may not be in it; no run
/// tells such a thing. Datagrams too long for a packet of IPv4 are cut, and say so. Calls `framed`
/// every now and then with how many frames there are by then, of [`frames`].
///
/// # Errors
///
/// Those of `out`, which may have been written to in part.
pub fn write(
    trace: &Trace,
    out: &mut (dyn Write + Send),
    framed: &mut dyn FnMut(u64),
) -> io::Result<()> {
    behind::write(out, |behind| {
        let interfaces = Interfaces::of(trace);
        blocks(trace, &interfaces, &mut behind.gathered)?;
        behind.hand_on()?;
        write_frames(trace, &interfaces, behind, framed)
    })
}

/// How many frames the capture of `trace` has.
#[must_use]
pub fn frames(trace: &Trace) -> u64 {
    let events = trace.recording.iter();
    let born = events.filter(|(_, event)| {
        matches!(
            event.what,
            What::Sent { .. } | What::Outside { .. } | What::Duplicated { .. }
        )
    });
    born.count() as u64
}

/// Writes what is before the datagrams.
fn blocks(trace: &Trace, interfaces: &Interfaces, out: &mut Vec<u8>) -> io::Result<()> {
    let mut writer = PcapNgWriter::with_section_header(out, section(trace)).map_err(io_error)?;
    for sender in interfaces.senders() {
        write_block(&mut writer, interface(trace, sender))?;
    }
    Ok(())
}

/// Writes each datagram, while another thread reads what became of those behind it.
fn write_frames(
    trace: &Trace,
    interfaces: &Interfaces,
    out: &mut Behind,
    framed: &mut dyn FnMut(u64),
) -> io::Result<()> {
    thread::scope(|scope| {
        let (told, journeys) = sync_channel(WAITING);
        scope.spawn(move || {
            Journeys::tell_each(&trace.recording, &trace.roster, |block| {
                match told.send(block) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            })
        });
        let journeys = journeys.into_iter().flatten();
        put_frames(trace, interfaces, journeys, out, framed)
    })
}

fn put_frames(
    trace: &Trace,
    interfaces: &Interfaces,
    journeys: impl Iterator<Item = Journey>,
    out: &mut Behind,
    framed: &mut dyn FnMut(u64),
) -> io::Result<()> {
    let recording = &trace.recording;
    let mut sums = Sums::of(recording);
    let mut text = String::new();
    for (number, journey) in (1..).zip(journeys) {
        let origin = recording.event(recording.origin(journey.born));
        let (sender, payload) = match origin.what {
            What::Sent { from, payload, .. } => (Some(from), payload),
            What::Outside { payload, .. } => (None, payload),
            _ => unreachable!("a journey begins with the bytes of a datagram"),
        };
        let bytes = recording.bytes(payload);
        comment::put(&mut text, trace, &journey, sender, bytes.len());
        let frame = Frame {
            interface: interfaces.number(sender),
            time: recording.event(journey.born).time,
            from: journey.from,
            to: journey.to,
            payload: sums.fitting(payload, bytes),
            whole: bytes.len(),
            comment: &fitting(&text),
        };
        frame::put(&mut out.gathered, &frame);
        out.hand_on()?;
        if number % TELL_EACH == 0 {
            framed(number);
        }
    }
    Ok(())
}

/// Who has an interface: all who sent something, in the order of the roster; last, as `None`, whoever
/// is not of the run.
struct Interfaces {
    /// By endpoint, the number of its interface.
    numbers: Vec<Option<u32>>,
    /// That of all who are not of the run.
    outside: Option<u32>,
}

impl Interfaces {
    fn of(trace: &Trace) -> Self {
        let mut interfaces = Self {
            numbers: vec![None; trace.roster.len()],
            outside: None,
        };
        for (_, event) in trace.recording.iter() {
            match event.what {
                What::Sent { from, .. } => interfaces.numbers[from.index()] = Some(0),
                What::Outside { .. } => interfaces.outside = Some(0),
                _ => {}
            }
        }
        let Self { numbers, outside } = &mut interfaces;
        for (number, place) in (0..).zip(numbers.iter_mut().chain([outside]).flatten()) {
            *place = number;
        }
        interfaces
    }

    fn senders(&self) -> impl Iterator<Item = Option<EndpointId>> {
        let numbered = (0..).map(EndpointId).zip(&self.numbers);
        let endpoints = numbered.filter_map(|(endpoint, number)| number.map(|_| Some(endpoint)));
        endpoints.chain(self.outside.map(|_| None))
    }

    fn number(&self, sender: Option<EndpointId>) -> u32 {
        let number = match sender {
            Some(endpoint) => self.numbers[endpoint.index()],
            None => self.outside,
        };
        number.expect("each who sent has one")
    }
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
