//! Passwords are hashed in a few rooms, however many people log in at once: waiting costs nothing,
//! hashing costs memory.

use super::problem::Problem;
use inbeeld::access::HashRoom;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many there are: each takes 19 MiB, so all together stay under 80 MB.
const ROOMS: usize = 4;

/// The rooms that nobody is in.
pub(crate) struct HashRooms {
    places: Arc<Semaphore>,
    free: Mutex<Vec<HashRoom>>,
}

impl Default for HashRooms {
    fn default() -> Self {
        let free = std::iter::repeat_with(HashRoom::default).take(ROOMS).collect();
        Self { places: Arc::new(Semaphore::new(ROOMS)), free: Mutex::new(free) }
    }
}

/// A room that is taken; given back when dropped.
pub(crate) struct Taken {
    room: HashRoom,
    rooms: Arc<HashRooms>,
    _place: OwnedSemaphorePermit,
}

impl HashRooms {
    /// Waits for a room.
    pub(crate) async fn take(self: &Arc<Self>) -> Result<Taken, Problem> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| Problem::internal())?;
        // There are as many rooms as places; were there none, a new one is as good.
        let room = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        Ok(Taken { room, rooms: Arc::clone(self), _place: place })
    }
}

impl Taken {
    /// The room itself.
    pub(crate) fn room(&mut self) -> &mut HashRoom {
        &mut self.room
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let room = std::mem::take(&mut self.room);
        self.rooms.free.lock().unwrap_or_else(PoisonError::into_inner).push(room);
    }
}
