//! The requests of one connection: the bytes that are not sent yet, and who waits for an answer.

use std::collections::VecDeque;

use bytes::{Buf, BytesMut};
use tokio::sync::oneshot;

use super::answer::{Answer, Malformed};
use super::request::Request;

/// A buffer that has grown beyond this is not kept.
const KEPT: usize = 64 << 10;

/// The server answers in the order of the requests. Each request has a number, which its answer repeats: an answer with another number would be
/// that of another call.
#[derive(Default)]
pub(super) struct Queue {
    unsent: BytesMut,
    waiting: VecDeque<(u64, oneshot::Sender<Answer>)>,
    last_number: u64,
}

impl Queue {
    /// Appends a request. Its answer comes even if nobody waits for it any more, and is dropped then.
    pub(super) fn push(&mut self, request: &Request<'_>) -> oneshot::Receiver<Answer> {
        let (sender, receiver) = oneshot::channel();
        self.last_number += 1;
        request.write(self.last_number, &mut self.unsent);
        self.waiting.push_back((self.last_number, sender));
        receiver
    }

    /// Gives an answer to the call that waits for it.
    pub(super) fn answered(&mut self, answer: Answer) -> Result<(), Malformed> {
        let (number, sender) = self.waiting.pop_front().ok_or(Malformed)?;
        if answer.number.is_some_and(|other| other != number)
            || (answer.number.is_none() && !answer.is_refusal())
        {
            return Err(Malformed);
        }
        // The call may have been dropped.
        let _ = sender.send(answer);
        Ok(())
    }

    pub(super) fn unsent(&self) -> &[u8] {
        &self.unsent
    }

    /// Forgets the bytes that were sent.
    pub(super) fn sent(&mut self, count: usize) {
        self.unsent.advance(count.min(self.unsent.len()));
        if self.unsent.is_empty() && self.unsent.capacity() > KEPT {
            self.unsent = BytesMut::new();
        }
    }

    /// Tells everybody who waits that no answer comes.
    pub(super) fn clear(&mut self) {
        self.unsent = BytesMut::new();
        self.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer::Code;
    use super::super::failure::Refusal;
    use super::super::request::Command;
    use super::*;

    const GET: Request<'_> = Request { key: "k", command: Command::Get };

    fn answer(code: Code, number: Option<u64>) -> Answer {
        Answer { code, number, cas: None, ttl: None, client_flags: 0 }
    }

    #[test]
    fn answers_go_to_their_calls() {
        let mut queue = Queue::default();
        let (mut first, dropped, mut third) = (queue.push(&GET), queue.push(&GET), queue.push(&GET));
        drop(dropped);
        queue.answered(answer(Code::Refused(Refusal::TooLarge), None)).unwrap();
        queue.answered(answer(Code::Missing, Some(2))).unwrap();
        queue.answered(answer(Code::Done, Some(3))).unwrap();
        assert_eq!(first.try_recv().unwrap().code, Code::Refused(Refusal::TooLarge));
        assert_eq!(third.try_recv().unwrap().code, Code::Done);
    }

    #[test]
    fn the_answer_of_another_call_is_given_to_nobody() {
        for number in [None, Some(0), Some(2)] {
            let mut queue = Queue::default();
            let (mut first, _second) = (queue.push(&GET), queue.push(&GET));
            assert_eq!(queue.answered(answer(Code::Missing, number)), Err(Malformed));
            first.try_recv().unwrap_err();
        }
        assert_eq!(Queue::default().answered(answer(Code::Missing, Some(1))), Err(Malformed));
    }
}
