//! One message at a time, by the `sha2` crate: everywhere, and the measure of all other ways.

use super::{MacKey, Padded, wipe};
use sha2::block_api::compress256;

/// MACs of the messages, one after another.
pub(super) fn macs<const N: usize>(key: &MacKey, messages: &[[u8; N]], out: &mut [[u8; 32]]) {
    let mut inner = Padded::around(&[0; N]);
    let mut outer = Padded::around(&[0; 32]);
    for (message, out) in messages.iter().zip(out) {
        let mut state = key.inner;
        inner.first_chunk_mut().into_iter().for_each(|start: &mut [u8; N]| *start = *message);
        compress256(&mut state, std::slice::from_ref(&inner));
        write(&state, outer.first_chunk_mut().into_iter());
        state = key.outer;
        compress256(&mut state, std::slice::from_ref(&outer));
        write(&state, std::iter::once(out));
    }
    wipe(&mut inner);
    wipe(&mut outer);
}

/// The eight words of a state, big-endian.
fn write<'a>(state: &[u32; 8], to: impl Iterator<Item = &'a mut [u8; 32]>) {
    for to in to {
        for (to, word) in to.chunks_exact_mut(4).zip(state) {
            to.copy_from_slice(&word.to_be_bytes());
        }
    }
}
