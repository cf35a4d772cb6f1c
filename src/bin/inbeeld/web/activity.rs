//! Whether a connection is in use. One over which nobody has asked anything for a while is closed, also when it goes on
//! answering our pings.

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until, timeout};

/// How long a connection may be there without a request.
const IDLE: Duration = Duration::from_secs(60);

/// How much is taken in of what nobody reads, in bytes, and how long.
const LITTLE: usize = 64 * 1024;
const SHORT: Duration = Duration::from_secs(2);

/// What goes on over one connection.
#[derive(Clone)]
pub(crate) struct Activity(Arc<Mutex<State>>);

struct State {
    requests: usize,
    last: Instant,
}

/// A request that goes on until this is dropped.
pub(crate) struct Busy(Activity);

impl Activity {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(State { requests: 0, last: Instant::now() })))
    }

    fn change<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn begin(&self) -> Busy {
        self.change(|state| state.requests += 1);
        Busy(self.clone())
    }

    /// Until when the connection may stay as things are now.
    fn until(&self) -> Instant {
        self.change(|state| if state.requests > 0 { Instant::now() + IDLE } else { state.last + IDLE })
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.change(|state| {
            state.requests = state.requests.saturating_sub(1);
            state.last = Instant::now();
        });
    }
}

/// An answer: the request goes on until its last byte has gone.
pub(crate) struct Busied {
    pub(crate) body: Body,
    pub(crate) _busy: Option<Busy>,
}

/// What is being sent, for more than one to hold.
#[derive(Clone)]
pub(crate) struct Sent(Arc<Mutex<Body>>);

impl Sent {
    pub(crate) fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(body)))
    }

    /// Takes in what is still being sent, where it is little: a client whose stream ends while it sends, may
    /// not read the answer.
    pub(crate) async fn run_out(&self) {
        let mut left = LITTLE;
        let run = async {
            let mut rest = self.clone();
            while let Some(Ok(frame)) = poll_fn(|context| Pin::new(&mut rest).poll_frame(context)).await {
                left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
                if left == 0 {
                    break;
                }
            }
        };
        let _ = timeout(SHORT, run).await;
    }

    fn held<T>(&self, work: impl FnOnce(&mut Body) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.held(|body| Pin::new(body).poll_frame(context))
    }

    fn is_end_stream(&self) -> bool {
        self.held(|body| body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.held(|body| body.size_hint())
    }
}

impl HttpBody for Busied {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A connection that ends by itself when nobody asks anything.
pub(crate) struct Watched<S> {
    stream: S,
    activity: Activity,
    alarm: Pin<Box<Sleep>>,
}

impl<S> Watched<S> {
    pub(crate) fn new(stream: S, activity: Activity) -> Self {
        let alarm = Box::pin(sleep_until(activity.until()));
        Self { stream, activity, alarm }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if let Poll::Ready(read) = Pin::new(&mut self.stream).poll_read(context, out) {
            return Poll::Ready(read);
        }
        loop {
            ready!(self.alarm.as_mut().poll(context));
            let until = self.activity.until();
            if until <= Instant::now() {
                // Nothing read is the end, as if the other side had closed.
                return Poll::Ready(Ok(()));
            }
            self.alarm.as_mut().reset(until);
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::sleep;

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_requests_ends_also_when_bytes_go_on() {
        let (near, mut far) = duplex(64);
        let activity = Activity::new();
        let mut watched = Watched::new(near, activity.clone());
        let begin = Instant::now();
        let busy = activity.begin();
        let mut byte = [0];
        // As long as a request goes on it stays, however long.
        assert!(timeout(IDLE * 5, watched.read(&mut byte)).await.is_err());
        drop(busy);
        // What the other side says is read; it is no request.
        far.write_all(b"p").await.unwrap();
        assert_eq!(watched.read(&mut byte).await.unwrap(), 1);
        sleep(IDLE / 2).await;
        far.write_all(b"p").await.unwrap();
        assert_eq!(watched.read(&mut byte).await.unwrap(), 1);
        assert_eq!(watched.read(&mut byte).await.unwrap(), 0);
        assert_eq!((Instant::now() - begin).as_secs() / IDLE.as_secs(), 6);
    }
}
