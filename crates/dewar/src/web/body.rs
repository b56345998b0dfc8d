//! The body of a response that passed through the layer: the handler's body, or text instead of it.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// The handler's body, or text instead of it if the session could not be opened or saved.
    ///
    /// It implements [`Body`] if the handler's body does, with the same data and errors.
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

    /// Returns the handler's body.
    ///
    /// # Errors
    /// The text that replaces it, if the session could not be opened or saved.
    pub fn into_inner(self) -> Result<B, Bytes> {
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

/// The default of the handler's body, which other layers use for empty bodies.
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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::task::Waker;

    use super::*;

    /// A body with a frame of data and trailers, as gRPC has, whose data are of a type of their own.
    #[derive(Default)]
    struct Call(u8);

    #[derive(Debug, PartialEq)]
    struct Data(Bytes);

    impl From<Bytes> for Data {
        fn from(bytes: Bytes) -> Self {
            Self(bytes)
        }
    }

    impl bytes::Buf for Data {
        fn remaining(&self) -> usize {
            self.0.len()
        }

        fn chunk(&self) -> &[u8] {
            &self.0
        }

        fn advance(&mut self, count: usize) {
            bytes::Buf::advance(&mut self.0, count);
        }
    }

    impl Body for Call {
        type Data = Data;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Data>, Infallible>>> {
            self.0 += 1;
            Poll::Ready(match self.0 {
                1 => Some(Ok(Frame::data(Data(Bytes::from_static(b"answer"))))),
                2 => Some(Ok(Frame::trailers(
                    [("grpc-status".parse().unwrap(), "0".parse().unwrap())].into_iter().collect(),
                ))),
                _ => None,
            })
        }

        fn is_end_stream(&self) -> bool {
            self.0 > 1
        }
    }

    fn frames(mut body: SessionBody<Call>) -> Vec<Frame<Data>> {
        let next = || match Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(frame) => frame.map(Result::unwrap),
            Poll::Pending => panic!("it waits for nothing"),
        };
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn the_handler_s_frames_pass_as_they_are() {
        for body in [SessionBody::handlers(Call::default()), SessionBody::default()] {
            assert!(!body.is_end_stream() && body.size_hint().exact().is_none());
            let frames = frames(body);
            assert_eq!(frames[0].data_ref().map(|data| &*data.0), Some(&b"answer"[..]));
            assert!(frames.len() == 2 && frames[1].trailers_ref().is_some());
        }
        assert!(SessionBody::handlers(Call(2)).is_end_stream());
    }

    #[test]
    fn a_text_is_one_frame_of_known_size_and_no_text_is_none() {
        let text = SessionBody::<Call>::from("why".to_owned());
        assert_eq!((text.size_hint().exact(), text.is_end_stream()), (Some(3), false));
        let frames_of_text = frames(text);
        assert_eq!(frames_of_text.len(), 1);
        assert_eq!(frames_of_text[0].data_ref(), Some(&Data(Bytes::from_static(b"why"))));
        let empty = SessionBody::<Call>::from("");
        assert_eq!((empty.size_hint().exact(), empty.is_end_stream()), (Some(0), true));
        assert!(frames(empty).is_empty());
    }
}
