//! The application's user, loaded once per request.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::rc::Rc;
use std::task::{Poll, Waker};

use actix_web::{FromRequest as _, HttpMessage, HttpRequest};

use super::LoginRejection;
use crate::session::{AsyncLock, Session};
use crate::web::login::Loaded;

/// The application's user type, for the extractor [`LoggedIn`](super::LoggedIn).
///
/// ```
/// use std::collections::HashMap;
/// use std::convert::Infallible;
///
/// use actix_web::{HttpRequest, web};
/// use dewar::web::actix_web::SessionUser;
///
/// type Users = HashMap<String, User>; // a database, in real life
///
/// #[derive(Clone)]
/// struct User {
///     name: String,
///     is_admin: bool,
/// }
///
/// impl SessionUser for User {
///     type Error = Infallible; // or `actix_web::Error`, which any error with a response becomes
///     const LOGIN_PAGE: Option<&'static str> = Some("/login");
///
///     async fn load(owner: &str, request: &HttpRequest) -> Result<Option<Self>, Infallible> {
///         let users = request.app_data::<web::Data<Users>>(); // what `App::app_data` was given
///         Ok(users.and_then(|users| users.get(owner).cloned()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be loaded as the logged-in user",
    label = "not a `SessionUser`",
    note = "say how it is loaded: `impl dewar::web::actix_web::SessionUser for {Self} {{ .. }}`"
)]
pub trait SessionUser: Clone + 'static {
    /// The error if a user cannot be loaded. Its response is sent.
    type Error: Into<actix_web::Error>;

    /// The login page, such as `/login`, to which visitors who are not logged in are redirected. The page that they requested becomes the
    /// query parameter `next` (a [`LocalPath`](crate::web::LocalPath)) if the method is `GET` or `HEAD`. With `None` they get the status
    /// 401.
    const LOGIN_PAGE: Option<&'static str> = None;

    /// Loads the user with this owner name, as passed to [`Session::log_in`] (if longer than 200 bytes, as returned by [`Session::owner`]).
    /// Returns `None` if the user does not exist, for example because the account was deleted: then nobody is logged in.
    ///
    /// Called once per request for all extractors, and not for visitors. After an error, the next extractor calls it again.
    fn load(owner: &str, request: &HttpRequest) -> impl Future<Output = Result<Option<Self>, Self::Error>>;
}

/// The session of a request, with its owner and user if somebody is logged in.
pub(super) async fn load<U: SessionUser>(
    request: &HttpRequest,
) -> Result<(Session, Option<(String, U)>), LoginRejection> {
    let session = Session::extract(request).await.map_err(LoginRejection::Session)?;
    let Some(owner) = session.owner() else { return Ok((session, None)) };
    let name = owner.to_str_lossy().into_owned();
    let _loading = Loading::<U>::of(request).lock().await;
    let loaded = request.extensions().get::<Loaded<U>>().and_then(|loaded| loaded.user_of(&owner));
    if let Some(user) = loaded {
        return Ok((session, user.map(|user| (name, user))));
    }
    let user = U::load(&name, request).await;
    let user = user.map_err(|why| LoginRejection::User(Rc::new(why.into())))?;
    request.extensions_mut().insert(Loaded::new(owner, user.clone()));
    Ok((session, user.map(|user| (name, user))))
}

/// In the extensions of a request. actix-web polls all extractors of a handler at once: one of them loads the user, the others wait for it.
struct Loading<U>(Rc<RefCell<AsyncLock>>, PhantomData<fn() -> U>);

impl<U: 'static> Loading<U> {
    fn of(request: &HttpRequest) -> Self {
        let mut extensions = request.extensions_mut();
        if let Some(Self(lock, _)) = extensions.get::<Self>() {
            return Self(Rc::clone(lock), PhantomData);
        }
        let lock = Rc::new(RefCell::new(AsyncLock::default()));
        extensions.insert(Self(Rc::clone(&lock), PhantomData));
        Self(lock, PhantomData)
    }

    async fn lock(self) -> LoadingGuard {
        let Self(lock, _) = self;
        poll_fn(|cx| {
            let is_ours = lock.borrow_mut().acquire_or_wait(cx.waker().clone());
            if is_ours { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        LoadingGuard(lock)
    }
}

/// The right to load the user; the others get it when this is dropped.
struct LoadingGuard(Rc<RefCell<AsyncLock>>);

impl Drop for LoadingGuard {
    fn drop(&mut self) {
        let waiting = self.0.borrow_mut().release();
        waiting.into_iter().for_each(Waker::wake);
    }
}
