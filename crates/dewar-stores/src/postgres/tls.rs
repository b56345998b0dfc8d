//! TLS.

#[cfg(feature = "postgres-tls")]
pub(super) use self::with_rustls::{Tls, connector};
#[cfg(not(feature = "postgres-tls"))]
pub(super) use self::without::{Tls, connector};

#[cfg(feature = "postgres-tls")]
mod with_rustls {
    use std::path::Path;
    use std::sync::Arc;

    use rustls::crypto::ring;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    use rustls::{ClientConfig, RootCertStore};
    use tokio_postgres_rustls::MakeRustlsConnect;

    use crate::OpenError;

    /// Verifies the server's certificate and its name.
    pub(in super::super) type Tls = MakeRustlsConnect;

    /// A connector that trusts the authorities in the file, or those of the system. One that is not used trusts none.
    pub(in super::super) fn connector(is_used: bool, ca_file: Option<&Path>) -> Result<Tls, OpenError> {
        let roots = match ca_file {
            _ if !is_used => RootCertStore::empty(),
            Some(file) => of_file(file)?,
            None => of_system()?,
        };
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| OpenError::new("cannot set up TLS for PostgreSQL").with_source(error))?;
        Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
    }

    fn of_file(file: &Path) -> Result<RootCertStore, OpenError> {
        let what = format!("cannot read CA certificates for PostgreSQL from {}", file.display());
        let certificates =
            CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let certificates =
            certificates.map_err(|error| OpenError::new(what.clone()).with_source(error.to_string()))?;
        let mut roots = RootCertStore::empty();
        match roots.add_parsable_certificates(certificates) {
            (0, _) => Err(OpenError::new(format!("{what}: it must be a PEM file with a certificate"))),
            _ => Ok(roots),
        }
    }

    /// Certificates that cannot be used are left out, as a system may have some.
    fn of_system() -> Result<RootCertStore, OpenError> {
        let mut roots = RootCertStore::empty();
        match roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs) {
            (0, _) => Err(OpenError::new(
                "the system has no CA certificates for TLS with PostgreSQL: install them, or name a file with sslrootcert=/path/to/ca.pem",
            )),
            _ => Ok(roots),
        }
    }
}

#[cfg(not(feature = "postgres-tls"))]
mod without {
    use std::path::Path;

    use crate::OpenError;

    pub(in super::super) type Tls = tokio_postgres::NoTls;

    pub(in super::super) fn connector(is_used: bool, _: Option<&Path>) -> Result<Tls, OpenError> {
        if is_used {
            return Err(OpenError::new(
                "sslmode=require needs TLS: enable the feature `postgres-tls` of dewar-stores",
            ));
        }
        Ok(tokio_postgres::NoTls)
    }
}
