//! How many connections there may be at once, of everybody and of one, and who is at the other end of each.

use super::activity::{Activity, Watched};
use super::limit::Client;
use super::peer::{Peer, Peered};
use axum::http::Request;
use axum_server::accept::Accept;
use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::net::TcpStream;

/// Connections at once. One costs at most some tens of KB.
pub(crate) const CONNECTIONS: usize = 1024;
/// Connections at once of one client: an office behind one address on Monday morning fits, and three of those who take
/// all they can leave a quarter for others.
pub(crate) const EACH: usize = 256;

/// The places, and who has how many of them.
struct Places {
    each: usize,
    taken: Mutex<HashMap<Client, usize>>,
}

/// One place, given back when dropped.
struct Place {
    places: Arc<Places>,
    client: Client,
}

impl Places {
    fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let client = Client::at(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        // Summed over clients with a connection: never more than there are places.
        let all: usize = taken.values().sum();
        let own = taken.get(&client).copied().unwrap_or(0);
        if all >= CONNECTIONS || own >= self.each {
            return None;
        }
        taken.insert(client.clone(), own + 1);
        Some(Place { places: Arc::clone(self), client })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.client) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                taken.remove(&self.client);
            }
        }
    }
}

/// Takes in as many connections as there are places, and turns away the rest at once.
#[derive(Clone)]
pub(crate) struct Placed<A> {
    places: Arc<Places>,
    inner: A,
}

impl<A> Placed<A> {
    /// With at most so many for one client.
    pub(crate) fn new(inner: A, each: usize) -> Self {
        Self { places: Arc::new(Places { each, taken: Mutex::default() }), inner }
    }
}

/// A service that keeps its place until its connection, and every request of it, has ended; each request is told
/// whose connection it came over, and tells that it goes on.
#[derive(Clone)]
pub(crate) struct Kept<S> {
    service: S,
    peer: Peer,
    activity: Activity,
    _place: Arc<Place>,
}

impl<A, S> Accept<TcpStream, S> for Placed<A>
where
    A: Accept<TcpStream, S>,
    A::Stream: Peered,
    A::Future: Send + 'static,
{
    type Stream = Watched<A::Stream>;
    type Service = Kept<A::Service>;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        // Who is gone again already has no address.
        let place = stream.peer_addr().ok().and_then(|address| self.places.take(address.ip()));
        // Made here, so that a stream that gets no place is dropped at once.
        let inner = place.map(|place| (place, self.inner.accept(stream, service)));
        Box::pin(async move {
            let (place, inner) = inner.ok_or(io::ErrorKind::ConnectionRefused)?;
            let (stream, service) = inner.await?;
            let (peer, activity) = (stream.peer(), Activity::new());
            let kept = Kept { service, peer, activity: activity.clone(), _place: Arc::new(place) };
            Ok((Watched::new(stream, activity), kept))
        })
    }
}

impl<S: tower::Service<Request<B>>, B> tower::Service<Request<B>> for Kept<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        request.extensions_mut().insert(self.peer.clone());
        request.extensions_mut().insert(self.activity.clone());
        self.service.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_all_places_and_what_is_given_back_is_free() {
        let places = Arc::new(Places { each: EACH, taken: Mutex::default() });
        let address = |last: u8| IpAddr::from([192, 0, 2, last]);
        let mut kept: Vec<Place> = (0..EACH).map_while(|_| places.take(address(1))).collect();
        assert!(kept.len() == EACH && places.take(address(1)).is_none());
        for last in 2..=4 {
            kept.extend((0..EACH).map_while(|_| places.take(address(last))));
        }
        assert!(kept.len() == CONNECTIONS && places.take(address(5)).is_none());
        kept.truncate(EACH - 1);
        let other = places.take(address(5));
        assert!(other.is_some() && places.take(address(1)).is_some() && places.taken.lock().unwrap().len() == 2);
        drop((kept, other));
        assert!(places.taken.lock().unwrap().is_empty());
    }
}
