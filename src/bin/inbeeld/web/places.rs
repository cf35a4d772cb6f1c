//! How many connections there may be at once, and who is at the other end of each.

use super::peer::{Peer, Peered};
use axum::http::Request;
use axum_server::accept::Accept;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections at once. One costs at most some tens of KB.
const CONNECTIONS: usize = 1024;

/// Takes in as many connections as there are places, and turns away the rest at once.
#[derive(Clone)]
pub(crate) struct Placed<A> {
    places: Arc<Semaphore>,
    inner: A,
}

impl<A> Placed<A> {
    pub(crate) fn new(inner: A) -> Self {
        Self { places: Arc::new(Semaphore::new(CONNECTIONS)), inner }
    }
}

/// A service that keeps its place until its connection, and every request of it, has ended; each request is told
/// whose connection it came over.
#[derive(Clone)]
pub(crate) struct Kept<S> {
    service: S,
    peer: Peer,
    _place: Arc<OwnedSemaphorePermit>,
}

impl<A, S> Accept<TcpStream, S> for Placed<A>
where
    A: Accept<TcpStream, S>,
    A::Stream: Peered,
    A::Future: Send + 'static,
{
    type Stream = A::Stream;
    type Service = Kept<A::Service>;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let place = Arc::clone(&self.places).try_acquire_owned();
        // Made here, so that a stream that gets no place is dropped at once.
        let inner = place.map(|place| (place, self.inner.accept(stream, service)));
        Box::pin(async move {
            let (place, inner) = inner.map_err(|_| io::Error::from(io::ErrorKind::ConnectionRefused))?;
            let (stream, service) = inner.await?;
            let peer = stream.peer();
            Ok((stream, Kept { service, peer, _place: Arc::new(place) }))
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
        self.service.call(request)
    }
}
