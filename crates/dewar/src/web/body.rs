//! The body of a response that went through the layer: the handler's, or a text in its place.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// The handler's body; or a text in its place, if the session could not be opened or saved.
    ///
    /// It is a [`Body`] if the handler's is, with the same data and errors.
    #[derive(Debug)]
    pub struct SessionBody<B> {
        #[pin]
        inner: Inner<B>,
    }
}

pin_project! {
    #[project = InnerProjection]
    #[derive(Debug)]
    enum Inner<B> {
        Handlers { #[pin] body: B },
        Text { text: Bytes },
    }
}

impl<B> SessionBody<B> {
    pub(super) fn handlers(body: B) -> Self {
        Self { inner: Inner::Handlers { body } }
    }

    /// The handler's body, or the text in its place.
    pub(super) fn into_parts(self) -> Result<B, Bytes> {
        match self.inner {
            Inner::Handlers { body } => Ok(body),
            Inner::Text { text } => Err(text),
        }
    }
}

impl<B, T: Into<Bytes>> From<T> for SessionBody<B> {
    fn from(text: T) -> Self {
        Self { inner: Inner::Text { text: text.into() } }
    }
}

/// That of the handler's body: other layers make empty bodies so.
impl<B: Default> Default for SessionBody<B> {
    fn default() -> Self {
        Self::handlers(B::default())
    }
}

impl<B> Body for SessionBody<B>
where
    B: Body,
    B::Data: From<Bytes>,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        match self.project().inner.project() {
            InnerProjection::Handlers { body } => body.poll_frame(cx),
            InnerProjection::Text { text } if text.is_empty() => Poll::Ready(None),
            InnerProjection::Text { text } => Poll::Ready(Some(Ok(Frame::data(std::mem::take(text).into())))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.inner {
            Inner::Handlers { body } => body.is_end_stream(),
            Inner::Text { text } => text.is_empty(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.inner {
            Inner::Handlers { body } => body.size_hint(),
            Inner::Text { text } => SizeHint::with_exact(text.len() as u64),
        }
    }
}
