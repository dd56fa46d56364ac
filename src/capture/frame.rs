//! A packet as a block of pcapng: an *Enhanced Packet Block* with a comment.
//!
//! By hand, since pcap-file writes each block twice, once to learn its length. A test compares with
//! what it makes.

use std::net::SocketAddrV4;

use super::packet::{self, Fitting, HEADERS};
use crate::time::Time;

/// The type of the block.
const ENHANCED_PACKET: u32 = 6;
/// The code of the option that is a comment.
const COMMENT: u16 = 1;
/// What is behind the last option.
const END_OF_OPTIONS: [u8; 4] = [0; 4];
/// Where the block has its length first.
const LENGTH: usize = 4;
/// The bytes before the packet.
const START: usize = 28;

/// A datagram on its way into a capture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    pub(super) interface: u32,
    pub(super) time: Time,
    pub(super) from: SocketAddrV4,
    pub(super) to: SocketAddrV4,
    pub(super) payload: Fitting<'a>,
    /// The bytes of the whole payload, which may have been cut.
    pub(super) whole: usize,
    /// Short enough for pcapng.
    pub(super) comment: &'a str,
}

/// Puts the block with `frame` behind `out`.
pub(super) fn put(out: &mut Vec<u8>, frame: &Frame<'_>) {
    let begin = out.len();
    let packet = HEADERS + frame.payload.bytes.len();
    let whole = u32::try_from(frame.whole.saturating_add(HEADERS)).unwrap_or(u32::MAX);
    let nanos = frame.time.as_nanos();
    let mut start = [0; START];
    let mut put = |at: usize, word: u32| start[at..at + 4].copy_from_slice(&word.to_le_bytes());
    put(0, ENHANCED_PACKET);
    put(8, frame.interface);
    put(12, u32::try_from(nanos >> 32).expect("half of it"));
    put(16, u32::try_from(nanos & 0xffff_ffff).expect("half of it"));
    put(20, u32::try_from(packet).expect("cut to what fits"));
    put(24, whole);
    out.extend_from_slice(&start);
    out.extend_from_slice(&packet::headers(frame.from, frame.to, frame.payload));
    out.extend_from_slice(frame.payload.bytes);
    pad(out, begin);
    let length = u16::try_from(frame.comment.len()).expect("short enough for pcapng");
    out.extend_from_slice(&COMMENT.to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(frame.comment.as_bytes());
    pad(out, begin);
    out.extend_from_slice(&END_OF_OPTIONS);
    let block = out.len() - begin + 4;
    let block = u32::try_from(block)
        .expect("two texts of 16 bits")
        .to_le_bytes();
    out.extend_from_slice(&block);
    out[begin + LENGTH..begin + LENGTH + 4].copy_from_slice(&block);
}

/// Fills the last word of the block that begins at `begin`.
fn pad(out: &mut Vec<u8>, begin: usize) {
    let past = (out.len() - begin) % 4;
    if past > 0 {
        out.extend_from_slice(&[0; 3][..4 - past]);
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::time::Duration;

    use pcap_file::pcapng::PcapNgWriter;
    use pcap_file::pcapng::blocks::PcapNgBlock;
    use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
    use pcap_file::pcapng::blocks::interface_description::{
        InterfaceDescriptionBlock, InterfaceDescriptionOption, InterfaceTsResolution,
    };
    use pcap_file::pcapng::blocks::opt_common::CommonOption;
    use pcap_file::pcapng::blocks::section_header::SectionHeaderBlock;
    use pcap_file::{DataLink, Endianness};

    use super::*;

    /// A writer that knows two interfaces, whose times are nanoseconds.
    fn writer() -> PcapNgWriter<Vec<u8>> {
        let section = SectionHeaderBlock {
            endianness: Endianness::Little,
            ..SectionHeaderBlock::default()
        };
        let mut writer = PcapNgWriter::with_section_header(Vec::new(), section).unwrap();
        for _ in 0..2 {
            let interface = InterfaceDescriptionBlock {
                linktype: DataLink::IPV4,
                snaplen: packet::MAX_LEN,
                options: vec![InterfaceDescriptionOption::IfTsResol(
                    InterfaceTsResolution::NANO,
                )],
            };
            writer.write_pcapng_block(interface).unwrap();
        }
        writer
    }

    #[test]
    fn a_block_is_the_one_that_pcap_file_makes() {
        let [from, to] = [5001, 5002].map(|port| SocketAddrV4::new([127, 0, 0, 1].into(), port));
        let times = [0, 1, u64::from(u32::MAX), 1 << 40, u64::MAX].map(Time::from_nanos);
        let lengths = [0, 1, 2, 3, 4, 1_000, 65_507, 70_000];
        let long = "é".repeat(32_767);
        for length in lengths {
            for (place, text) in ["", "a", "ab", "abc", "a -> é", &long]
                .into_iter()
                .enumerate()
            {
                let bytes = vec![0xa5; length];
                let frame = Frame {
                    interface: u32::try_from(place % 2).unwrap(),
                    time: times[place % 5],
                    from,
                    to,
                    payload: Fitting::new(&bytes),
                    whole: length,
                    comment: text,
                };
                let mut writer = writer();
                let before = writer.get_ref().len();
                let headers = packet::headers(from, to, frame.payload);
                let block = EnhancedPacketBlock {
                    interface_id: frame.interface,
                    timestamp: Duration::from_nanos(frame.time.as_nanos()),
                    original_len: u32::try_from(length + HEADERS).unwrap(),
                    data: Cow::Owned([&headers[..], frame.payload.bytes].concat()),
                    options: vec![EnhancedPacketOption::Common(CommonOption::Comment(
                        text.into(),
                    ))],
                };
                writer.write_block(&block.into_block()).unwrap();
                // It begins where it begins, whatever is before it.
                let mut put_here = b"other".to_vec();
                put(&mut put_here, &frame);
                let expected = &writer.get_ref()[before..];
                assert!(put_here[5..] == *expected, "{length} bytes, {}", text.len());
            }
        }
    }
}
