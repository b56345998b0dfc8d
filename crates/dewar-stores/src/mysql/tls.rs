//! The driver's options for TLS.

use mysql_async::SslOpts;
use rustls::crypto::ring;

use super::address::{Address, Tls};
use crate::OpenError;

/// The options; `None`: no TLS. The certificates that are trusted are those of the file, or else the system's.
pub(super) fn options(address: &Address) -> Result<Option<SslOpts>, OpenError> {
    if address.tls == Tls::Disabled {
        return Ok(None);
    }
    // The program may have chosen a cryptography provider before. If not, this is the provider.
    _ = ring::default_provider().install_default();
    let options = SslOpts::default()
        .with_disable_built_in_roots(true)
        .with_root_certs(authorities(address)?.into_iter().map(Into::into).collect());
    let is_unchecked = address.tls == Tls::Required;
    Ok(Some(options.with_danger_accept_invalid_certs(is_unchecked)))
}

fn authorities(address: &Address) -> Result<Vec<Vec<u8>>, OpenError> {
    let Some(file) = &address.ca_file else {
        let found = rustls_native_certs::load_native_certs();
        return Ok(found.certs.into_iter().map(|certificate| certificate.to_vec()).collect());
    };
    let pem = std::fs::read(file).map_err(|error| {
        OpenError::new(format!("cannot read CA certificates for MySQL from {}", file.display()))
            .with_source(error)
    })?;
    Ok(vec![pem])
}
