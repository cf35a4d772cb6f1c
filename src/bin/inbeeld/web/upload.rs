//! Files that come in while they are worked on: the form on one side, a plain reader on the other, and
//! at most a few pieces in between.

use super::guard::SENDING;
use super::problem::Problem;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use multer::{Constraints, Field, Multipart, SizeLimit};
use std::io::{self, Read};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Pieces that may wait between who sends and who works.
const WAITING: usize = 4;
/// How long somebody may go on sending what was refused.
const DRAINING: Duration = Duration::from_secs(10);

/// A form that is being sent.
pub(crate) struct Upload(Multipart<'static>);

impl Upload {
    /// The form in a body; refuses any other content.
    pub(crate) fn of(headers: &HeaderMap, body: Body) -> Result<Self, Problem> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let boundary = multer::parse_boundary(kind).map_err(|_| {
            let remedy = "Stuur een formulier (multipart/form-data) met het manifest en het bestand.";
            let what = "wat is gestuurd heeft niet de goede vorm";
            Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "vorm-gestuurd", what, remedy)
        })?;
        let stream: BodyDataStream = body.into_data_stream();
        // What is kept in memory is bounded where it is read: each small field by its own limit, files not at all.
        let constraints = Constraints::new().size_limit(SizeLimit::new());
        Ok(Self(Multipart::with_constraints(stream, boundary, constraints)))
    }

    /// The next field, whatever its name.
    pub(crate) async fn next(&mut self) -> Result<Option<Field<'static>>, Problem> {
        in_time(self.0.next_field()).await?.map_err(|_| malformed())
    }

    /// The next field, which must have this name.
    pub(crate) async fn field(&mut self, name: &str) -> Result<Field<'static>, Problem> {
        let next = self.next().await?;
        next.filter(|field| field.name() == Some(name)).ok_or_else(|| {
            let what = format!("in het formulier ontbreekt `{name}`, of het staat niet op zijn plaats");
            let remedy = "Stuur eerst `manifest` en dan `bestand`, met zijn naam.";
            Problem::new(StatusCode::BAD_REQUEST, "formulier", &what, remedy)
        })
    }

    /// Lets what is still being sent run out, for a while: who sends would otherwise be cut off before it
    /// reads why.
    pub(crate) async fn drain(mut self) {
        let _ = timeout(DRAINING, async { while let Ok(Some(_)) = self.0.next_field().await {} }).await;
    }
}

/// A small field, whole.
pub(crate) async fn whole(mut field: Field<'static>, most: usize) -> Result<Vec<u8>, Problem> {
    let mut all = Vec::new();
    while let Some(piece) = in_time(field.chunk()).await?.map_err(|_| malformed())? {
        if all.len() + piece.len() > most {
            let what = format!("dit is te groot; hooguit {most} bytes");
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "te-groot", &what, "Stuur minder."));
        }
        all.extend_from_slice(&piece);
    }
    Ok(all)
}

/// Sends a field on to whoever reads at the other end, until its end or until nobody reads any more. A
/// field that breaks off gives no end, and the reader hears of it.
pub(crate) async fn pump(mut field: Field<'static>, to: mpsc::Sender<Piece>) -> Result<(), Problem> {
    while let Some(piece) = in_time(field.chunk()).await?.map_err(|_| malformed())? {
        if to.send(Piece::Bytes(piece)).await.is_err() {
            return Ok(());
        }
    }
    // Where nobody reads any more, nobody needs to know.
    let _ = to.send(Piece::End).await;
    Ok(())
}

async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, Problem> {
    timeout(SENDING, work).await.map_err(|_| {
        let remedy = "Stuur het opnieuw over een betere verbinding.";
        Problem::new(StatusCode::REQUEST_TIMEOUT, "te-traag", "het versturen duurde te lang", remedy)
    })
}

fn malformed() -> Problem {
    let what = "het formulier is geen geldig multipart/form-data, of het brak af";
    Problem::new(StatusCode::BAD_REQUEST, "formulier", what, "Stuur het opnieuw.")
}

/// What goes from who sends to who works.
pub(crate) enum Piece {
    Bytes(Bytes),
    /// All has been sent.
    End,
}

/// The two ends.
pub(crate) fn pipe() -> (mpsc::Sender<Piece>, Pipe) {
    let (to, from) = mpsc::channel(WAITING);
    (to, Pipe { from, rest: Bytes::new(), ended: false })
}

/// What is sent, as a reader for a thread that may wait.
pub(crate) struct Pipe {
    from: mpsc::Receiver<Piece>,
    rest: Bytes,
    ended: bool,
}

impl Read for Pipe {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() && !self.ended {
            match self.from.blocking_recv() {
                Some(Piece::Bytes(bytes)) => self.rest = bytes,
                Some(Piece::End) => self.ended = true,
                // Broken off: what came is not the file.
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        let count = self.rest.len().min(out.len());
        let (now, later) = (self.rest.slice(..count), self.rest.slice(count..));
        out.iter_mut().zip(&now).for_each(|(to, from)| *to = *from);
        self.rest = later;
        Ok(count)
    }
}
