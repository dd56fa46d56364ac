//! Carriers that do not carry everything.

use std::net::SocketAddrV4;

use bytes::Bytes;
use p2p_sim::driver::{Carried, Carrier, Memory};
use p2p_sim::roster::EndpointId;

/// Picks a datagram: its sender, its receiver, its bytes.
pub(crate) type Pick = Box<dyn FnMut(EndpointId, EndpointId, &[u8]) -> bool + Send>;

/// Carries through memory; the first datagram that `pick` picks has `fate` instead.
pub(crate) struct LosesOne {
    pub(crate) pick: Option<Pick>,
    pub(crate) fate: Carried,
}

impl LosesOne {
    pub(crate) fn new(
        pick: impl FnMut(EndpointId, EndpointId, &[u8]) -> bool + Send + 'static,
        fate: Carried,
    ) -> Self {
        let pick: Option<Pick> = Some(Box::new(pick));
        Self { pick, fate }
    }

    /// Whether it has lost its one.
    pub(crate) fn has_lost(&self) -> bool {
        self.pick.is_none()
    }
}

impl Carrier for LosesOne {
    fn carry(
        &mut self,
        from: EndpointId,
        to: EndpointId,
        payload: &[u8],
        strangers: &mut Vec<(SocketAddrV4, Bytes)>,
    ) -> Carried {
        if self
            .pick
            .as_mut()
            .is_some_and(|pick| pick(from, to, payload))
        {
            self.pick = None;
            return self.fate;
        }
        Memory.carry(from, to, payload, strangers)
    }
}
