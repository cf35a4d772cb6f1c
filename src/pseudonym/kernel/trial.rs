//! What the ways of hashing cost, side by side, for benches and for the check of a build.

use super::{Kernel, KernelFault, MacKey, Way};
use crate::pseudonym::{HmacSha256, hmac, mac};

/// Messages of nobody, hashed under a key of nobody.
pub struct Trial {
    key: MacKey,
    bare: HmacSha256,
    ways: Vec<Way>,
    messages: Vec<[u8; 32]>,
    out: Vec<[u8; 32]>,
}

impl Trial {
    /// So many messages of 32 bytes.
    #[must_use]
    pub fn new(messages: usize) -> Self {
        let key = [0x5a; 32];
        let message = |at: u64| {
            let mut message = [0xa5; 32];
            message.iter_mut().zip(at.to_be_bytes()).for_each(|(to, byte)| *to = byte);
            message
        };
        let messages: Vec<_> = (0u64..).take(messages).map(message).collect();
        let ways = Kernel::ALL.into_iter().filter_map(Way::find).collect();
        Self { key: MacKey::new(&key), bare: hmac(&key), ways, out: vec![[0; 32]; messages.len()], messages }
    }

    /// Each with the `hmac` crate, as it is used for everything that is not hashed by the million.
    pub fn bare(&mut self) -> &[[u8; 32]] {
        self.out.iter_mut().zip(&self.messages).for_each(|(out, message)| *out = mac(&self.bare, &[message]));
        &self.out
    }

    /// Each by itself, as a single person is looked up.
    pub fn single(&mut self) -> &[[u8; 32]] {
        for (out, message) in self.out.chunks_mut(1).zip(self.messages.chunks(1)) {
            self.key.macs(message, out);
        }
        &self.out
    }

    /// All at once, in this way.
    ///
    /// # Errors
    /// [`KernelFault::Absent`] where the CPU does not have it.
    pub fn batched(&mut self, kernel: Kernel) -> Result<&[[u8; 32]], KernelFault> {
        let way = self.ways.iter().find(|way| way.0 == kernel).ok_or(KernelFault::Absent(kernel))?;
        way.macs(&self.key, &self.messages, &mut self.out);
        Ok(&self.out)
    }
}
